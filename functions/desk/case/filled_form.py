"""A form of the follow-up page as it is shown: empty, or as it was filled in, with what is wrong beside its fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from desk.web.forms import free_texts
from lazo.errors import Problem

_TELLS_APART: Final[Mapping[str, tuple[str, ...]]] = {
    "settle": ("how", "concern_id"),
    "note": ("corrects",),
    "message": ("template", "channel"),
    "promise-progress": ("promise_id",),
    "promise-kept": ("promise_id",),
    "promise-date": ("promise_id",),
}
"""Of several forms for one action: the fields whose values say which one was sent."""

_SHOWN: Final[Mapping[str, frozenset[str]]] = {
    "contacted": frozenset({"channel", "reached", "text"}),
    "note": frozenset({"channel", "when", "text", "recording", "recording_consent"}),
    "concern": frozenset({"text", "theme", "priority", "owner", "deadline", "checkpoint"}),
    "settle": frozenset({"action", "date", "time", "hears_by"}),
    "promise": frozenset({"what", "date", "time", "owner", "hears_by", "checkpoint"}),
    "promise-progress": frozenset({"text"}),
    "promise-kept": frozenset({"text"}),
    "promise-date": frozenset({"date", "time", "owner", "reason", "tell", "text"}),
    "incentive": frozenset({"kind", "value", "reason", "concern_id"}),
    "message": frozenset({"subject", "text"}),
    "reassign": frozenset({"owner"}),
    "deadline": frozenset({"until", "reason"}),
    "resolve": frozenset({"root_cause_theme", "root_cause", "done"}),
    "confirm": frozenset({"outcome", "channel", "text"}),
}
"""The fields of each action that a reader sees, so that a link can lead to them."""


_ABOUT_CONCERNS: Final = frozenset({"no_concern", "open_concerns", "still_planned"})


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One form: `key` is its id on the page, `token` and `version` its hidden fields. `failed`: it was just sent and
    refused; then `typed` holds what was sent, and `errors` a sentence for each field that is wrong."""

    key: str
    path: str
    token: str
    version: int
    failed: bool = False
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def id(self, name: str) -> str:
        """The id of a field."""
        return f"{self.key}-{name}"

    def value(self, name: str, default: str = "") -> str:
        """What a field holds: what was typed, else `default`."""
        return next(iter(self.typed.get(name, ())), "") if self.failed else default

    def values(self, name: str) -> Sequence[str]:
        """What a repeated field holds."""
        return self.typed.get(name, ()) if self.failed else ()

    def error(self, name: str) -> str | None:
        """What is wrong with a field."""
        return self.errors.get(name)


@dataclass(frozen=True, slots=True)
class Forms:
    """Makes the forms of one page. `sent`: the action of the form that was refused, if one was; `held`: the token that
    it keeps, where nobody knows whether it was acted on, so that it never is twice; `made`: the keys of those that the
    page has."""

    followup_id: str
    version: int
    token: Callable[[], str]
    sent: str | None = None
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    held: str | None = None
    made: set[str] = field(default_factory=set)

    def form(self, action: str, *apart: str) -> FilledForm:
        """A form for an action; `apart` are the values that tell it from others for the same."""
        key = "-".join((action, *(each for each in apart if each)))
        path = f"/desk/followups/{self.followup_id}/{action}"
        self.made.add(key)
        if key != self.failed:
            return FilledForm(key, path, self.token(), self.version)
        return FilledForm(key, path, self.held or self.token(), self.version, True, self.typed, self.errors)

    @property
    def failed(self) -> str | None:
        """The key of the form that was refused."""
        if self.sent is None:
            return None
        given = (next(iter(self.typed.get(name, ())), "") for name in _TELLS_APART.get(self.sent, ()))
        return "-".join((self.sent, *(each for each in given if each)))

    def place(self, problem: Problem) -> str | None:
        """The id to go to for a problem: what it speaks of, its field, or nothing where no field is wrong."""
        if problem.code in _ABOUT_CONCERNS:
            return "concerns"
        if self.failed is None or problem.field is None:
            return None
        shown = problem.field in _SHOWN.get(self.sent or "", ())
        return f"{self.failed}-{problem.field}" if shown else self.failed

    def texts(self) -> list[str]:
        """The free texts of the form that was refused."""
        return free_texts(self.typed) if self.sent else []
