"""`lazo benchmark`: enters a published score, which charts show as a line beside ours."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from lazo.insight.benchmark import Benchmark
from lazo.table import benchmark as benchmark_table
from ops.command_line import EXIT_USAGE, Command, CommandContext, CommandError

app = typer.Typer(
    no_args_is_help=True, help="Benchmark: a published score, a line in the charts and in no figure of ours."
)


@app.command("set", cls=Command)
def set_(
    context: CommandContext,
    score: Annotated[float, typer.Option(help="The score, from -100 to 100.")],
    source: Annotated[str, typer.Option(help="Who published it, as readers are told.")],
    on: Annotated[str, typer.Option(help="Of which day it is: 2026-06-30.")],
) -> None:
    """Enter the benchmark, in place of the one before. Charts show it as a line, with its source and date."""
    try:
        entered = Benchmark(score, source.strip(), date.fromisoformat(on))
    except ValueError as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    benchmark_table.put_benchmark(context.installation.table, entered)
    context.print_result(
        asdict(entered),
        as_text=lambda: context.out.print(f"{score:g} ({entered.source}, {entered.on})"),
    )


@app.command(cls=Command)
def clear(context: CommandContext) -> None:
    """Remove the benchmark: charts show ours alone."""
    benchmark_table.clear_benchmark(context.installation.table)
    context.print_result({}, as_text=lambda: context.out.print("There is no benchmark."))
