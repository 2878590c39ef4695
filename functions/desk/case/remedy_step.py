"""The later steps of a case: what has to be put right, and resolving it."""

from datetime import date, timedelta
from typing import Any

from desk.case.conversation_step import theme_name
from desk.case.view import CaseView
from desk.web.render import Times, say
from lazo.case import actions as case_actions
from lazo.case import concerns
from lazo.case.concerns import complaint_themes
from lazo.followup.deadlines import expected_deadlines
from lazo.followup.lifecycle import LATEST_NEW_DATE
from lazo.translations import translations


def remedy_step(view: CaseView, times: Times) -> dict[str, Any]:
    """Return the template variables of the concerns, and of resolving the case.

    `may_resolve`: nothing is left to solve or plan, so that the case can be resolved; `likely_cause` and `likely_done`:
    what the concerns say of it.
    """
    followup, case, store = view.case.followup, view.case, view.store
    labels = translations("labels", view.reader.language)
    more = (reason for each in view.more_answers for reason in each.reasons)
    named = dict.fromkeys((*complaint_themes(followup, view.answer), *more))
    taken = [concern.theme for concern in case.concerns]
    owner = followup.owner if followup.owner and store.contact(followup.owner) else view.reader.contact_id
    present, tomorrow = followup.deadline, view.now + timedelta(days=1)
    deadline = present if present and present > view.now else tomorrow
    solved, planned = (
        [c.action for c in case.concerns if c.state == state and c.action] for state in ("solved", "planned")
    )
    return {
        "suggested": [(theme, theme_name(theme, labels)) for theme in named if theme not in taken],
        "may_add": followup.stage != "resolved" and not followup.ended,
        "concern_owner": owner,
        "concern_deadline": _default_settle_day(view, times).isoformat(),
        "concern_priority": "high" if followup.priority in ("urgent", "high") else "normal",
        "contact_names": {c.contact_id: c.name for c in store.contacts},
        "other_options": _other_owners(view),
        "late_concerns": [c for c in case.concerns if concerns.is_late(c, times.today)],
        "latest_deadline": (times.today + LATEST_NEW_DATE).isoformat(),
        "may_resolve": followup.stage == "contacted" and case_actions.may_be_resolved(case),
        "likely_cause": followup.root_cause_theme or next(iter((*filter(None, taken), *named)), ""),
        "likely_done": " ".join(_sentence(each) for each in (solved or planned)),
        "earliest_date": times.today.isoformat(),
        "new_date": times.input(deadline),
    }


def _other_owners(view: CaseView) -> list[tuple[str, str]]:
    """Return the other contacts of the store as options, with their roles."""
    text = translations("case", view.reader.language)["changes"]
    return [
        (c.contact_id, say(text["level"], name=c.name, role=text["roles"][c.role]))
        for c in view.store.contacts
        if c.contact_id != view.case.followup.owner
    ]


def _default_settle_day(view: CaseView, times: Times) -> date:
    """Return the default deadline of a new concern: the day on which the follow-up must be resolved, or today."""
    resolved = expected_deadlines(view.case.followup, view.store).get("resolved")
    day = times.local(resolved).date() if resolved else times.today
    return min(max(day, times.today), times.today + LATEST_NEW_DATE)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
