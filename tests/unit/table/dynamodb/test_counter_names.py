"""Names of counter attributes: they are stored in every installation and must not change."""

from datetime import datetime

from lazo.table.dynamodb import counter_names

MORNING = datetime(2026, 3, 9, 9, 30)  # noqa: DTZ001 (of a store's clock)

DAY = {
    "pk": "STORE#h",
    "sk": "DAY#2026-03-09",
    "h00": 30,
    "h23": 50,
    "y12": 5000,  # a flood of yesterday makes no room for a larger one
    "s3": 500,
    "x3": 400,
    "t#service#detractor": 7,
    "t#price#passive": 2,
    "p#service#promoter": 11,
    "m#price#promoter": 4,
}


def test_names_of_counters() -> None:
    assert counter_names.score(10, suspect=False) == "s10"
    assert counter_names.score(3, suspect=True) == "x3"
    assert counter_names.hour(MORNING, suspect=False) == "h09"
    assert counter_names.hour(MORNING, suspect=True) == "y09"
    assert counter_names.theme("price", "detractor") == "t#price#detractor"
    assert counter_names.praised_theme("price", "promoter") == "p#price#promoter"
    assert counter_names.mentioned_theme("price", "promoter") == "m#price#promoter"
    assert counter_names.promise("kept", "ana") == "kept#ana"


def test_counters_of_a_day() -> None:
    assert dict(counter_names.themes_in(DAY)) == {("service", "detractor"): 7, ("price", "passive"): 2}
    assert dict(counter_names.praised_in(DAY)) == {("service", "promoter"): 11}


def test_counters_of_promises_of_a_month() -> None:
    month = {"pk": "STORE#h", "sk": "PROMISES#2026-03", "made#ana": 3, "kept#ana": 2}
    assert set(counter_names.promises_in(month)) == {("made", "ana", 3), ("kept", "ana", 2)}
