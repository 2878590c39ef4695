"""The published score that an operator has entered for comparison: one item."""

from datetime import date
from decimal import Decimal

from lazo.insight.benchmark import Benchmark
from lazo.table.dynamodb import figure_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Put


def get_benchmark(table: Table) -> Benchmark | None:
    """Return the benchmark; None if none is entered."""
    item = table.get(figure_keys.benchmark(), consistent=False)
    if item is None:
        return None
    return Benchmark(float(item["score"]), item["source"], date.fromisoformat(item["on"]))


def put_benchmark(table: Table, benchmark: Benchmark) -> None:
    """Write the benchmark in place of the one before."""
    score = Decimal(str(benchmark.score))
    item = figure_keys.benchmark().item(score=score, source=benchmark.source, on=benchmark.on.isoformat())
    table.put(Put(item))


def clear_benchmark(table: Table) -> None:
    """Remove the benchmark, if there is one."""
    table.transact([Delete(figure_keys.benchmark())])
