"""The weekly digest of the stores that the user may see, and which e-mails they want."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Literal
from urllib.parse import parse_qs

from desk.account.access import Access
from desk.board.filters import BoardFilters
from desk.deps import Deps
from desk.insights.filters import InsightFilters
from desk.insights.navigation import DIGEST_PATH, page_links, page_path
from desk.insights.rising_notes import rising_answers, rising_note
from desk.promises.filters import ENDED, PromiseFilters
from desk.web.addresses import page_address
from desk.web.linked_sentences import linked_sentence
from desk.web.render import PageHeader, Times, html_reply, render, say
from desk.web.request import body_text
from lazo.followup.model import FollowUp
from lazo.insight.statements import Statement
from lazo.insight.weekly_digest import CATALOG, digest_lines, place_name
from lazo.insight.weeks import Week, last_whole_week, parse_week, week_of
from lazo.messaging.staff_mail import MailWishes
from lazo.promise.model import JUDGED, Outcome
from lazo.table.messaging import staff_mails
from lazo.text.regional_formats import WORLD
from lazo.translations import translations
from lazo.web.responses import Response, redirect
from lazo.workflows.week_digest import WeekRead, read_week

PATH: Final = DIGEST_PATH
WEEKS_BACK: Final = 156
"""Three years: how far back the page leads."""


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/digest`: the last whole week, or the one that `week` names (`2026-W48`), up to the one that
    runs."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    return _page(query.get("week", ""), deps, access, said="saved" if "saved" in query else "")


def _page(
    wanted: str,
    deps: Deps,
    access: Access,
    *,
    said: str = "",
    wishes: MailWishes | None = None,
    status: int = 200,
) -> Response:
    """Return the page of a week. `said`: what became of the form of wishes ("saved", "stale", "changed"); `wishes`: its
    boxes as they were sent, None for those that stand."""
    now, scope = deps.clock(), access.scope
    own = deps.stores.find(scope.stores[0].store_id, now) if scope.stores else None
    zone = own.timezone if own else "UTC"
    week = _chosen_week(wanted, now, zone)
    names = {store.store_id: store.name for store in scope.stores}
    read = read_week(deps.table, names, week, now)
    times, text = (
        Times(zone, now, scope.language, own.country if own else WORLD),
        translations(CATALOG, scope.language),
    )
    following = week.next if week < _running(now, zone) else None
    first = _first_week(now, zone)
    html = render(
        "digest.html.j2",
        scope.language,
        words=CATALOG,
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="insights",
        page_path=PATH,
        times=times,
        insight=translations("insights_frame", scope.language),
        pages=page_links(InsightFilters(), "digest"),
        week=str(week),
        days=say(text["page"]["days"], first=times.plain_day(week.monday), last=times.plain_day(week.sunday)),
        place=place_name(read.digest, scope.stores[0].name if scope.stores else "", scope.language),
        quiet=read.digest.is_quiet,
        lines=digest_lines(read.digest, scope.language, partial(_linked, _addresses(week))),
        rising=[
            rising_note(counts, where, "shop", week.sunday - timedelta(days=1), scope.language)
            for where, counts in read.digest.notes.rising
        ],
        answers_of=rising_answers,
        cases=[(_case_line(each, names, times, text), each.followup_id) for each in read.unattended],
        quote=_quote(read, times, scope.language, text),
        answers=_answers_of(week, results="in") if read.digest.figures.bands.n else None,
        answers_n=read.digest.figures.bands.n,
        read_at=read.read_at,
        previous=page_address(PATH, week=str(week.previous))
        if week > first and not read.digest.is_before_all
        else None,
        next=page_address(PATH, week=str(following)) if following else None,
        wishes=wishes or staff_mails.mail_wishes(deps.table, scope.user_id),
        wishes_form=deps.new_form_token(access.session),
        in_team=any(store.role == "store" for store in scope.member_stores),
        said=said,
    )
    return html_reply(html, scope.language, status)


def set_wishes(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `POST /desk/digest/mails`, a form with the boxes `weekly` and `praise` and the `week` that it was sent
    from. A stale one changes nothing, and shows the page with its boxes as they were sent; one that was shown before
    another that said something else changes nothing either, and shows what stands."""
    given = {name: values[0] for name, values in parse_qs(body_text(event)).items()}
    form_id, user_id = deps.sessions.form_id(event, access.session), access.scope.user_id
    # Whoever is in no store's team is not asked about praise.
    asked = "asks_praise" in given
    praise = "praise" in given if asked else staff_mails.mail_wishes(deps.table, user_id).praise
    wishes, week = MailWishes(weekly="weekly" in given, praise=praise), given.get("week", "")
    if form_id is None:
        return _page(week, deps, access, said="stale", wishes=wishes, status=403)
    if not staff_mails.set_mail_wishes(deps.table, user_id, wishes, form_id):
        return _page(week, deps, access, said="changed", status=409)
    return redirect(page_address(PATH, week=week if parse_week(week) else None, saved="1") + "#mails")


