"""The forms of the follow-up page: empty, or with what the user typed and the errors beside the fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from desk.web.forms import free_texts
from lazo.errors import Problem

_DISTINGUISHING_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "settle": ("how", "concern_id"),
    "note": ("corrects",),
    "message": ("template", "channel"),
    "promise-progress": ("promise_id",),
    "promise-kept": ("promise_id",),
    "promise-date": ("promise_id",),
}
"""Where a page has several forms for one action: the fields whose values tell which one was sent."""

_VISIBLE_FIELDS: Final[Mapping[str, frozenset[str]]] = {
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
"""The visible fields of each action, to which a link can lead."""


_ABOUT_CONCERNS: Final = frozenset({"no_concern", "open_concerns", "still_planned"})


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One form: `key` is its id on the page, `token` and `version` are hidden fields. If it was just sent and rejected,
    `failed` is set, `typed` holds what was sent, and `errors` a sentence for each invalid field."""

    key: str
    path: str
    token: str
    version: int
    failed: bool = False
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def id(self, name: str) -> str:
        """Return the id of a field."""
        return f"{self.key}-{name}"

    def value(self, name: str, default: str = "") -> str:
        """Return what was typed into a field; `default` unless the form failed."""
        return next(iter(self.typed.get(name, ())), "") if self.failed else default

    def values(self, name: str) -> Sequence[str]:
        """Return what was typed into a repeated field."""
        return self.typed.get(name, ()) if self.failed else ()

    def error(self, name: str) -> str | None:
        """Return the sentence on what is wrong with a field, if anything."""
        return self.errors.get(name)


@dataclass(frozen=True, slots=True)
class Forms:
    """Makes the forms of one page, and keeps their keys in `made`.

    `sent` is the action of the form that was rejected, if any. `kept_token` is its token if it is unknown whether its
    change was written: sent again with the same token, it cannot be applied twice.
    """

    followup_id: str
    version: int
    token: Callable[[], str]
    sent: str | None = None
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    kept_token: str | None = None
    made: set[str] = field(default_factory=set)

    def form(self, action: str, *apart: str) -> FilledForm:
        """Return a form for an action; `apart` are the values of its `_DISTINGUISHING_FIELDS`."""
        key = "-".join((action, *(each for each in apart if each)))
        path = f"/desk/followups/{self.followup_id}/{action}"
        self.made.add(key)
        if key != self.failed:
            return FilledForm(key, path, self.token(), self.version)
        return FilledForm(
            key, path, self.kept_token or self.token(), self.version, True, self.typed, self.errors
        )

    @property
    def failed(self) -> str | None:
        """The key of the form that was rejected."""
        if self.sent is None:
            return None
        given = (
            next(iter(self.typed.get(name, ())), "") for name in _DISTINGUISHING_FIELDS.get(self.sent, ())
        )
        return "-".join((self.sent, *(each for each in given if each)))

    def anchor(self, problem: Problem) -> str | None:
        """Return the id on the page to link a problem to: the concerns, a field or a form; None for other problems."""
        if problem.code in _ABOUT_CONCERNS:
            return "concerns"
        if self.failed is None or problem.field is None:
            return None
        shown = problem.field in _VISIBLE_FIELDS.get(self.sent or "", ())
        return f"{self.failed}-{problem.field}" if shown else self.failed

    def texts(self) -> list[str]:
        """Return the free texts of the form that was rejected."""
        return free_texts(self.typed) if self.sent else []
