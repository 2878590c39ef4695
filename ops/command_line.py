"""What all commands share: their options, how they print a result, and how a failure ends them.

Exit codes: 0 done; 1 something is not in order, or nothing was done because of what was found; 2 the command was not
understood; 3 AWS or the local cloud cannot be reached or refuses; 130 interrupted by Ctrl-C.
"""

import json
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import Annotated, Any, Final

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table as RichTable
from typer.core import TyperCommand, TyperGroup

from lazo.table import stores as store_table
from lazo.table.dynamodb.table import Table
from ops import installation
from ops.installation import Installation, InstallationNotFound

EXIT_NOT_IN_ORDER: Final = 1
EXIT_USAGE: Final = 2
EXIT_UNREACHABLE: Final = 3
EXIT_INTERRUPTED: Final = 130

Profile = Annotated[
    str | None, typer.Option(help="Profile of the AWS credentials; without it AWS's own rules hold.")
]
Region = Annotated[str | None, typer.Option(help="AWS region; without it AWS's own rules hold.")]
Stack = Annotated[
    str | None,
    typer.Option(
        # Not `envvar=`: after the command's name the variable would beat a --stack before it.
        help=rf"Name of the CloudFormation stack ({installation.DEFAULT_STACK}). \[env var: LAZO_STACK]"
    ),
]
Local = Annotated[bool, typer.Option("--local", help="The local cloud that runs on this machine (make run).")]
Port = Annotated[int | None, typer.Option(help="Port of the local cloud (the variable PORT, then 8000).")]
StoreIds = Annotated[list[str] | None, typer.Option("--store", help="Only this store; may be repeated.")]
"""An option of some commands."""
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def _options_of_command(
    profile: Profile = None,
    region: Region = None,
    stack: Stack = None,
    local: Local = False,
    port: Port = None,
    json: Json = False,
) -> None:
    """Declare the options that every command has besides its own."""


_declared = typer.Typer(add_completion=False)
_declared.command()(_options_of_command)
SHARED_OPTIONS: Final = tuple(typer.main.get_command(_declared).params)


class CommandError(Exception):
    """Ends the command with a message for people and an exit code."""

    def __init__(self, message: str, code: int = EXIT_NOT_IN_ORDER) -> None:
        super().__init__(message)
        self.code = code


def no_such_store(store_id: str) -> CommandError:
    """Make the error for a store that does not exist."""
    return CommandError(f"There is no store {store_id!r}. `lazo stores show` lists all.")


def chosen_stores(table: Table, selected: Collection[str] | None) -> frozenset[str]:
    """Return the ids of the selected stores, or of all. CommandError if one does not exist: what would come out is
    empty, and reads like an answer."""
    if not selected:
        return frozenset(store_table.every_store_id(table))
    found = store_table.brands_of_stores(table, set(selected))
    for store_id in selected:
        if store_id not in found:
            raise no_such_store(store_id)
    return frozenset(selected)


class CommandContext(typer.Context):
    """A command that runs: the installation it works on, and where its output goes. Results go to standard output;
    progress, questions and failures to standard error."""

    shared: dict[str, Any]
    """The values of SHARED_OPTIONS after the command's name."""

    def _option(self, name: str) -> Any:
        return self.shared[name] or self.find_root().params.get(name)

    @cached_property
    def installation(self) -> Installation:
        """The installation that the options name, looked up on first use; InstallationNotFound when there is none."""
        if self._option("local"):
            return installation.local_installation(self._option("port") or installation.default_port())
        stack = self._option("stack") or installation.default_stack()
        return installation.aws_installation(stack, self._option("profile"), self._option("region"))

    @property
    def json(self) -> bool:
        """Whether the result is to be JSON."""
        return bool(self.shared["json"])

    @cached_property
    def out(self) -> Console:
        """Standard output."""
        return Console(soft_wrap=False, highlight=False, markup=False)

    @cached_property
    def err(self) -> Console:
        """Standard error."""
        return Console(stderr=True, highlight=False, markup=False)

    def print_result(self, result: Any, *, as_text: Callable[[], object] | None = None) -> None:
        """Print `result` as JSON with --json; else call `as_text`, which prints it for people."""
        if self.json:
            sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2, default=str) + "\n")
        elif as_text:
            as_text()

    def print_rows(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print rows as JSON objects with --json, else as a table."""
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        self.print_result(objects, as_text=lambda: self.print_table(columns, rows))

    def print_table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table at a terminal, else tab-separated lines without a header."""
        if not self.out.is_terminal:
            for row in rows:
                self.out.print("\t".join(map(str, row)), soft_wrap=True)
            return
        table = RichTable(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*map(str, row))
        self.out.print(table)

    def print_message(self, text: str, style: str | None = None) -> None:
        """Print a line for people to standard error; it is no part of the result."""
        self.err.print(text, style=style, soft_wrap=True)

    def confirm(self, question: str, yes: bool) -> None:
        """Ask before a change, unless --yes was given. CommandError without a yes, or without a terminal to ask at."""
        if yes:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nothing was done. Say --yes to do it without being asked.", EXIT_USAGE)
        if not typer.confirm(question, err=True):
            raise CommandError("Nothing was done.")


class CommandGroup(TyperGroup):
    """All commands of `lazo`: takes SHARED_OPTIONS before the command's name too, but for --json."""

    def __init__(self, *args: Any, params: Iterable[Any] = (), **settings: Any) -> None:
        shared = [option for option in SHARED_OPTIONS if option.name != "json"]
        super().__init__(*args, params=[*params, *shared], **settings)


class Command(TyperCommand):
    """A command of `lazo`: it has SHARED_OPTIONS besides its own, and a failure ends it with a line and an exit code.
    Use: `@app.command(cls=Command)`, on a function with a parameter `context: CommandContext`."""

    context_class = CommandContext

    def __init__(self, *args: Any, params: Iterable[Any] = (), help: str = "", **settings: Any) -> None:
        super().__init__(*args, params=[*params, *SHARED_OPTIONS], help=_unwrap(help), **settings)

    def invoke(self, context: Any) -> Any:
        context.shared = {option.name: context.params.pop(option.name) for option in SHARED_OPTIONS}
        try:
            return super().invoke(context)
        except (CommandError, InstallationNotFound, ClientError, BotoCoreError, OSError) as error:
            message, code = _failure(error)
        except KeyboardInterrupt:
            message, code = "Ended by Ctrl-C.", EXIT_INTERRUPTED
        if message:
            context.print_message(message, style="bold red")
        raise typer.Exit(code)


def _failure(error: Exception) -> tuple[str, int]:
    """The message and the exit code for an error that ends a command."""
    match error:
        case CommandError():
            return str(error), error.code
        case ClientError():
            problem = error.response["Error"]
            why = f"{problem.get('Code')}: {problem.get('Message')}"
            return f"AWS refuses {error.operation_name}: {why}", EXIT_UNREACHABLE
        case BotoCoreError():
            return f"AWS cannot be reached: {error}", EXIT_UNREACHABLE
        case OSError():
            message = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            return message, EXIT_NOT_IN_ORDER
    return str(error), EXIT_UNREACHABLE


def _unwrap(docstring: str) -> str:
    """Put each paragraph on one line: the terminal breaks it where it ends."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in docstring.split("\n\n"))
