"""Pages of improvements: the list with the newsletter, and one improvement with its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desk.account.access import Access
from desk.case.filled_form import FilledForm
from desk.deps import Deps
from desk.improvements.comparison import compare
from desk.improvements.form import TICKED_AT_MOST
from desk.improvements.permissions import ImprovementReader
from desk.web.addresses import page_address
from desk.web.linked_sentences import linked_sentence
from desk.web.render import PageHeader, Times, html_reply, render, say
from lazo.errors import Problem
from lazo.insight.improvement_replies import ImprovementReplies
from lazo.insight.improvements import Improvement
from lazo.insight.score import score_figure
from lazo.insight.statements import reply_statements
from lazo.phrases.theme_rules import THEMES
from lazo.phrases.wording_guard_rules import blocked_reasons
from lazo.table import improvements
from lazo.table.improvement_resurveys import improvement_replies
from lazo.translations import LANGUAGES, translations
from lazo.web.responses import Response

PATH: Final = "/desk/improvements"
NEW: Final = "new"
TOLD: Final = "told"
REPLY_KINDS: Final = {
    "asked_later": "asked",
    "answered_later": "answered",
    "noticed": "yes",
    "noticed_little": "little",
    "not_noticed": "no",
}
"""What the query may name as `cases` besides TOLD, and the figure of the replies that counts them."""
_STATUS: Final = {"changed": 409, "not_yours": 403, "stale": 403, "retry": 503}


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form that was not applied: why, and what was typed. `token` is kept if it is unknown whether it was written."""

    problems: Sequence[Problem] = ()
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    token: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows it."""
        return next((_STATUS[each.code] for each in self.problems if each.code in _STATUS), 422)


@dataclass(frozen=True, slots=True)
class ImprovementRow:
    """An improvement in the list."""

    improvement: Improvement
    place: str
    day: str
    told: int
    noticed: str


def improvement_address(improvement_id: str, **query: str | None) -> str:
    """Return the address of an improvement's page."""
    return page_address(f"{PATH}/{improvement_id}", **query)


def list_page(query: Mapping[str, str], deps: Deps, access: Access, reader: ImprovementReader) -> Response:
    """Return the list, from the cursor `after`."""
    scope, now = access.scope, deps.clock()
    after = improvements.parse_cursor(query.get("after"))
    listed = improvements.list_improvements(deps.table, reader.may_see, after)
    replies = improvement_replies(deps.table, [each.improvement_id for each in listed.improvements])
    text = translations("improvements_page", scope.language)
    times = Times("UTC", now, scope.language)
    html = render(
        "improvements.html.j2",
        scope.language,
        words="improvements_page",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="improvements",
        times=times,
        rows=[
            ImprovementRow(
                each,
                place_of(each, reader, text),
                times.day(each.in_place_from),
                replies[each.improvement_id].told,
                next(iter(_noticed(each.improvement_id, replies[each.improvement_id], scope.language)), ""),
            )
            for each in listed.improvements
        ],
        address=improvement_address,
        new=improvement_address(NEW),
        brands=reader.brands,
        today=times.today.isoformat(),
        month_ago=_month_ago(times.today).isoformat(),
        newsletter_languages=list(_names_of_languages().items()),
        continued=after is not None,
        next=page_address(PATH, after=listed.cursor),
        has_next=listed.cursor is not None,
    )
    return html_reply(html, scope.language)


