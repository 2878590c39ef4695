"""The `lazo` command: puts the commands of ops/commands/ together."""

import typer

from ops.command_line import Command, CommandGroup
from ops.commands import (
    answers,
    api_keys,
    benchmark,
    brand,
    customer,
    followups,
    improvements,
    keys,
    stores,
    themes,
    touchpoints,
    visitors,
)
from ops.commands.audit import audit
from ops.commands.doctor import doctor
from ops.commands.posters import posters
from ops.commands.recount import recount
from ops.commands.redrive import redrive

app = typer.Typer(
    name="lazo",
    cls=CommandGroup,
    no_args_is_help=True,
    help="Run an installation of Lazo: stores, posters, follow-ups, and what operators need at three in the morning.",
    epilog="All commands are described in docs/lazo-command.md.",
    pretty_exceptions_show_locals=False,
)
for name, group in {
    "stores": stores,
    "touchpoints": touchpoints,
    "answers": answers,
    "visitors": visitors,
    "benchmark": benchmark,
    "brand": brand,
    "themes": themes,
    "followups": followups,
    "improvements": improvements,
    "customer": customer,
    "keys": keys,
    "api-keys": api_keys,
}.items():
    app.add_typer(group.app, name=name)
for each in (posters, redrive, recount, doctor, audit):
    app.command(cls=Command)(each)


def main() -> None:
    """Run the command line and end the process."""
    app(prog_name="lazo")


if __name__ == "__main__":
    main()
