"""Build the file with all that is stored about a customer, also what their page does not show: for programs (JSON) and
for people (HTML)."""

import json
from dataclasses import replace
from typing import Any, Final

from customer_page import page
from customer_page.readable_data import readable_content
from customer_page.visit import CustomerVisit, Visit
from customer_page.written import visible_notes
from lazo.case.model import Case
from lazo.customer.event import OWN_SOURCE, CustomerEvent
from lazo.followup import model as followup
from lazo.survey.answer import Answer
from lazo.table import answers, cases, customers, erasure
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key
from lazo.table.messaging import opt_outs
from lazo.timestamps import format_timestamp
from lazo.translations import translations
from lazo.web.responses import VARY_BY_LANGUAGE, Response

MOST_ITEMS: Final = 100
"""Answers and follow-ups of one customer key in a file; the newest."""


def download(visit: Visit, table: Table, file_format: str | None) -> Response:
    """Return the file, as HTML if `file_format` is "html", else as JSON."""
    texts = translations("customer_page", visit.language)["file"]
    content = _content(visit, table)
    if file_format == "html":
        reply = page.data_page(visit, readable_content(content, visit))
        named = {"content-disposition": f'attachment; filename="{texts["name"]}.html"'}
        return replace(reply, headers={**reply.headers, **named})
    headers = {
        **VARY_BY_LANGUAGE,
        "content-type": "application/json; charset=utf-8",
        "content-disposition": f'attachment; filename="{texts["name"]}.json"',
    }
    whole = {"about": texts["about"], **content}
    body = json.dumps(whole, ensure_ascii=False, indent=2, default=format_timestamp)
    return Response(200, body, headers)


def _content(visit: Visit, table: Table) -> dict[str, Any]:
    """Return all that is stored about the customer; times are datetimes."""
    found = (item for key in visit.proven_keys for item in erasure.items_left(table, key, MOST_ITEMS))
    items = {Key.key_of(item): item for item in found}
    stored = (
        answers.answer_from_item(item, whole=True) for key, item in items.items() if answers.is_answer(key)
    )
    own = [visit.answer] if isinstance(visit, CustomerVisit) and visit.answer else []
    given = {(answer.store_id, answer.ulid): answer for answer in (*stored, *own)}
    followup_ids = {followup.followup_id_for(*of_answer) for of_answer in given}
    followup_ids |= {item["followup_id"] for key, item in items.items() if not answers.is_answer(key)}
    if isinstance(visit, CustomerVisit):
        followup_ids.add(visit.case.followup.followup_id)
    loaded = (cases.load_case(table, each) for each in sorted(followup_ids))
    events = [event for key in visit.proven_keys for event in customers.external_events(table, key)]
    every_key = {key for answer in given.values() for key in opt_outs.customer_keys_of(answer)}
    return {
        "made_at": visit.now,
        "messages_stopped": opt_outs.has_opted_out(table, [*visit.proven_keys, *sorted(every_key)]),
        "use_restricted_since": visit.rights.restricted_at,
        "objects_to": list(visit.rights.objections),
        "answers": [_answer(each, visit.language) for each in sorted(given.values(), key=lambda a: a.at)],
        "conversations": [_case(each, visit) for each in loaded if each],
        "told_by_other_systems": [_event(each) for each in events if each.source != OWN_SOURCE],
    }


def _answer(answer: Answer, language: str) -> dict[str, Any]:
    labels, found = translations("labels", language)["themes"], answer.classification
    consent = answer.consent
    return {
        "at": answer.at,
        "place": answer.touchpoint,
        "would_recommend_0_to_10": answer.score,
        "reasons": [labels.get(each, each) for each in answer.reasons],
        "comment": answer.comment,
        "name": answer.name,
        "phone": answer.phone,
        "email": answer.email,
        "language": answer.language,
        "agreed_to_be_contacted": consent
        and {"at": consent.at, "wording": consent.version, "language": consent.language},
        "topics_found": [labels.get(each, each) for each in found.themes] if found else [],
        "topics_praised": [labels.get(each, each) for each in found.praised] if found else [],
        "topics_mentioned": [labels.get(each, each) for each in found.mentioned] if found else [],
    }


def _case(case: Case, visit: Visit) -> dict[str, Any]:
    about, labels = case.followup, translations("labels", visit.language)["themes"]
    steps = ("opened_at", "taken_on_at", "contacted_at", "resolved_at", "confirmed_at")
    return {
        **{step: getattr(about, step) for step in steps},
        "topics": [labels.get(each, each) for each in about.themes],
        "points": [{"text": each.text, "state": each.state, "action": each.action} for each in case.concerns],
        "promises": [
            {
                "what": each.what,
                "by": each.due,
                "state": each.state,
                "why_not_needed": each.reason,
                "progress": [{"at": p.at, "text": p.text} for p in each.progress],
            }
            for each in case.promises
        ],
        "notes": [{"at": each.held_at, "text": each.text} for each in visible_notes(case, visit.proven_keys)],
        "recordings": [each.recording for each in case.notes if each.recording],
        "given_to_you": [
            {
                "at": each.at,
                "kind": each.kind,
                "value": str(each.value),
                "currency": each.currency,
                "reason": each.reason,
            }
            for each in case.incentives
        ],
        "messages_to_you": [
            {
                "at": each.sent_at,
                "by": each.channel,
                "subject": each.subject,
                "text": each.text,
            }
            for each in case.messages
        ],
        "why_it_happened": about.root_cause,
        "what_was_done": about.done,
        "wants_to_hear_of_improvements": about.interested,
    }


def _event(event: CustomerEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "told_by": event.source,
        "kind": event.kind,
        "text": event.text,
        "reference": event.reference,
        "change": None if event.change is None else str(event.change),
        "amount": None if event.amount is None else str(event.amount),
    }
