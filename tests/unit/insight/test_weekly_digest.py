"""What the digest of a week says, in three languages: no figure without its sample, and nothing that did not happen."""

import pytest

from lazo.insight.bands import BandCounts
from lazo.insight.rising_themes import ThemeCounts
from lazo.insight.score import ENOUGH
from lazo.insight.week_figures import OpenCases, WeekFigures
from lazo.insight.weekly_digest import (
    DigestLines,
    WeekDigest,
    WeekNotes,
    digest_lines,
    digest_subject,
    place_name,
)
from lazo.insight.weeks import Week
from lazo.promise.kept_rate import PromiseFigures
from lazo.translations import LANGUAGES

W = Week(2026, 48)


def digest(
    bands: tuple[int, int, int] = (0, 0, 0),
    open_: OpenCases | None = None,
    *,
    solved: int = 0,
    promises: PromiseFigures | None = None,
    stores: int = 1,
    missing: int = 0,
    not_begun: int = 0,
    notes: WeekNotes | None = None,
) -> WeekDigest:
    figures = WeekFigures(BandCounts(*bands), 0, solved, promises or PromiseFigures())
    return WeekDigest(W, figures, open_ or OpenCases(), stores, missing, not_begun, notes or WeekNotes())


def test_a_week_with_everything() -> None:
    """Adjusted Wald of 30 promoters, 10 passives, 10 detractors: 30.75 and 10.75 of 53 give 37.7 +- 21.5."""
    rising = ThemeCounts("norte", "waiting_time", recent=30, recent_answers=100, past=20, past_answers=200)
    lines = digest_lines(
        digest(
            (30, 10, 10),
            OpenCases(5, unattended=1, overdue=2, to_confirm=1),
            solved=3,
            promises=PromiseFigures(kept=2, late=1),
            notes=WeekNotes((("Norte", rising),)),
        ),
        "en",
    )
    assert lines.heard[:2] == (
        "Score 40, between 16 and 60, from 50 responses.",
        "Delighted: 30. Satisfied: 10. Unhappy: 10.",
    )
    assert lines.done == (
        "3 cases were resolved.",
        "Promises settled: 3. On time: 2. Late: 1. Not kept: 0.",
    )
    assert lines.open == (
        "5 cases are open.",
        "1 is unattended and past its deadline.",
        "2 have an owner and are overdue.",
        "1 is resolved, waiting for its customer to confirm.",
    )
    assert lines.rising[0].startswith("Norte: Waiting time")


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_answers_have_no_score(language: str) -> None:
    few, enough = (digest_lines(digest((n, 0, 0)), language).heard[0] for n in (ENOUGH - 1, ENOUGH))
    assert "19" in few
    assert "100" not in few
    assert "100" in enough
    assert "20" in enough


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quiet_week_says_so_in_one_line(language: str) -> None:
    quiet = digest()
    lines = digest_lines(quiet, language)
    assert len(lines.heard) == 1
    assert lines == DigestLines(lines.heard, (), (), ())


@pytest.mark.parametrize("busy", [
    digest((1, 0, 0)),
    digest(open_=OpenCases(1)),
    digest(solved=1),
    digest(promises=PromiseFigures(broken=1)),
    digest(missing=1),
    digest(not_begun=1),
])  # fmt: skip
def test_no_other_week_is_quiet(busy: WeekDigest) -> None:
    assert not busy.is_quiet


@pytest.mark.parametrize(("week", "subject"), [
    (digest((30, 10, 10), OpenCases(9, unattended=2)), "Norte: 2 casos sin atender (semana del X)"),
    (digest((30, 10, 10), OpenCases(9)), "Norte: resultado 40 con 50 respuestas (X)"),
    (digest((1, 0, 0), OpenCases(9)), "Norte: 1 respuesta en la semana (X)"),
    (digest(open_=OpenCases(1), solved=2), "Norte: queda 1 caso abierto (X)"),
    (digest(solved=2), "Norte: 2 casos resueltos en la semana (X)"),
    (digest(missing=1), "Norte: la semana del X"),
    (digest(), "Norte: semana tranquila (X)"),
])  # fmt: skip
def test_the_subject_says_what_matters_most(week: WeekDigest, subject: str) -> None:
    assert digest_subject(week, "Norte", "X", "es") == subject


def test_where_no_figures_are_known_nothing_is_said_of_the_week() -> None:
    unknown = digest(open_=OpenCases(1), stores=12, missing=12)
    assert digest_lines(unknown, "en") == DigestLines(
        ("The figures of 12 shops are missing.",), (), ("1 case is open.",), ()
    )


def test_stores_that_did_not_ask_yet_are_said() -> None:
    assert digest_lines(digest(stores=2, not_begun=2), "pt").heard == (
        "Nessa semana ainda não se perguntava aos clientes.",
    )
    some = digest((1, 0, 0), stores=3, missing=1, not_begun=1)
    assert digest_lines(some, "es").heard[-2:] == (
        "Faltan las cifras de 1 local.",
        "1 local todavía no preguntaba a sus clientes.",
    )


def test_more_cases_than_are_counted_and_missing_stores_are_said() -> None:
    some = OpenCases(200, unattended=3, overdue=9, to_confirm=5, every=False)
    lines = digest_lines(digest((1, 0, 0), some, stores=12, missing=2), "es")
    # Those that nobody has are counted first, so that they are all; of the others there may be more.
    assert lines.open == ("Quedan más de 200 casos abiertos.", "3 están sin atender y fuera de plazo.")
    every = digest((1, 0, 0), OpenCases(200, unattended=200, every=False))
    assert digest_lines(every, "es").open[1] == "Más de 200 están sin atender y fuera de plazo."
    assert digest_subject(every, "Norte", "X", "es") == "Norte: más de 200 casos sin atender (semana del X)"
    assert lines.heard[-1] == "Faltan las cifras de 2 locales."
    assert place_name(digest(stores=12), "Norte", "pt") == "12 lojas"
    assert place_name(digest(), "Norte", "pt") == "Norte"
