"""The rate of promises kept."""

from lazo.promise.kept_rate import PromiseFigures, total_figures


def test_the_rate_is_of_all_whose_date_has_come() -> None:
    assert total_figures([PromiseFigures(kept=199, late=1), PromiseFigures(made=9, withdrawn=5)]).rate == 99
    assert PromiseFigures(kept=3).rate == 100
    assert PromiseFigures(made=2, withdrawn=1).rate is None
    assert PromiseFigures(kept=2, late=1, broken=1, overdue=1).rate == 40, (
        "an overdue one cannot be in time any more"
    )
    assert PromiseFigures(made=1, overdue=1).rate == 0
