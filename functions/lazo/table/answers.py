"""Answers in the table: accepted once, classified once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from lazo import ids
from lazo.survey.answer import Answer, Classification, Consent, with_telling_words
from lazo.table.dynamodb import customer_partition, keys, listing
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put
from lazo.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from lazo.followup.model import FollowUp  # the largest class of all, for which no answer has to wait

_TRIES: Final = 4
_COUNTED: Final = (
    "score",
    "at",
    "band",
    "themes",
    "praised",
    "mentioned",
    "urgency",
    "leaving",
    "competitors",
    "suspect",
    "classified_at",
)
"""The attributes that say what was counted of an answer."""


class AnswerConflict(Exception):
    """This id was used for another answer before."""


class StillChanging(Exception):
    """The answer changed during each attempt to complete it; the same request may work in a moment."""


def put_answer(table: Table, answer: Answer) -> Literal["new", "same"]:
    """Write an answer by one conditional put, in place of one with its id that was only tapped until now.

    Returns `same` if it was written before, or if it is a tap and the form or a later tap arrived before it. Raises
    AnswerConflict if another answer has its id, StillChanging if each attempt met another tap.
    """
    item = answer_item(answer)
    write = Put(item, *_new_or_tapped(answer))
    for _ in range(_TRIES):
        before = table.put_or_get(write)
        if before is None:
            return "new"
        if _stands(before, answer):
            return "same"
        # Read only now: an answer that was counted by its tap takes along what was counted.
        write = Put({**item, "counted_as": _counted_in(before)}, *_as_read(before))
    raise StillChanging(answer.answer_id)


def get_answer(table: Table, store_id: str, ulid: str, *, whole: bool = False) -> Answer | None:
    """Return the answer, or None. `whole`: see `answer_from_item`."""
    item = table.get(keys.answer(store_id, ulid))
    return answer_from_item(item, whole=whole) if item else None


def answer_of(table: Table, followup: FollowUp, *, whole: bool = False) -> Answer | None:
    """Return the answer that opened a follow-up; None if it was erased, or signals opened the follow-up."""
    ulid = followup.answer_ulid
    return get_answer(table, followup.store_id, ulid, whole=whole) if ulid else None


def telling_answer_of(table: Table, followup: FollowUp) -> Answer | None:
    """Return the answer that opened a follow-up, as `answer_of` does, with the words of its visit that matter now."""
    first = answer_of(table, followup)
    return first and with_telling_words(first, more_answers_of(table, followup))


def more_answers_of(table: Table, followup: FollowUp, *, whole: bool = False) -> list[Answer]:
    """Return the further answers of the customer's visit, oldest first, without any that were erased."""
    wanted = [keys.answer(followup.store_id, ulid) for ulid in followup.more_answers]
    found = table.batch_get(wanted) if wanted else {}
    given = [answer_from_item(found[key], whole=whole) for key in wanted if key in found]
    return [answer for answer in given if not answer.erased]


def _new_or_tapped(answer: Answer) -> tuple[str, dict[str, Any] | None]:
    """Return the condition, and its values, that nothing has this id, or a tap that was not counted."""
    uncounted = "attribute_not_exists(classified_at) AND attribute_not_exists(counted_as)"
    if answer.tapped_at is None:
        return f"attribute_not_exists(pk) OR (attribute_exists(tapped_at) AND {uncounted})", None
    later = {":tapped_at": answer.tapped_at}
    return f"attribute_not_exists(pk) OR (tapped_at < :tapped_at AND {uncounted})", later


def _as_read(before: Item) -> tuple[str, dict[str, Any]]:
    """Return the condition, and its values, that a tap is still as it was read."""
    classified = before.get("classified_at")
    seen = "classified_at = :classified_at" if classified else "attribute_not_exists(classified_at)"
    return f"tapped_at = :seen AND {seen}", {":seen": before["tapped_at"], ":classified_at": classified}


def _stands(before: Item, answer: Answer) -> bool:
    """Return whether what is stored already says what `answer` says, or something later. Raises AnswerConflict."""
    if answer.tapped_at is not None:
        return "tapped_at" not in before or before["tapped_at"] >= answer.tapped_at
    if "tapped_at" in before:
        return False
    if before.get("fingerprint") != answer.fingerprint():
        raise AnswerConflict(answer.answer_id)
    return True


def _counted_in(before: Item) -> Item | None:
    if "classified_at" in before:
        return {name: before[name] for name in _COUNTED if name in before}
    return before.get("counted_as")


def answer_item(answer: Answer) -> dict[str, Any]:
    """Return the item of an answer that was just accepted."""
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
        "improvement_id": answer.improvement_id,
        "improved": answer.improved,
        "signed": answer.signed or None,
        "source_mark": answer.source_mark,
        "tapped_at": answer.tapped_at,
        "provisional": answer.provisional or None,
        "fingerprint": answer.fingerprint(),
        "customer_pk": answer.customer_key and customer_partition.customer(answer.customer_key),
        "customer_at": answer.customer_key and format_timestamp(answer.at),
        "customer_also": answer.customer_also,
        "due_pk": keys.due_partition(key),
        "due_at": answer.classification_due_at(),
        "list_pk": listing.answers_of_month(f"{ids.parse_id(answer.ulid).at:%Y-%m}"),
        "list_at": listing.answer_position(answer.store_id, answer.ulid),
    }


def answer_from_item(item: Mapping[str, Any], *, whole: bool = False) -> Answer:
    """Return the answer of an item. A restricted one comes without its content, unless `whole` is wanted: by the
    customer, or to count what was counted. Raises KeyError or ValueError if the item is not one."""
    if type(item["score"]) is not int or item["score"] not in range(11):
        raise ValueError("the item's score is no whole number from 0 to 10")
    consent = item.get("consent")
    answer = Answer(
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
        customer_key=customer_partition.customer_key_in(item["customer_pk"])
        if "customer_pk" in item
        else None,
        customer_also=item.get("customer_also"),
        suspect=tuple(item["suspect"]),
        classification=_classification(item),
        erased="erased_at" in item,
        restricted="restricted_at" in item,
        resurvey_of=item.get("resurvey_of"),
        improvement_id=item.get("improvement_id"),
        improved=item.get("improved"),
        signed=item.get("signed", False),
        source_mark=item.get("source_mark"),
        tapped_at=item.get("tapped_at"),
        provisional=item.get("provisional", False),
        phone_version=item.get("phone_version", 0),
        email_version=item.get("email_version", 0),
    )
    counted = item.get("counted_as")
    answer = replace(answer, counted_as=_as_counted(answer, counted)) if counted else answer
    return answer.without_content() if answer.restricted and not whole else answer


def _as_counted(answer: Answer, counted: Mapping[str, Any]) -> Answer:
    at, found = parse_timestamp(counted["at"]), _classification(counted)
    return replace(answer, score=counted["score"], at=at, classification=found)


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
        praised=tuple(item.get("praised", ())),
        mentioned=tuple(item.get("mentioned", ())),
    )
