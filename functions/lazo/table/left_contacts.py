"""Add the phone or e-mail that a customer leaves after their answer to it, once."""

from dataclasses import asdict

from lazo.customer.identity import CustomerKeys
from lazo.survey.answer import Answer, Consent
from lazo.table import answers, customers
from lazo.table.dynamodb import customer_partition, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import set_attributes
from lazo.timestamps import format_timestamp


class ReachableAlready(Exception):
    """The answer has another phone or e-mail, or may not be changed any more."""


def add_contact(
    table: Table,
    answer: Answer,
    name: str | None,
    phone: str | None,
    email: str | None,
    consent: Consent,
    customer: CustomerKeys,
) -> None:
    """Write a phone or e-mail, with the consent to use it, into an answer that has none. The same again changes
    nothing. Raises ReachableAlready."""
    sets = {
        "phone": phone,
        "email": email,
        "consent": {**asdict(consent), "at": format_timestamp(consent.at)},
        "customer_pk": customer_partition.customer(customer.key),
        "customer_at": format_timestamp(answer.at),
        "customer_also": customer.also,
        "name": answer.name or name,
    }
    write = set_attributes(
        keys.answer(answer.store_id, answer.ulid),
        {attribute: value for attribute, value in sets.items() if value is not None},
        condition="attribute_exists(pk) AND attribute_not_exists(phone) AND attribute_not_exists(email)"
        " AND attribute_not_exists(customer_pk) AND attribute_not_exists(erased_at)"
        " AND attribute_not_exists(restricted_at)",
        error=ReachableAlready(answer.ulid),
    )
    links = customers.link_unsure_keys if answer.suspect else customers.link_keys
    try:
        table.transact([write, *links(customer.key, customer.also)])
    except ReachableAlready:
        found = answers.get_answer(table, answer.store_id, answer.ulid)
        if found is None or (found.phone, found.email) != (phone, email):
            raise
