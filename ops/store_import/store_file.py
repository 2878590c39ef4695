"""Reads a file of stores (TOML), and checks all of it before anything is used."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator, model_validator

from lazo.auth.links import user_tag_of
from lazo.auth.users import user_id_of
from lazo.ids import STORE_ID
from lazo.phrases import wording_guard, wording_guard_rules
from lazo.store.contacts import Contact
from lazo.store.model import Touchpoint
from lazo.store.opening_hours import OpeningHours
from lazo.table import retention, stores
from lazo.table.dynamodb.table import Table
from lazo.text.contact_details import ascii_email, e164_with_country_code, is_landline
from lazo.translations import Language
from ops.store_import.cell_text import plain_text
from ops.store_import.errors import store_file_error
from ops.store_import.policy import ChainRow, PolicyRow, Quiet, Strict, Whole, contradictions, foreign_amounts
from ops.store_import.time_zones import place_zone
from ops.store_import.workbook_archive import MAX_FILE_BYTES

_DEEP_TABLE: Final = re.compile(r"^[ \t]*\[?\[?(?:[^\n.=\]]{1,80}\.){12}", re.MULTILINE)
"""A name of more than twelve parts; a file of stores has four. tomllib's time grows with their square."""
Id = Annotated[str, Field(pattern=f"^{STORE_ID}$")]


def _e164_or_none(phone: str) -> str:
    """Return a phone that people call, a landline or none too."""
    return e164_with_country_code(phone, assigned=True) if phone else ""


@lru_cache(maxsize=20_000)
def _e164(phone: str) -> str:
    number = e164_with_country_code(phone, assigned=True)
    if is_landline(number):
        raise ValueError(
            "is a landline, which gets no SMS: give a mobile, or leave it empty and give an e-mail"
        )
    return number


@lru_cache(maxsize=20_000)
def _email(email: str) -> str:
    return ascii_email(email)


def _date_as_text(value: Any) -> Any:
    """Turn a TOML date into the text that the table keeps; leave anything else."""
    plain = isinstance(value, date) and not isinstance(value, datetime)
    return value.isoformat() if plain else value


def _day(value: Any) -> str:
    text = _date_as_text(value)
    try:
        day = date.fromisoformat(text).isoformat() if isinstance(text, str) else None
    except ValueError:
        day = None
    if day is None or day != text:
        raise ValueError("must be a date like 2026-12-24")
    return day


def _in_order(days: tuple[str, str]) -> tuple[str, str]:
    if days[1] < days[0]:
        raise ValueError("must not end before it begins")
    return days


Plain = Annotated[str, AfterValidator(plain_text)]
"""A text on one line."""
Day = Annotated[str, BeforeValidator(_day)]
DaysOff = Annotated[tuple[Day, Day], AfterValidator(_in_order)]


_CHECKED_HOURS: Final[set[tuple[str | None, ...]]] = set()
"""Hours that were checked already: thousands of stores share a handful of them."""


class ContactRow(Strict):
    """Somebody to alert, with a phone or an e-mail at least. `away`: first and last day of each absence."""

    contact_id: Id
    name: Annotated[Plain, Field(min_length=1, max_length=80)]
    role: Literal["store", "area", "head"]
    level: Annotated[Whole, Field(ge=0, le=9)]
    language: Language
    phone: Annotated[str, AfterValidator(_e164)] | None = None
    email: Annotated[str, AfterValidator(_email)] | None = None
    quiet: Quiet | None = None
    away: Annotated[list[DaysOff], Field(max_length=100, default_factory=list)]

    @model_validator(mode="after")
    def _reachable(self) -> "ContactRow":
        if not self.phone and not self.email:
            raise ValueError("needs a phone or an e-mail")
        return self


