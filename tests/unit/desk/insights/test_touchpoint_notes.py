"""Who is told what of touchpoints."""

from datetime import date

from desk.insights.touchpoint_notes import touchpoint_notes
from lazo.insight.marked_answers import SharedSource
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.insight.touchpoint_watch import TouchpointSigns

SILENT = TouchpointSigns(ActivityChange("silent", 3, 0, 31.4), date(2026, 11, 20))
DOUBTED = TouchpointSigns(
    flooded=ActivityChange("flooded", 1, 60, 10.2),
    flooded_on=date(2026, 11, 21),
    tens=6,
    tens_on=date(2026, 11, 22),
)
MONDAY = date(2026, 11, 23)
SIGNS = {"norte": {"caja2": DOUBTED, "caja1": SILENT}, "centro": {"caja7": SILENT}}


def test_a_team_hears_of_silence_and_those_above_of_doubts_too() -> None:
    team = touchpoint_notes(SIGNS, {"centro"}, "en")
    assert [(note.store_id, note.code, note.is_doubt) for note in team] == [
        ("centro", "caja7", False),
        ("norte", "caja1", False),
    ]
    assert team[0].sentence == "No responses for 3 days; 31 would be usual. Is the poster still there?"
    assert (team[0].first, team[0].last) == (date(2026, 11, 20), None)
    above = touchpoint_notes(SIGNS, {"norte"}, "en")
    assert [note.code for note in above] == ["caja7", "caja1", "caja2", "caja2"]
    assert [note.sentence for note in above if note.is_doubt] == [
        "60 responses in 1 day; 10 would be usual. Someone may be asking for them, or making them up.",
        "6 tens in a row within a minute. Someone may be asking for them, or making them up.",
    ]
    assert [note.first for note in above if note.is_doubt] == [date(2026, 11, 21), date(2026, 11, 22)]
    assert touchpoint_notes({}, {"norte"}, "pt") == []


def test_where_answers_may_have_come_from_is_a_doubt_and_accuses_nobody() -> None:
    day, week = SharedSource(1, 25, 8, 8), SharedSource(7, 140, 21, 19)
    found = {
        "norte": {"caja2": TouchpointSigns(device=day, device_on=MONDAY, network=week, network_on=MONDAY)}
    }
    assert touchpoint_notes(found, {"centro"}, "es") == []
    device, network = touchpoint_notes(found, {"norte"}, "es")
    assert (device.first, device.last, device.is_doubt) == (MONDAY, MONDAY, True)
    assert (network.first, network.last, network.is_doubt) == (date(2026, 11, 17), MONDAY, True)
    assert device.sentence == (
        "8 de 25 respuestas en 1 día pudieron salir del mismo aparato, y 8 de ellas son dieces: muchos más que entre "
        "las demás. Quizás fue un grupo con un solo teléfono; quizás alguien las esté pidiendo."
    )
    assert network.sentence.startswith(
        "21 de 140 respuestas en 7 días pudieron salir de la red desde la que el equipo abre estas páginas, y 19 de "
        "ellas son dieces"
    )
    of_week = {"norte": {"caja2": TouchpointSigns(device=week, device_on=MONDAY)}}
    (english,) = touchpoint_notes(of_week, {"norte"}, "en")
    assert english.sentence == (
        "21 of 140 responses in 7 days may have come from the same device each day, and 19 of those are tens: far more "
        "than among the others. Someone may be asking for them."
    )
