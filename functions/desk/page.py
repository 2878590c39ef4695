"""The follow-up page: who, where, when, why, and the clock."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desk.render import render, say
from lazo.answers import JUST_NOW, Answer
from lazo.followup import FollowUp
from lazo.instants import to_text
from lazo.store import Contact, Store
from lazo.wording import words


def followup(
    about: FollowUp,
    answer: Answer,
    store: Store,
    reader: Contact,
    now: datetime,
    form_token: str,
    reached: Collection[str],
    problem: str | None = None,
) -> str:
    """The page in the reader's language. `reached`: ids of the contacts who were told.

    `problem`: a key of the section [error] of its words, or None."""
    labels = words("labels", reader.language)
    facts = _facts(about, answer, store, reader)
    return render(
        "followup.html.j2",
        reader.language,
        words="desk",
        say=lambda line, **more: say(line, **(facts | more)),
        about=about,
        answer=answer,
        store=store,
        reader=reader,
        form_token=form_token,
        problem=problem,
        ago=_ago(now - answer.at),
        just_now=now - answer.at <= JUST_NOW,
        clock=_clock(about, store, reader, now),
        deadline_text=to_text(about.deadline) if about.deadline else "",
        now_text=to_text(now),
        ticked=[labels["themes"].get(r, r) for r in answer.reasons],
        heard=[labels["themes"].get(t, t) for t in about.themes if t not in answer.reasons],
        told=[c.name for c in sorted(store.contacts, key=lambda c: c.level) if c.contact_id in reached],
        found=answer.classification,
    )


def _facts(about: FollowUp, answer: Answer, store: Store, reader: Contact) -> dict[str, Any]:
    labels = words("labels", reader.language)
    owner = store.contact(about.owner) if about.owner else None
    return {
        "shop": store.name,
        "place": about.touchpoint,
        "score": about.score,
        "day": _local(answer.at, store).strftime(labels["format"]["day"]),
        "time": _local(answer.at, store).strftime(labels["format"]["time"]),
        "dangers": ", ".join(labels["urgency"].get(u, u.replace("_", " ")) for u in about.urgency),
        "name": owner.name if owner else words("desk", reader.language)["clock"]["somebody"],
    }


def _clock(about: FollowUp, store: Store, reader: Contact, now: datetime) -> dict[str, Any]:
    """What the clock says: `state` and the instant that it speaks of, as the shop's own `day` and `time`, and as
    `when`: the time alone if it is today."""
    formats = words("labels", reader.language)["format"]

    def at(instant: datetime) -> dict[str, str]:
        local = _local(instant, store)
        day, time = local.strftime(formats["day"]), local.strftime(formats["time"])
        today = local.date() == _local(now, store).date()
        return {"day": day, "time": time, "when": time if today else f"{time} ({day})"}

    if about.taken_on_at:
        state = "yours" if about.owner == reader.contact_id else "theirs"
        return {"state": state, "left": None, **at(about.taken_on_at)}
    if about.deadline is None:
        return {"state": "none", "left": None, "day": "", "time": "", "when": ""}
    left = about.deadline - now
    if left <= timedelta(0):
        return {"state": "missed", "left": None, **at(about.deadline)}
    state = "running" if store.hours.is_open(now) else "later"
    return {"state": state, "left": _span(left), **at(about.deadline)}


def _span(length: timedelta) -> tuple[str, int]:
    minutes = -(-int(length.total_seconds()) // 60)
    return ("minutes", minutes) if minutes < 120 else ("hours", minutes // 60)


def _ago(length: timedelta) -> tuple[str, int]:
    minutes = max(0, int(length.total_seconds())) // 60
    if minutes < 1:
        return "ago_now", 0
    if minutes < 120:
        return "ago_minutes", minutes
    return ("ago_hours", minutes // 60) if minutes < 2880 else ("ago_days", minutes // 1440)


def _local(at: datetime, store: Store) -> datetime:
    return at.astimezone(ZoneInfo(store.timezone))