def _running(now: datetime, zone: str) -> Week:
    return last_whole_week(now, zone).next


def _first_week(now: datetime, zone: str) -> Week:
    monday = _running(now, zone).monday
    return week_of(monday.fromordinal(monday.toordinal() - 7 * WEEKS_BACK))


def _chosen_week(wanted: str, now: datetime, zone: str) -> Week:
    week = parse_week(wanted)
    if week is None or not _first_week(now, zone) <= week <= _running(now, zone):
        return last_whole_week(now, zone)
    return week


def _answers_of(week: Week, **filters: str) -> str:
    """Return where the answers of a week that match are to read."""
    days = {"from": week.monday.isoformat(), "to": week.sunday.isoformat()}
    return page_address("/desk/answers", **filters, **days)


def _addresses(week: Week) -> Mapping[str, Mapping[str, str]]:
    """Return where the figures of a week's sentences lead, by the code of a Statement and the name of its value."""
    outcomes: tuple[Outcome | Literal["ended"], ...] = (ENDED, *JUDGED)
    ended: dict[str, str] = {each: PromiseFilters(outcome=each, week=week).address() for each in outcomes}
    board = BoardFilters()
    return {
        "bands.some": {
            f"{band}s": _answers_of(week, band=band, results="in")
            for band in ("promoter", "passive", "detractor")
        },
        "not_counted.suspect": {"n": _answers_of(week, results="doubtful")},
        "response.rate": {"rate": _answers_of(week, results="in")},
        "solved.some": {"n": page_address(page_path("team"), cases="solved_in_week", week=str(week))},
        "promises.ended": {"n": ended[ENDED], **ended},
        "open.some": {"n": board.address()},
        "open.unattended": {"n": board.address(view="unattended")},
        "open.overdue": {"n": board.address(view="behind")},
        "open.to_confirm": {"n": board.address(stage="resolved")},
    }


def _linked(
    addresses: Mapping[str, Mapping[str, str]], statement: Statement, language: str, catalog: str
) -> str:
    return linked_sentence(statement, language, addresses.get(statement.code, {}), catalog)


def _case_line(followup: FollowUp, names: Mapping[str, str], times: Times, text: Mapping[str, Any]) -> str:
    one = len(names) == 1 and followup.touchpoint
    where = followup.touchpoint if one else names.get(followup.store_id, "")
    opened = times.local(followup.opened_at)
    return say(text["page"]["case"], day=times.day(opened.date()), time=f"{opened:%H:%M}", shop=where)


def _quote(read: WeekRead, times: Times, language: str, text: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the words of praise, their language, and where and when they were written."""
    if read.praise is None:
        return None
    answer, store = read.praise.answer, read.praise.store
    local = Times(store.timezone, times.now, language, store.country)
    at = say(text["page"]["at"], shop=store.name, day=local.day(local.local(answer.at).date()))
    return {"words": read.praise.words(language), "language": answer.language, "at": at}
