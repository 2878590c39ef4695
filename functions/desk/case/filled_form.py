"""The forms of the follow-up page: empty, or with what the user typed and the errors beside the fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from desk.web.forms import free_texts
from lazo.errors import Problem

_DISTINGUISHING_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "settle": ("how", "concern_id"),
    "concern-date": ("concern_id",),
    "note": ("corrects",),
    "message": ("template", "channel"),
    "promise-progress": ("promise_id",),
    "promise-kept": ("promise_id",),
    "promise-withdrawn": ("promise_id",),
    "promise-date": ("promise_id",),
}
"""Where a page has several forms for one action: the fields whose values tell which one was sent."""

_ABOUT_CONCERNS: Final = frozenset({"no_concern", "open_concerns", "still_planned"})


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One form: `key` is its id on the page, `token` and `version` are hidden fields. If it was just sent and rejected,
    `failed` is set, `typed` holds what was sent, and `errors` a sentence for each invalid field. `made`: see Forms."""

    key: str
    path: str
    token: str
    version: int
    failed: bool
    typed: Mapping[str, Sequence[str]]
    errors: Mapping[str, str]
    made: dict[str, str]

    def id(self, name: str) -> str:
        """Return the id of a field, which the page shows."""
        self.made.setdefault(field_id := f"{self.key}-{name}", "")
        return field_id

    def label(self, name: str, label: str) -> str:
        """Return the label of a field, which the page shows: the list of errors calls the field by it."""
        self.made[f"{self.key}-{name}"] = label
        return label

    def value(self, name: str, default: str = "") -> str:
        """Return what was typed into a field; `default` unless the form failed."""
        return next(iter(self.typed.get(name, ())), "") if self.failed else default

    def values(self, name: str) -> Sequence[str]:
        """Return what was typed into a repeated field."""
        return self.typed.get(name, ()) if self.failed else ()

    def error(self, name: str) -> str | None:
        """Return the sentence on what is wrong with a field, if anything."""
        return self.errors.get(name) if self.failed else None


@dataclass(frozen=True, slots=True)
class Forms:
    """Makes the forms of one page, and keeps in `made` the ids of those that it shows, and of their fields with labels.

    `sent` is the action of the form that was rejected, if any. `kept_token` is its token if it is unknown whether its
    change was written: sent again with the same token, it cannot be applied twice. `asked` is the key of a form that
    the page shows on demand, by a link to its address.
    """

    followup_id: str
    version: int
    token: Callable[[], str]
    sent: str | None = None
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    kept_token: str | None = None
    asked: str = ""
    made: dict[str, str] = field(default_factory=dict)

    def form(self, action: str, *apart: str) -> FilledForm:
        """Return a form for an action; `apart` are the values of its `_DISTINGUISHING_FIELDS`."""
        key = _key(action, apart)
        path = f"/desk/followups/{self.followup_id}/{action}"
        self.made[key] = ""
        failed = key == self.failed
        token = (self.kept_token if failed else None) or self.token()
        return FilledForm(key, path, token, self.version, failed, self.typed, self.errors, self.made)

    def is_asked(self, action: str, *apart: str) -> bool:
        """Return whether a form that is shown on demand is asked for, or was sent and rejected."""
        return _key(action, apart) in (self.asked, self.failed)

    @property
    def failed(self) -> str | None:
        """The key of the form that was rejected."""
        if self.sent is None:
            return None
        given = (
            next(iter(self.typed.get(name, ())), "") for name in _DISTINGUISHING_FIELDS.get(self.sent, ())
        )
        return _key(self.sent, given)

    def anchor(self, problem: Problem) -> str | None:
        """Return the id on the page to link a problem to: the concerns, a field or a form; None for other problems.

        To be called when the forms are rendered: only then it is known which fields the page shows.
        """
        if problem.code in _ABOUT_CONCERNS:
            return "concerns"
        if self.failed is None or problem.field is None:
            return None
        field_id = f"{self.failed}-{problem.field}"
        return field_id if field_id in self.made else self.failed

    def label(self, problem: Problem) -> str:
        """Return the label of the field that a problem is about, "" if the page shows none. To be called when the forms
        are rendered."""
        return self.made.get(f"{self.failed}-{problem.field}", "")

    def texts(self) -> list[str]:
        """Return the free texts of the form that was rejected."""
        return free_texts(self.typed) if self.sent else []


def _key(action: str, apart: Iterable[str]) -> str:
    return "-".join((action, *(each for each in apart if each)))
