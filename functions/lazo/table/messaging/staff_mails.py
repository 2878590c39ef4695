"""E-mails to staff that are about no single case, claimed and sent like any message, and which of them a user wants."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from lazo.messaging.staff_mail import OPTIONAL_KINDS, MailWishes, StaffMail
from lazo.table.dynamodb import keys, staff_keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, set_attributes
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp

KEPT_FOR: Final = timedelta(days=60)
"""Far longer than attempts go on; while it is kept, the same e-mail is not planned again."""


def plan_mail(table: Table, mail: StaffMail) -> None:
    """Store an e-mail to be sent from its time on, unless it is stored already."""
    table.put_or_get(replace(mail_put(mail), condition="attribute_not_exists(pk)"))


def mail_put(mail: StaffMail) -> Put:
    """Return the write of an e-mail to be sent from its time on."""
    key = _key(mail)
    item = key.item(
        **_MAIL.item(mail),
        due_pk=keys.due_partition(key),
        due_at=format_timestamp(mail.planned_at),
        expires_at=int((mail.planned_at + KEPT_FOR).timestamp()),
    )
    return Put(item)


def get_mail(table: Table, mail_id: str) -> StaffMail | None:
    """Return the e-mail that an event names, or None."""
    item = table.get(staff_keys.mail_key(mail_id))
    return mail_from_item(item) if item else None


def id_of(key: Key) -> str:
    """Return how events name the e-mail at `key`."""
    return staff_keys.mail_id(key)


def is_mail(key: Key) -> bool:
    """Whether `key` is that of such an e-mail."""
    return key.sk.startswith(staff_keys.MAIL_PREFIX)


def mail_from_item(item: Mapping[str, Any]) -> StaffMail:
    """Return the e-mail of an item."""
    return _MAIL.read(item)


def mail_wishes(table: Table, user_id: str) -> MailWishes:
    """Return which e-mails a user wants; all of them until they say otherwise."""
    item = table.get(staff_keys.wishes(user_id)) or {}
    return MailWishes(**{kind: item[kind] for kind in OPTIONAL_KINDS if kind in item})


def set_mail_wishes(table: Table, user_id: str, wishes: MailWishes, form_id: str) -> bool:
    """Record which e-mails a user wants, as a form says; return whether they stand. They do not if a form that was
    shown later said otherwise since."""
    said: dict[str, Any] = {kind: wishes.wants(kind) for kind in OPTIONAL_KINDS}
    later = set_attributes(
        staff_keys.wishes(user_id),
        {**said, "form_id": form_id},
        condition="attribute_not_exists(#form_id) OR #form_id <= :form_id",
    )
    return table.update_if(later) is not None or mail_wishes(table, user_id) == wishes


def _key(mail: StaffMail) -> Key:
    return staff_keys.mail(mail.user_id, mail.kind, mail.ref)


MAIL_CLAIMS: Final = Claims(_key)
_MAIL: Final = Record(StaffMail, sparse=("answers", "codes"))
