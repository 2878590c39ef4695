"""Read how long the steps of cases took, and how customers answered again, as of now: of some stores and months."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from lazo.insight.case_counts import CaseCount
from lazo.insight.case_figures import CaseFigures, case_figures
from lazo.table.dynamodb import counter_names, figure_keys, keys
from lazo.table.dynamodb.table import Table


def case_figures_by_store(table: Table, months: Mapping[str, Sequence[str]]) -> dict[str, CaseFigures]:
    """Return the figures of each store with any, for the months of each (`2026-11`, by its calendar), as of now; one
    batch per hundred months."""
    wanted = [
        figure_keys.times_of_month(store_id, month) for store_id, listed in months.items() for month in listed
    ]
    found: defaultdict[str, Counter[CaseCount]] = defaultdict(Counter)
    for key, item in table.batch_get(wanted).items():
        found[keys.store_id_of(key)].update(counter_names.cases_in(item))
    return {store_id: case_figures(counts) for store_id, counts in found.items()}
