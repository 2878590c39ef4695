"""Says what SMS to the stores of a file cannot do, from the rules of their countries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lazo.messaging.sms_countries import SenderProblem, sender_problem
from lazo.messaging.two_way_sms import TwoWayNumbers
from lazo.text.contact_details import country_of
from ops.store_import.store_file import StoreEntry
from ops.store_import.validate_sheet import Mistake


@dataclass(frozen=True, slots=True)
class SmsReach:
    """`mistakes`: contacts whom no alert would reach. `warnings`: what does not work for others, a sentence for each
    country with its stores."""

    mistakes: tuple[Mistake, ...]
    warnings: tuple[str, ...]


def check_sms_reach(
    entries: Iterable[tuple[int, StoreEntry]],
    sender_id: str,
    two_way: TwoWayNumbers,
    registered: Collection[str] | None = None,
) -> SmsReach:
    """Check the countries of stores and of their contacts' phones, given each store with its row, and the sender id and
    numbers of the installation. `registered`: where the sender id is registered, None if that is not known."""
    problems: dict[str, SenderProblem | None] = {}
    stores: dict[str, list[str]] = defaultdict(list)
    mistakes = []
    for row, entry in entries:
        contacts = entry.settings["contacts"]
        phones = {c["phone"]: country_of(c["phone"]) or "" for c in contacts if c.get("phone")}
        for country in {entry.settings["country"], *phones.values()}:
            if country not in problems:
                problems[country] = sender_problem(
                    country,
                    sender_id,
                    has_number=country in two_way.numbers,
                    registered=None if registered is None else country in registered,
                )
            if problems[country]:
                stores[country].append(entry.settings["store_id"])
        for number, contact in enumerate(contacts, start=1):
            problem = problems.get(phones.get(contact.get("phone"), ""))
            if problem and problem.blocks and not contact.get("email"):
                why = f"{problem.reason}: give an e-mail too, or {problem.todo}"
                mistakes.append(Mistake(row, f"contacts.{number}.phone", why))
    warnings = (
        f"{problem.reason}: {problem.todo}. ({_stores(stores[country])})"
        for country, problem in sorted(problems.items())
        if problem
    )
    return SmsReach(tuple(mistakes), tuple(warnings))


def _stores(store_ids: list[str]) -> str:
    return store_ids[0] if len(store_ids) == 1 else f"{store_ids[0]} and {len(store_ids) - 1} more"
