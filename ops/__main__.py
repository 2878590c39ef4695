"""The `lazo` command. Standard output holds results, standard error what is said about them."""

import typer

from ops.command_line import command, everywhere
from ops.commands import posters, stores, touchpoints

app = typer.Typer(
    name="lazo",
    no_args_is_help=True,
    help="Run an installation of Lazo: shops, posters, follow-ups, and what an operator needs at three in the morning.",
    epilog="All commands are described in docs/lazo-command.md.",
    pretty_exceptions_show_locals=False,
)
app.callback()(everywhere)
app.add_typer(stores.app, name="stores")
app.add_typer(touchpoints.app, name="touchpoints")
command(app)(posters.posters)


def main() -> None:
    """Run the command line and end the process."""
    app(prog_name="lazo")


if __name__ == "__main__":
    main()
