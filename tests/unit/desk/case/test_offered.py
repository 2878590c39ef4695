"""Every form of the case page, for every reader at every stage: what the page offers is what the server accepts."""

from dataclasses import replace
from decimal import Decimal
from typing import Final, get_args

import pytest

from desk.case import actions
from desk.case.action_context import ActionInput
from desk.case.page import case_page
from desk.case.view import CaseView
from desk.web.forms import Fields
from lazo.case.model import ActionContext
from lazo.errors import Rejected
from lazo.followup.model import CUSTOMER, Stage
from tests.builders import ANA, DIEGO, make_store
from tests.case_views import POLICY, busy, concern, given, note, planned, promise
from tests.desk import Form, forms

LUIS = {**ANA, "contact_id": "luis", "name": "Luis", "phone": "+56922345679", "email": "luis@aurora.example"}
STORE = make_store(contacts=[ANA, LUIS, DIEGO], policy=POLICY)
NOT_OFFERED: Final = {
    "taken",
    "wrong_stage",
    "settled_already",
    "promise_settled",
    "unknown_note",
    "open_concerns",
    "undo_late",
}
"""Codes that say that the page has no such form; others are about what was typed."""

FORMS: Final[list[tuple[str, dict[str, str], dict[str, str]]]] = [
    # action, what tells its form from others of the action, what is typed
    ("take-on", {}, {}),
    ("contacted", {}, {"reached": "yes", "channel": "phone"}),
    ("note", {}, {"channel": "phone", "text": "Llamó"}),
    *(("note", {"corrects": ref}, {"channel": "phone", "text": "No"}) for ref in ("n2", "n-diego", "n-eva")),
    (
        "concern",
        {},
        {"text": "Frío", "priority": "low", "owner": "luis", "deadline": "2026-03-14"},
    ),
    *(
        ("settle", {"concern_id": ref, "how": "solved"}, {"action": "Otra mesa"})
        for ref in ("c1", "c2", "c3", "c-diego")
    ),
    (
        "settle",
        {"concern_id": "c-diego", "how": "planned"},
        {"action": "Llamarla", "date": "2026-03-14", "hears_by": "phone"},
    ),
    ("settle", {"concern_id": "c-plan", "how": "planned"}, {"action": "Llamarla", "hears_by": "phone"}),
    *(
        ("concern-date", {"concern_id": ref}, {"deadline": "2026-03-15", "owner": "ana", "reason": "Turno"})
        for ref in ("c1", "c2", "c3", "c-diego", "c-plan")
    ),
    ("incentive", {}, {"kind": "discount", "value": "100", "reason": "La espera", "concern_id": "c1"}),
    ("promise", {}, {"what": "Otra", "date": "2026-03-14", "owner": "ana", "hears_by": "phone"}),
    *(("promise-progress", {"promise_id": ref}, {"text": "Va"}) for ref in ("p1", "p-diego", "p-kept")),
    *(("promise-kept", {"promise_id": ref}, {}) for ref in ("p1", "p-diego", "p-first", "p-broken")),
    *(("promise-withdrawn", {"promise_id": ref}, {"reason": "Ya no"}) for ref in ("p1", "p-diego")),
    *(
        (
            "promise-date",
            {"promise_id": ref},
            {"date": "2026-03-14", "owner": "ana", "reason": "Falta", "tell": "none"},
        )
        for ref in ("p1", "p-diego", "p-late")
    ),
    ("message", {}, {"channel": "sms", "text": "Hola Rosa"}),
    ("interested", {}, {"value": "on"}),
    ("reassign", {}, {"owner": "luis", "sure": "on"}),
    ("deadline", {}, {"until": "2026-03-12T12:00", "reason": "Feriado", "tell": "none"}),
    ("resolve", {}, {"root_cause_theme": "service", "root_cause": "Uno", "done": "Otro"}),
    ("confirm", {}, {"outcome": "not_yet", "channel": "phone"}),
    ("not-customer", {}, {}),
    ("undo", {}, {"entry": "01JENTRYTAKEN_ON"}),
]


