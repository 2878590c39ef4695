"""A file of shops (TOML), checked whole before anything of it is used."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator, model_validator

from lazo.auth.links import tag_of
from lazo.auth.users import person_of
from lazo.phrases import wording_guard
from lazo.store.contacts import Contact
from lazo.store.model import Touchpoint
from lazo.store.opening_hours import OpeningHours
from lazo.table import retention, stores
from lazo.table.dynamodb.table import Table
from lazo.text.contact_details import ascii_email, e164_with_country_code
from lazo.translations import Language
from ops.store_errors import refused
from ops.store_policy import ChainRow, PolicyRow, Quiet, Strict, contradictions, foreign_amounts

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


@cache
def _zones() -> frozenset[str]:
    """Read once: it walks the folders of the database each time."""
    return frozenset(available_timezones())


@lru_cache(maxsize=20_000)
def _e164(phone: str) -> str:
    return e164_with_country_code(phone, assigned=True)


@lru_cache(maxsize=20_000)
def _address(email: str) -> str:
    return ascii_email(email)


def _as_text(value: Any) -> Any:
    """A date of TOML's own as the table keeps it; anything else as it is."""
    plain = isinstance(value, date) and not isinstance(value, datetime)
    return value.isoformat() if plain else value


def _day(value: Any) -> str:
    text = _as_text(value)
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


Day = Annotated[str, BeforeValidator(_day)]
DaysOff = Annotated[tuple[Day, Day], AfterValidator(_in_order)]


_FITTING: Final[set[tuple[str | None, ...]]] = set()
"""Hours that were checked already: a chain of thousands of shops has a handful of them."""


class ContactRow(Strict):
    """Somebody to alert: at least a phone or an e-mail. `away`: first and last day of each absence."""

    contact_id: Id
    name: Annotated[str, Field(min_length=1, max_length=80)]
    role: Literal["store", "area", "head"]
    level: Annotated[int, Field(ge=0, le=9)]
    language: Language
    phone: Annotated[str, AfterValidator(_e164)] | None = None
    email: Annotated[str, AfterValidator(_address)] | None = None
    quiet: Quiet | None = None
    away: Annotated[list[DaysOff], Field(max_length=100, default_factory=list)]

    @model_validator(mode="after")
    def _reachable(self) -> "ContactRow":
        if not self.phone and not self.email:
            raise ValueError("needs a phone or an e-mail")
        return self


