"""Correct a customer's name or address in what they left. Each function may be repeated, and then finishes what was
interrupted."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from lazo.auth.keyring import KeyRing
from lazo.customer.address_link import AddressLink
from lazo.customer.identity import CustomerKeys, customer_keys_of
from lazo.followup import model as followup
from lazo.survey.answer import Answer
from lazo.table import answers, customer_rights, customers, erasure, followups
from lazo.table.dynamodb import customer_partition, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Key, Put, Update, set_attributes
from lazo.table.messaging import opt_outs
from lazo.timestamps import format_timestamp

MOST_ANSWERS: Final = 1000
"""Answers of one key that are corrected, the newest."""


def change_name(table: Table, customer_keys: Iterable[str], name: str) -> None:
    """Give the name to every answer that was left with these keys."""
    for answer in _answers_under(table, customer_keys):
        write = set_attributes(
            keys.answer(answer.store_id, answer.ulid),
            {"name": name},
            condition="attribute_exists(pk) AND attribute_not_exists(erased_at)",
        )
        table.update_if(write)


def change_address(table: Table, ring: KeyRing, link: AddressLink, now: datetime) -> bool:
    """Make the link's address the customer's: in the answer on whose page it was typed, and in every other answer under
    the same key that had the same address before. Wishes go on to hold; the former address is linked with nothing any
    more, and links that went there open nothing. Returns False if the answer is gone.

    Raises followups.ChangedMeanwhile if a follow-up was changed in the same moment.
    """
    own = answers.get_answer(table, link.answered_at_store, link.answer_ulid, whole=True)
    if own is None or own.erased:
        return False
    old = own.email if link.channel == "email" else own.phone
    if old == link.address:
        return True
    others = [
        each
        for each in _answers_under(table, [link.from_key])
        if old and old == (each.email if link.channel == "email" else each.phone) and each.ulid != own.ulid
    ]
    _carry_wishes_over(table, ring, old, link, now)
    # The page's own answer goes last: until it has changed, a repetition begins anew.
    for answer in (*others, own):
        table.transact(list(_corrections(table, ring, answer, link)))
    return True


def _answers_under(table: Table, customer_keys: Iterable[str]) -> Iterator[Answer]:
    items = (item for key in customer_keys for item in erasure.items_left(table, key, MOST_ANSWERS))
    for item in items:
        if answers.is_answer(Key.key_of(item)) and "erased_at" not in item:
            yield answers.answer_from_item(item, whole=True)


def _carry_wishes_over(
    table: Table, ring: KeyRing, old: str | None, link: AddressLink, now: datetime
) -> None:
    former = _keys_of_address(ring, old) if old else None
    if former is None:
        return
    stopped = table.get(customer_partition.customer_opt_out(former.key))
    if stopped and stopped["stopped"]:
        table.put(opt_outs.record_opt_out(link.customer_key, "page", now))
    rights = customer_rights.rights_of(table, [former.key])
    if rights.objections:
        customer_rights.record_objections(table, [link.customer_key], rights.objections, "page", now)
    if rights.restricted_at:
        table.update(customer_rights.restriction_update(link.customer_key, True, "page", now))


def _corrections(
    table: Table, ring: KeyRing, answer: Answer, link: AddressLink
) -> Iterator[Put | Update | Delete]:
    """Yield the writes of one answer: its address and keys, its follow-up's key, and the links between keys."""
    by_email = link.channel == "email"
    phone, email = (answer.phone, link.address) if by_email else (link.address, answer.email)
    found = customer_keys_of(ring, phone, email)
    if found is None:
        return
    attribute, version = ("email", answer.email_version) if by_email else ("phone", answer.phone_version)
    sets = {
        attribute: link.address,
        f"{attribute}_version": version + 1,
        "customer_pk": customer_partition.customer(found.key),
        "customer_at": format_timestamp(answer.at),
        **({"customer_also": found.also} if found.also else {}),
    }
    yield set_attributes(
        keys.answer(answer.store_id, answer.ulid),
        sets,
        "" if found.also else "REMOVE customer_also",
        condition="attribute_exists(pk) AND attribute_not_exists(erased_at)",
    )
    about = followups.get_followup(table, followup.followup_id_for(answer.store_id, answer.ulid))
    if about and about.customer_key and about.customer_key != found.key:
        yield followups.followup_replacement(about, about.changed(customer_key=found.key))
    before = CustomerKeys(answer.customer_key, answer.customer_also) if answer.customer_key else None
    yield from _links(before, found)


def _links(before: CustomerKeys | None, after: CustomerKeys) -> Iterator[Put | Delete]:
    linked = {(after.key, after.also), (after.also, after.key)} if after.also else set()
    if before and before.also:
        for one, other in ((before.key, before.also), (before.also, before.key)):
            if (one, other) not in linked:
                yield Delete(customer_partition.customer_link(one, other))
                yield Delete(customer_partition.unsure_customer_link(one, other))
    yield from customers.link_keys(after.key, after.also)


def _keys_of_address(ring: KeyRing, address: str) -> CustomerKeys | None:
    return customer_keys_of(ring, None, address) if "@" in address else customer_keys_of(ring, address, None)