class TouchpointRow(Strict):
    """A QR code, and the place where it hangs."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{3,40}$")]
    label: Annotated[Plain, Field(min_length=1, max_length=40)]
    active: bool = True
    test: bool = False


class StoreRow(Strict):
    """A store with its touchpoints and contacts."""

    store_id: Id
    name: Annotated[Plain, Field(min_length=1, max_length=60)]
    brand: Annotated[Plain, Field(min_length=1, max_length=60)]
    language: Language
    timezone: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    subdivision: str | None = None
    hours: dict[str, Any]
    contacts: Annotated[list[ContactRow], Field(min_length=1, max_length=20)]
    touchpoints: Annotated[list[TouchpointRow], Field(min_length=1, max_length=200)]
    policy: PolicyRow = Field(default_factory=PolicyRow)
    competitors: list[Plain] = Field(default_factory=list)
    question: dict[Language, Annotated[Plain, Field(min_length=10, max_length=200)]] = Field(
        default_factory=dict
    )
    staff: Annotated[
        list[Annotated[Plain, Field(min_length=1, max_length=80)]],
        Field(max_length=500, default_factory=list),
    ]
    review_link: Annotated[str, Field(pattern=r"^(https://[^\s/]+\S*)?$", max_length=300)] = ""
    public_phone: Annotated[str, AfterValidator(_e164_or_none)] = ""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return place_zone(value)

    @field_validator("hours", mode="before")
    @classmethod
    def _plain_dates(cls, value: Any) -> Any:
        """Turn the dates of seasons into text; OpeningHours refuses what is no season."""
        if not isinstance(value, dict) or not isinstance(value.get("closed"), list):
            return value
        seasons = [[*map(_date_as_text, s)] if isinstance(s, list) else s for s in value["closed"]]
        return {**value, "closed": seasons}

    @model_validator(mode="after")
    def _fits_together(self) -> "StoreRow":
        said = (repr(self.hours), self.timezone, self.country, self.subdivision)
        if said not in _CHECKED_HOURS:
            OpeningHours.from_dict(self.hours, self.timezone, self.country, self.subdivision)
            _CHECKED_HOURS.add(said)
        _no_repeats("contact_id", (c.contact_id for c in self.contacts))
        if len({user_tag_of(user_id_of(Contact(**c.model_dump()))) for c in self.contacts}) < len(
            self.contacts
        ):
            raise ValueError("two contacts cannot be told apart in a link; change one's contact_id")
        return self

    @model_validator(mode="after")
    def _question_fit_for_customers(self) -> "StoreRow":
        for language, text in self.question.items():
            for found in wording_guard.find_blocked_words(text, language, (self.name, self.brand)):
                why = wording_guard_rules.blocked_reasons("en")[found.reason]
                raise ValueError(f"question.{language}: {found.phrase!r} is not for customers. {why}")
        return self


class StoreFile(Strict):
    """The whole file. Settings that a store leaves out come from `chain`."""

    chain: ChainRow = ChainRow()
    stores: Annotated[list[StoreRow], Field(min_length=1)]

    @model_validator(mode="after")
    def _no_repeats(self) -> "StoreFile":
        _no_repeats("store_id", (s.store_id for s in self.stores))
        _no_repeats("code", (t.code for s in self.stores for t in s.touchpoints))
        return self

    @model_validator(mode="after")
    def _policies(self) -> "StoreFile":
        """Give each store the settings of `chain` that it leaves out, and look for contradictions."""
        chain = self.chain.policy
        # A contradiction within `chain` is told once, not for each store.
        wrong = [f"chain, policy.{problem}" for problem in contradictions(chain)]
        for store in self.stores if not wrong else ():
            found = [
                *foreign_amounts(store.policy, chain),
                *contradictions(store.policy.with_defaults_of(chain)),
            ]
            wrong += [f"store {store.store_id!r}, policy.{problem}" for problem in found]
            store.policy = store.policy.with_defaults_of(chain)
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    @model_validator(mode="after")
    def _one_person_each(self) -> "StoreFile":
        """Refuse a contact_id with two phones or e-mails: it would be two users who each see half of the stores."""
        first: dict[str, tuple[str, ContactRow]] = {}
        differing = []
        for place, contact in self._contacts():
            seen_at, seen = first.setdefault(contact.contact_id, (place, contact))
            if fields := differing_identity_fields(seen, contact):
                what = " and ".join(fields)
                differing.append(f"{place}: {contact.contact_id!r} has another {what} than at {seen_at}")
        if differing:
            listed = "\n  ".join(differing)
            raise ValueError(
                f"the same contact_id must be the same person in every store; give each person one\n  {listed}"
            )
        return self

    def _contacts(self) -> Iterator[tuple[str, ContactRow]]:
        for store in self.stores:
            for row, contact in enumerate(store.contacts, start=1):
                yield f"store {store.store_id!r}, contact {row}", contact


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """A store ready to be written: its plain settings, and its touchpoints."""

    settings: dict[str, Any]
    touchpoints: tuple[Touchpoint, ...]


def load(path: Path) -> list[StoreEntry]:
    """Read the stores of a file. BadStoreFile with all that is wrong with it; ValueError when it is no TOML, too large
    or nested too deeply."""
    with path.open("rb") as file:
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(f"the file has more than {MAX_FILE_BYTES // 1_000_000} MB")
    text = content.decode("utf-8")
    try:
        if _DEEP_TABLE.search(text):
            raise RecursionError
        data = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    try:
        rows = StoreFile.model_validate(data).stores
    except ValidationError as error:
        # Not "from error": pydantic's own message quotes phones and e-mails.
        raise store_file_error(error, data) from None
    return [store_entry(row) for row in rows]


def store_entry(row: StoreRow) -> StoreEntry:
    """Make a checked row ready to be written."""
    return StoreEntry(
        settings=row.model_dump(exclude={"touchpoints"}, exclude_none=True),
        touchpoints=tuple(
            Touchpoint(t.code, row.store_id, t.label, t.active, t.test) for t in row.touchpoints
        ),
    )


def write(table: Table, entries: Iterable[StoreEntry], now: datetime) -> None:
    """Write stores and touchpoints, replacing what was there, and start their retention tomorrow."""
    for entry in entries:
        stores.put_store(table, entry.settings)
        retention.start_retention(table, entry.settings["store_id"], now)
        for touchpoint in entry.touchpoints:
            stores.put_touchpoint(table, touchpoint)


def differing_identity_fields(one: ContactRow, other: ContactRow) -> list[str]:
    """The fields by which two contacts of one id would be two persons: some of name, phone, email."""
    return [field for field in ("name", "phone", "email") if _same(one, field) != _same(other, field)]


def _same(contact: ContactRow, field: str) -> str:
    value: str | None = getattr(contact, field)
    return (value or "").lower() if field == "email" else value or ""


def _no_repeats(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} {value!r} stands there twice")
        seen.add(value)
