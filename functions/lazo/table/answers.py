"""Answers in the table: accepted once, classified once."""

from collections.abc import Mapping
from typing import Any, Literal

from lazo import ids
from lazo.followup.model import FollowUp
from lazo.survey.answer import Answer, Classification, Consent
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put
from lazo.timestamps import format_timestamp, parse_timestamp


class AnswerConflict(Exception):
    """This id was used for another answer before."""


def put_answer(table: Table, answer: Answer) -> Literal["new", "same"]:
    """Write an answer by one conditional put. Returns `same` if it was written before. Raises AnswerConflict if another
    answer has its id."""
    before = table.put_or_get(Put(_item(answer), condition="attribute_not_exists(pk)"))
    if before is None:
        return "new"
    if before.get("fingerprint") != answer.fingerprint():
        raise AnswerConflict(answer.answer_id)
    return "same"


def get_answer(table: Table, store_id: str, ulid: str) -> Answer | None:
    """Return the answer, or None."""
    item = table.get(keys.answer(store_id, ulid))
    return answer_from_item(item) if item else None


def answer_of(table: Table, followup: FollowUp) -> Answer | None:
    """Return the answer that opened a follow-up; None if it was erased, or signals opened the follow-up."""
    return get_answer(table, followup.store_id, followup.answer_ulid) if followup.answer_ulid else None


def _item(answer: Answer) -> dict[str, Any]:
    key = keys.answer(answer.store_id, answer.ulid)
    consent = answer.consent
    return {
        "pk": key.pk,
        "sk": key.sk,
        "answer_id": answer.answer_id,
        "ulid": answer.ulid,
        "store_id": answer.store_id,
        "code": answer.code,
        "touchpoint": answer.touchpoint,
        "score": answer.score,
        "language": answer.language,
        "at": format_timestamp(answer.at),
        "comment": answer.comment,
        "reasons": list(answer.reasons),
        "name": answer.name,
        "phone": answer.phone,
        "email": answer.email,
        "consent": consent
        and {"version": consent.version, "language": consent.language, "at": format_timestamp(consent.at)},
        "suspect": list(answer.suspect),
        "resurvey_of": answer.resurvey_of,
        "improved": answer.improved,
        "signed": answer.signed or None,
        "fingerprint": answer.fingerprint(),
        "customer_pk": answer.customer_key and keys.customer(answer.customer_key),
        "customer_at": answer.customer_key and format_timestamp(answer.at),
        "customer_also": answer.customer_also,
        "due_pk": keys.due_partition(key),
        "due_at": answer.classification_due_at(),
        "list_pk": listing.answers_of_month(f"{ids.parse_id(answer.ulid).at:%Y-%m}"),
        "list_at": listing.answer_position(answer.store_id, answer.ulid),
    }


def answer_from_item(item: Mapping[str, Any]) -> Answer:
    """Return the answer of an item. Raises KeyError or ValueError if the item is not one."""
    if type(item["score"]) is not int or item["score"] not in range(11):
        raise ValueError("the item's score is no whole number from 0 to 10")
    consent = item.get("consent")
    return Answer(
        answer_id=item["answer_id"],
        ulid=item["ulid"],
        store_id=item["store_id"],
        code=item["code"],
        touchpoint=item["touchpoint"],
        score=item["score"],
        language=item["language"],
        at=parse_timestamp(item["at"]),
        comment=item["comment"],
        reasons=tuple(item["reasons"]),
        name=item.get("name"),
        phone=item.get("phone"),
        email=item.get("email"),
        consent=Consent(consent["version"], consent["language"], parse_timestamp(consent["at"]))
        if consent
        else None,
        customer_key=keys.customer_key_in(item["customer_pk"]) if "customer_pk" in item else None,
        customer_also=item.get("customer_also"),
        suspect=tuple(item["suspect"]),
        classification=_classification(item),
        erased="erased_at" in item,
        resurvey_of=item.get("resurvey_of"),
        improved=item.get("improved"),
        signed=item.get("signed", False),
    )


def is_answer(key: Key) -> bool:
    """Whether `key` is that of an answer."""
    return key.sk.startswith(keys.ANSWER_PREFIX)


def _classification(item: Mapping[str, Any]) -> Classification | None:
    if "classified_at" not in item:
        return None
    return Classification(
        band=item["band"],
        themes=tuple(item["themes"]),
        urgency=tuple(item["urgency"]),
        leaving=item["leaving"],
        competitors=tuple(item["competitors"]),
        suspect=tuple(item["suspect"]),
        at=parse_timestamp(item["classified_at"]),
        asks=item.get("asks", False),
    )
