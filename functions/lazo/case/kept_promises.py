"""The news of kept promises for their customer: what was done, once, and with what follows within minutes.

That of the first contact is no news: the customer was called or written to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lazo.case.model import Case, HistoryEntry
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise.model import HearsBy, Promise

NEWS_WAITS: Final = timedelta(minutes=10)
"""How long the news waits before it is sent. Who keeps another promise meanwhile, or closes the case, tells the
customer of both at once."""


@dataclass(frozen=True, slots=True)
class KeptNews:
    """What to tell. `wordings`: what was done, the best first; a later one serves when the guard or the length forbids
    those before it, and the last, "", names nothing. `late`: whether a date was missed; `owner` and `hears_by`: those
    of the latest promise."""

    wordings: tuple[str, ...]
    late: bool
    owner: str
    hears_by: HearsBy


def kept_between(before: Case, after: Case) -> list[Promise]:
    """Return the promises that were kept, if late, between the two states of a case."""
    open_before = {each.promise_id for each in before.open_promises}
    return [each for each in _kept(after) if each.promise_id in open_before]


def news_between(before: Case, after: Case, entry: HistoryEntry) -> KeptNews | None:
    """Return the news of what was kept between the two states, by the action of `entry`, and of what was kept so
    shortly before that its message still waits. None if there is none."""
    waiting = {each.at for each in before.messages if _is_news(each) and each.state == "pending"}
    untold = [each for each in _kept(before) if each.settled_at in waiting]
    untold += kept_between(before, after)
    if not untold:
        return None
    history = (*before.history, entry)
    done = "; ".join(_done(each, history) for each in untold)
    promised = "; ".join(_plain(each.what) for each in untold)
    late = any(each.state == "late" for each in untold)
    return KeptNews(tuple(dict.fromkeys((done, promised, ""))), late, untold[-1].owner, untold[-1].hears_by)


def later_news(message: CustomerMessage, messages: Iterable[CustomerMessage]) -> list[CustomerMessage]:
    """Return the messages that say what this one does, and are on their way or sent. It is not sent then; () for a
    message that is no news of a kept promise."""
    if not _is_news(message):
        return []
    return [
        each
        for each in messages
        if each.automatic
        and each.template in ("kept", "solved")
        and each.at > message.at
        and each.state in ("pending", "sending", "sent")
    ]


def _is_news(message: CustomerMessage) -> bool:
    return message.automatic and message.template == "kept"


def _kept(case: Case) -> list[Promise]:
    return [each for each in case.promises if each.state in ("kept", "late") and not each.first_contact]


def _done(promise: Promise, history: Iterable[HistoryEntry]) -> str:
    """Return what was done in the words of whoever kept the promise, else what was promised."""
    said = (
        each.detail.get("action", "")
        for each in history
        if each.what in ("promise_kept", "promise_late") and each.at == promise.settled_at
    )
    return _plain(next(said, "") or promise.what)


def _plain(words: str) -> str:
    return words.strip().rstrip(" .;,")