def improvement_page(
    improvement: Improvement | None,
    deps: Deps,
    access: Access,
    reader: ImprovementReader,
    *,
    done: bool = False,
    sent: SentForm | None = None,
) -> Response:
    """Return the page of an improvement, of a new one for None, with its form for whoever may write it; after `sent`
    with what was typed and all problems."""
    scope, now = access.scope, deps.clock()
    text = translations("improvements_page", scope.language)
    improvement_id = improvement.improvement_id if improvement else NEW
    errors = problem_sentences(sent.problems if sent else (), text, scope.language)
    form = FilledForm(
        key="improvement",
        path=improvement_address(improvement_id),
        token=(sent and sent.token) or deps.new_form_token(access.session),
        version=improvement.version if improvement else 0,
        failed=sent is not None,
        typed=sent.typed if sent else {},
        errors=errors,
        made={},
    )
    chosen = improvement.store_ids if improvement else _only_store(reader)
    replies = ImprovementReplies()
    if improvement:
        replies = improvement_replies(deps.table, [improvement_id])[improvement_id]
    may_publish = reader.is_head or any(store.role == "area" for store in scope.stores)
    html = render(
        "improvement.html.j2",
        scope.language,
        words="improvements_page",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="improvements",
        page_path=improvement_address(improvement_id),
        times=Times("UTC", now, scope.language),
        form=form,
        improvement=improvement,
        done=done,
        problems=sent.problems if sent else (),
        sentences=_unplaced_sentences(sent, text),
        labelled={name: _label(name, text) for name in errors},
        place=place_of(improvement, reader, text) if improvement else "",
        day=Times("UTC", now, scope.language).day(improvement.in_place_from) if improvement else "",
        may_write=improvement is None or reader.may_write(improvement),
        may_publish=may_publish if improvement is None else reader.may_publish_for(improvement.store_ids),
        brands=reader.brands if reader.is_head else (),
        stores=scope.stores if len(scope.stores) <= TICKED_AT_MOST else (),
        store_lines="\n".join(_names(chosen, reader)),
        ticked=set(form.values("store")) if form.failed else set(chosen),
        where=_where(improvement),
        themes=[(each, translations("labels", scope.language)["themes"][each]) for each in THEMES],
        owner=improvement.owner if improvement else scope.name,
        texts={each.language: each for each in improvement.texts} if improvement else {},
        text_languages=_languages_in_order(reader, improvement),
        store_languages={store.language for store in reader.stores},
        told=replies.told,
        noticed=_noticed(improvement_id, replies, scope.language),
        too_few_replies=not score_figure(replies.bands).is_enough,
        compared=compare(improvement, deps, reader, now, scope.language) if improvement else [],
        told_address=improvement_address(improvement_id, cases=TOLD),
        list=PATH,
    )
    return html_reply(html, scope.language, sent.status if sent else 200)


def place_of(improvement: Improvement, reader: ImprovementReader, text: Mapping[str, Any]) -> str:
    """Return where it holds, for a reader: by name the stores that they may see."""
    if not improvement.store_ids:
        return say(text["all_of"], brand=improvement.brand)
    known = [store.name for store_id in improvement.store_ids if (store := reader.scope.store(store_id))]
    more = len(improvement.store_ids) - len(known)
    return ", ".join(known) + (f" +{more}" if more else "")


def problem_sentences(problems: Sequence[Problem], text: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return a sentence for each field with a problem; what the wording guard found, with its advice, in one."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        if problem.field is None:
            continue
        facts = dict(problem.facts)
        if finding := facts.pop("finding", None):
            facts = {
                "phrase": finding.phrase,
                "why": blocked_reasons(language)[finding.reason],
                "better": finding.better,
            }
        found.setdefault(problem.field, []).append(say(text["problem"]["code"][problem.code], **facts))
    return {name: " ".join(sentences) for name, sentences in found.items()}


def _unplaced_sentences(sent: SentForm | None, text: Mapping[str, Any]) -> list[str]:
    """Return the sentences of problems that belong to no field."""
    return (
        [text["problem"]["code"][each.code] for each in sent.problems if each.field is None] if sent else []
    )


def _label(name: str, text: Mapping[str, Any]) -> str:
    label, _, language = name.partition("-")
    named: str = text["fields"][label]
    return f"{named} ({_names_of_languages()[language]})" if language else named


def _noticed(improvement_id: str, replies: ImprovementReplies, language: str) -> list[str]:
    """Return what customers replied who were told of an improvement, in sentences; [] while none was asked."""
    addresses = {name: improvement_address(improvement_id, cases=kind) for kind, name in REPLY_KINDS.items()}
    return [linked_sentence(each, language, addresses) for each in reply_statements(replies)]


def _where(improvement: Improvement | None) -> str:
    return improvement.brand if improvement and not improvement.store_ids else "stores"


def _only_store(reader: ImprovementReader) -> tuple[str, ...]:
    stores = reader.scope.stores
    return (stores[0].store_id,) if len(stores) == 1 else ()


def _names(store_ids: Sequence[str], reader: ImprovementReader) -> list[str]:
    return [store.name for store_id in store_ids if (store := reader.scope.store(store_id))]


def _languages_in_order(reader: ImprovementReader, improvement: Improvement | None) -> list[tuple[str, str]]:
    """Return the languages with their names, that of the stores first."""
    stores = reader.stores
    first = improvement.texts[0].language if improvement else stores[0].language if stores else LANGUAGES[0]
    names = _names_of_languages()
    return sorted(names.items(), key=lambda each: each[0] != first)


def _names_of_languages() -> dict[str, str]:
    return {each: translations("sign_in", each)["language"] for each in LANGUAGES}


def _month_ago(today: date) -> date:
    """Return the same day of the month before, the 28th at most."""
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return date(year, month, min(today.day, 28))
