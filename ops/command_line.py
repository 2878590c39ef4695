"""What all commands share: where the installation is, how a result is shown, and how a failure ends.

Exit codes: 0 done; 1 what was looked at is not in order, or nothing was done because of what was found; 2 the command
was not understood; 3 AWS or the local cloud cannot be reached or refuses; 130 ended by Ctrl-C.
"""

import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Final, NoReturn, TypeVar

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table as Grid

from ops import installation
from ops.installation import Installation, NotThere

NOT_IN_ORDER: Final = 1
NOT_UNDERSTOOD: Final = 2
NOT_REACHED: Final = 3
INTERRUPTED: Final = 130

F = TypeVar("F", bound=Callable[..., Any])

Profile = Annotated[
    str | None, typer.Option(help="Profile of the AWS credentials; without it AWS's own rules hold.")
]
Region = Annotated[str | None, typer.Option(help="AWS region; without it AWS's own rules hold.")]
Stack = Annotated[
    str | None,
    typer.Option(
        help=f"Name of the CloudFormation stack ({installation.DEFAULT_STACK}).", envvar="LAZO_STACK"
    ),
]
Local = Annotated[bool, typer.Option("--local", help="The local cloud that runs on this machine (make run).")]
Port = Annotated[int | None, typer.Option(help="Port of the local cloud (the variable PORT, then 8000).")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


class Refusal(Exception):
    """The command ends here: `text` for people, and with what exit code."""

    def __init__(self, text: str, code: int = NOT_IN_ORDER) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class Here:
    """Where a command works, and how it shows what it finds. Results go to standard output; progress, questions and
    failures to standard error."""

    profile: str | None = None
    region: str | None = None
    stack: str | None = None
    local: bool = False
    port: int | None = None
    json: bool = False
    out: Console = field(default_factory=lambda: Console(soft_wrap=False, highlight=False, markup=False))
    err: Console = field(default_factory=lambda: Console(stderr=True, highlight=False, markup=False))

    @cached_property
    def installation(self) -> Installation:
        """Looked up when it is first needed; NotThere when there is none."""
        if self.local:
            return installation.local(self.port or installation.default_port())
        return installation.in_aws(self.stack or installation.default_stack(), self.profile, self.region)

    def show(self, result: Any, *, people: Callable[[], object] | None = None) -> None:
        """The result: as JSON where that was asked for, else as `people` prints it (or not at all)."""
        if self.json:
            sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2, default=str) + "\n")
        elif people:
            people()

    def grid(
        self, columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None
    ) -> None:
        """A table for people; piped into a file or a program it is tab-separated lines."""
        if not self.out.is_terminal:
            for row in rows:
                self.out.print("\t".join(map(str, row)), soft_wrap=True)
            return
        grid = Grid(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
        for column in columns:
            grid.add_column(column, overflow="fold")
        for row in rows:
            grid.add_row(*map(str, row))
        self.out.print(grid)

    def say(self, text: str, style: str | None = None) -> None:
        """A line for people, on standard error: never part of the result."""
        self.err.print(text, style=style, soft_wrap=True)

    def sure(self, question: str, yes: bool) -> None:
        """Go on only when whoever started this says so: by --yes, or asked at a terminal."""
        if yes:
            return
        if not sys.stdin.isatty():
            raise Refusal("Nothing was done. Say --yes to do it without being asked.", NOT_UNDERSTOOD)
        if not typer.confirm(question, err=True):
            raise Refusal("Nothing was done.")


def command(app: typer.Typer, name: str | None = None) -> Callable[[F], F]:
    """Make a function a command: its docstring is the help, and it takes the options of all commands besides its own.
    Its first parameter, `here`, is what they come to."""

    def register(function: F) -> F:
        signature = inspect.signature(function, eval_str=True)
        own = [each for each in signature.parameters.values() if each.name != "here"]
        shared = inspect.signature(_shared, eval_str=True).parameters

        def run(context: typer.Context, **given: Any) -> None:
            where = {each: given.pop(each) for each in shared}
            before: Mapping[str, Any] = context.obj or {}
            here = Here(**{each: value or before.get(each) or value for each, value in where.items()})
            ending(here, lambda: function(here, **given))

        context = inspect.Parameter(
            "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
        )
        keyword = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *shared.values())]
        vars(run)["__signature__"] = signature.replace(parameters=[context, *keyword], return_annotation=None)
        run.__annotations__ = {each.name: each.annotation for each in (context, *keyword)}
        app.command(name or function.__name__.replace("_", "-"), help=_help(function))(run)
        return function

    return register


def _help(function: Callable[..., Any]) -> str:
    """The docstring with each paragraph on one line: the terminal breaks it where it ends."""
    return "\n\n".join(" ".join(part.split()) for part in (inspect.getdoc(function) or "").split("\n\n"))


def everywhere(
    context: typer.Context,
    profile: Profile = None,
    region: Region = None,
    stack: Stack = None,
    local: Local = False,
    port: Port = None,
) -> None:
    """The options of all commands, before the command's name."""
    context.obj = {"profile": profile, "region": region, "stack": stack, "local": local, "port": port}


def _shared(
    profile: Profile = None,
    region: Region = None,
    stack: Stack = None,
    local: Local = False,
    port: Port = None,
    json: Json = False,
) -> None:
    """The options that every command has."""


def ending(here: Here, work: Callable[[], object]) -> None:
    """Do the work; what is in its way ends the program with a line that says so, and its exit code."""
    try:
        work()
    except Refusal as refusal:
        _end(here, str(refusal), refusal.code)
    except NotThere as error:
        _end(here, str(error), NOT_REACHED)
    except ClientError as error:
        told = error.response["Error"]
        _end(
            here,
            f"AWS refuses {error.operation_name}: {told.get('Code')}: {told.get('Message')}",
            NOT_REACHED,
        )
    except BotoCoreError as error:
        _end(here, f"AWS cannot be reached: {error}", NOT_REACHED)
    except OSError as error:
        _end(here, f"{error.filename}: {error.strerror}" if error.filename else str(error), NOT_IN_ORDER)
    except KeyboardInterrupt:
        _end(here, "Ended by Ctrl-C.", INTERRUPTED)


def _end(here: Here, text: str, code: int) -> NoReturn:
    if text:
        here.say(text, style="bold red")
    raise typer.Exit(code)
