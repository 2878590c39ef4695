"""Precision, recall and F1, against an example worked out by hand."""

from benchmarks.judge import said_of_themes
from benchmarks.tally import Tally, table
from lazo.phrases.themes import Findings


def worked_example() -> Tally:
    """Three texts: of 4 labels 3 are found, and 2 found ones are not labelled."""
    tally = Tally()
    tally.add(["price", "service"], ["price", "comfort"])
    tally.add(["price"], ["price", "price"])
    tally.add(["delivery"], ["delivery", "service"])
    return tally


def test_precision_recall_and_f1() -> None:
    tally = worked_example()
    assert (tally.right, tally.missed, tally.wrong) == (3, 1, 2)
    assert tally.precision == 60  # 3 of 5
    assert tally.recall == 75  # 3 of 4
    assert tally.f1 is not None
    assert round(tally.f1, 3) == 66.667  # 2 * 60 * 75 / 135


def test_without_labels_or_finds_there_is_no_figure() -> None:
    assert (Tally().precision, Tally().recall, Tally().f1) == (None, None, None)


def test_table() -> None:
    only_missed = Tally(missed=2)
    rows = [("es", [worked_example(), only_missed]), ("pt", [Tally(), Tally()])]
    assert table("what", ["seen", "unseen"], rows).splitlines() == [
        "| what | seen: labels | precision | recall | F1 | unseen: labels | precision | recall | F1 |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        "| es | 4 | 60 | 75 | 67 | 2 | – | 0 | 0 |",
    ]


def test_what_is_said_of_themes() -> None:
    row = {"themes": {"price": "complaint", "service": "praise", "comfort": "mention"}}
    found = Findings(("price", "service"), (), False, (), praised=("comfort",), mentioned=("delivery",))
    assert said_of_themes(row, found, "complaint") == ({"price"}, {"price", "service"})
    assert said_of_themes(row, found, "praise") == ({"service"}, {"comfort"})
    named = {"price", "service", "comfort"}
    assert said_of_themes(row, found, "named") == (named, named | {"delivery"})