def case_read_by(reader: str, owner: str | None, stage: Stage) -> CaseView:
    """The page of a case with something of everybody, doubtful so that it can be dismissed."""
    shown = busy("taken_on" if stage in ("unconfirmed", "unanswered") else stage, store=STORE)
    of_diego = {"owner": "diego"}
    contact = next(each for each in STORE.contacts if each.contact_id == reader)
    case = shown.case
    about = replace(case.followup, owner=owner, stage=stage, doubts=("too_fast",), unanswered_at=None)
    if stage in ("unconfirmed", "unanswered"):
        about = replace(about, deadline=None)
    return replace(
        shown,
        reader=contact,
        case=replace(
            case,
            followup=about,
            notes=(
                *case.notes,
                note("n-diego", by="diego", by_name="Diego"),
                note("n-eva", by=CUSTOMER, by_name=""),
            ),
            concerns=(*case.concerns, concern("c-diego", **of_diego), planned("c-plan")),
            promises=(
                *case.promises,
                promise("p-diego", **of_diego),
                promise("p-first", first_contact=True),
                promise("p-plan", concern_id="c-plan"),
            ),
        ),
    )


def is_offered(on_page: list[Form], action: str, distinguishing: dict[str, str]) -> bool:
    return any(
        each.action.endswith(f"/{action}")
        and all(each.fields.get(name) == [value] for name, value in distinguishing.items())
        and ("corrects" in each.fields) == ("corrects" in distinguishing)
        for each in on_page
    )


def is_accepted(shown: CaseView, action: str, typed: dict[str, str]) -> bool:
    context = ActionContext("FORM1", shown.store, shown.reader, shown.now)
    inputs = ActionInput(
        shown.case, context, lambda: given(), lambda: False, lambda: Decimal(0), lambda _owner, _day: {}
    )
    version = str(shown.case.followup.version)
    fields = Fields({name: [value] for name, value in {**typed, "version": version}.items()}, STORE.timezone)
    try:
        return actions.change_for(action, fields, inputs) is not None
    except Rejected as refused:
        return not {problem.code for problem in refused.problems} & NOT_OFFERED


def forms_that(shown: CaseView, what: str) -> set[str]:
    on_page = forms(case_page(shown)) if what == "are offered" else []
    return {
        " ".join((action, *distinguishing.values()))
        for action, distinguishing, typed in FORMS
        if (
            is_offered(on_page, action, distinguishing)
            if what == "are offered"
            else is_accepted(shown, action, {**distinguishing, **typed})
        )
    }


@pytest.mark.parametrize("owner", ["ana", None, "left"])
@pytest.mark.parametrize("reader", ["ana", "luis", "diego"])
def test_the_server_accepts_what_the_page_offers_and_nothing_else(reader: str, owner: str | None) -> None:
    for stage in get_args(Stage):
        shown = case_read_by(reader, None if stage == "open" else owner, stage)
        offered, accepted = forms_that(shown, "are offered"), forms_that(shown, "are accepted")
        assert accepted == offered, f"{reader} reads what {owner} has at {stage}"


def test_every_form_of_the_page_is_in_the_table() -> None:
    assert {action for action, _, _ in FORMS} == actions.ACTIONS.keys()


def test_somebody_elses_case_takes_a_note_and_what_is_the_readers_own() -> None:
    luis = case_read_by("luis", "ana", "contacted")
    assert forms_that(luis, "are accepted") == {"note"}
    diego = case_read_by("diego", "ana", "contacted")
    assert forms_that(diego, "are accepted") == {
        "note",
        "note n-diego",
        "settle c-diego solved",
        "settle c-diego planned",
        "concern-date c-diego",
        "promise-progress p-diego",
        "promise-kept p-diego",
        "promise-date p-diego",
        "reassign",
    }