class TouchpointRow(Strict):
    """A QR code and where it hangs."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{3,40}$")]
    label: Annotated[str, Field(min_length=1, max_length=40)]
    active: bool = True


class StoreRow(Strict):
    """A shop with its touchpoints and chain of contacts."""

    store_id: Id
    name: Annotated[str, Field(min_length=1, max_length=60)]
    brand: Annotated[str, Field(min_length=1, max_length=60)]
    language: Language
    timezone: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    subdivision: str | None = None
    hours: dict[str, Any]
    contacts: Annotated[list[ContactRow], Field(min_length=1, max_length=20)]
    touchpoints: Annotated[list[TouchpointRow], Field(min_length=1, max_length=200)]
    policy: PolicyRow = Field(default_factory=PolicyRow)
    competitors: list[str] = Field(default_factory=list)
    question: dict[Language, Annotated[str, Field(min_length=10, max_length=200)]] = Field(
        default_factory=dict
    )
    staff: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=80)]], Field(max_length=500, default_factory=list)
    ]
    review_link: Annotated[str, Field(pattern=r"^(https://[^\s/]+\S*)?$", max_length=300)] = ""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _zones():
            raise ValueError("is not a zone of the IANA database, like America/Santiago")
        return ZoneInfo(value).key

    @field_validator("hours", mode="before")
    @classmethod
    def _plain_dates(cls, value: Any) -> Any:
        """The dates of seasons as text; what is no season is told of by whoever reads the hours."""
        if not isinstance(value, dict) or not isinstance(value.get("closed"), list):
            return value
        seasons = [[*map(_as_text, s)] if isinstance(s, list) else s for s in value["closed"]]
        return {**value, "closed": seasons}

    @model_validator(mode="after")
    def _fits_together(self) -> "StoreRow":
        said = (repr(self.hours), self.timezone, self.country, self.subdivision)
        if said not in _FITTING:
            OpeningHours.from_dict(self.hours, self.timezone, self.country, self.subdivision)
            _FITTING.add(said)
        _no_repeats("contact_id", (c.contact_id for c in self.contacts))
        if len({tag_of(person_of(Contact(**c.model_dump()))) for c in self.contacts}) < len(self.contacts):
            raise ValueError("two contacts cannot be told apart in a link; change one's contact_id")
        return self

    @model_validator(mode="after")
    def _question_fit_for_customers(self) -> "StoreRow":
        for language, text in self.question.items():
            for found in wording_guard.check(text, language, (self.name, self.brand)):
                why = wording_guard.reasons("en")[found.reason]
                raise ValueError(f"question.{language}: {found.phrase!r} is not for customers. {why}")
        return self


class StoreFile(Strict):
    """The whole file. What a shop's policy does not say is the chain's."""

    chain: ChainRow = ChainRow()
    stores: Annotated[list[StoreRow], Field(min_length=1)]

    @model_validator(mode="after")
    def _no_repeats(self) -> "StoreFile":
        _no_repeats("store_id", (s.store_id for s in self.stores))
        _no_repeats("code", (t.code for s in self.stores for t in s.touchpoints))
        return self

    @model_validator(mode="after")
    def _policies(self) -> "StoreFile":
        """Give each shop the chain's policy for what it does not say, and look at the whole of it."""
        chain = self.chain.policy
        # What a chain says wrong would be wrong in each of its shops.
        wrong = [f"chain, policy.{problem}" for problem in contradictions(chain)]
        for store in self.stores if not wrong else ():
            found = [*foreign_amounts(store.policy, chain), *contradictions(store.policy.over(chain))]
            wrong += [f"store {store.store_id!r}, policy.{problem}" for problem in found]
            store.policy = store.policy.over(chain)
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    @model_validator(mode="after")
    def _one_person_each(self) -> "StoreFile":
        """A contact_id with another phone or e-mail elsewhere would be another person, who sees half of the shops."""
        first: dict[str, tuple[str, ContactRow]] = {}
        differing = []
        for place, contact in self._contacts():
            seen_at, seen = first.setdefault(contact.contact_id, (place, contact))
            if fields := persons_differ(seen, contact):
                what = " and ".join(fields)
                differing.append(f"{place}: {contact.contact_id!r} has another {what} than at {seen_at}")
        if differing:
            listed = "\n  ".join(differing)
            raise ValueError(
                f"the same contact_id must be the same person in every shop; give each person one\n  {listed}"
            )
        return self

    def _contacts(self) -> Iterator[tuple[str, ContactRow]]:
        for store in self.stores:
            for row, contact in enumerate(store.contacts, start=1):
                yield f"store {store.store_id!r}, contact {row}", contact


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """A shop ready to be written: its plain settings, and its touchpoints."""

    settings: dict[str, Any]
    touchpoints: tuple[Touchpoint, ...]


def load(path: Path) -> list[StoreEntry]:
    """The shops of a file. Raises BadStoreFile with everything that is wrong with it."""
    with path.open("rb") as file:
        data = tomllib.load(file)
    try:
        rows = StoreFile.model_validate(data).stores
    except ValidationError as error:
        # Not "from error": pydantic's own message quotes phones and addresses.
        raise refused(error, data) from None
    return [entry_of(row) for row in rows]


def entry_of(row: StoreRow) -> StoreEntry:
    """A shop that was checked, ready to be written."""
    return StoreEntry(
        settings=row.model_dump(exclude={"touchpoints"}, exclude_none=True),
        touchpoints=tuple(Touchpoint(t.code, row.store_id, t.label, t.active) for t in row.touchpoints),
    )


def write(table: Table, entries: Iterable[StoreEntry], now: datetime) -> None:
    """Write shops and touchpoints, replacing what was there; from tomorrow on the sweep looks after what is too old."""
    for entry in entries:
        stores.put_store(table, entry.settings)
        retention.plant(table, entry.settings["store_id"], now)
        for touchpoint in entry.touchpoints:
            stores.put_touchpoint(table, touchpoint)


def persons_differ(one: ContactRow, other: ContactRow) -> list[str]:
    """The fields by which two contacts of one id would be two persons."""
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
