"""An open follow-up as the board shows it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from desk.web.render import Times, say
from lazo.auth.users import user_id_of
from lazo.followup.model import FollowUp, Priority, Stage
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.cleaning import one_line
from lazo.text.name_masking import mask_names
from lazo.translations import translations

LONGEST_GIST = 180
"""Characters; the page shows two lines of them."""


@dataclass(frozen=True, slots=True)
class FollowUpCard:
    """`place` is "" and `score` None when signals opened it; `signals` are then what they are, each with how often.
    `said`: the gist of the comment, the names of the staff masked, in `said_in`. `waits_for` is the stage that
    `deadline` is for, `step` how many stages are behind. `owner`: a name; "" for somebody who is no contact of the shop
    any more, None for nobody."""

    followup_id: str
    shop: str
    place: str
    customer: str
    said: str
    said_in: str
    signals: tuple[str, ...]
    score: int | None
    themes: tuple[str, ...]
    urgent: bool
    dangers: str
    priority: Priority
    stage: Stage
    step: int
    owner: str | None
    mine: bool
    waits_for: Stage
    deadline: datetime
    overdue: bool
    times: Times


def build_card(
    about: FollowUp, answer: Answer | None, store: Store, reader: str, language: str, now: datetime
) -> FollowUpCard:
    """The card of a follow-up that is not confirmed, for the person `reader`; `answer` is None when it was erased
    or there never was one."""
    if about.awaits is None or about.deadline is None:
        raise ValueError("a follow-up that has ended is not on the board")
    labels = translations("labels", language)
    owner = store.contact(about.owner) if about.owner else None
    return FollowUpCard(
        followup_id=about.followup_id,
        shop=store.name,
        place=about.touchpoint,
        customer=answer.name or "" if answer else "",
        said=comment_excerpt(mask_names(answer.comment, store, answer.language, language)) if answer else "",
        said_in=answer.language if answer else language,
        signals=_signals(about, labels["signals_counted"]),
        score=about.score,
        themes=tuple(labels["themes"].get(theme, theme) for theme in about.themes),
        urgent=about.urgent,
        dangers=", ".join(labels["urgency"].get(danger, danger) for danger in about.urgency),
        priority=about.priority,
        stage=about.stage,
        step=about.step + 1,
        owner=(owner.name if owner else "") if about.owner else None,
        mine=owner is not None and user_id_of(owner) == reader,
        waits_for=about.awaits,
        deadline=about.deadline,
        overdue=about.deadline <= now,
        times=Times(store.timezone, now, language),
    )


def comment_excerpt(comment: str) -> str:
    """The beginning of a comment on one line, cut at the end of a word if there is one to cut at."""
    text = one_line(comment)
    if len(text) <= LONGEST_GIST:
        return text
    begun = text[: LONGEST_GIST + 1]
    at_word = begun.rpartition(" ")[0]
    return (at_word if len(at_word) > LONGEST_GIST // 2 else begun[:-1]).rstrip(" ,;:.-") + "…"


def _signals(about: FollowUp, counted: dict[str, str]) -> tuple[str, ...]:
    kinds = Counter(signal.kind for signal in about.signals)
    return tuple(say(counted.get(kind, kind.replace("_", " ")), count=n) for kind, n in kinds.items())
