"""The signs that an answer may not be a customer's (`suspect`, `doubts` of its follow-up), and how they read."""

from collections.abc import Iterable, Mapping
from typing import Final

from lazo.survey.answer import Answer
from lazo.translations import translations

UNUSUAL_RATE: Final = "unusual_rate"


def is_judged_by_rate(answer: Answer) -> bool:
    """Whether how many there are says anything: not of an answer from a page of ours, which a person opened and read,
    and not of one with another sign, so that a flood of these uses up nothing."""
    return not answer.signed and not answer.suspect


def rate_signs(answer: Answer, before: int, limit: int) -> tuple[str, ...]:
    """Return the sign of an unusual rate, if it is one. `before`: how many answers that are judged by rate the store
    has got in this hour; `limit`: how many are usual."""
    return (UNUSUAL_RATE,) if is_judged_by_rate(answer) and before >= limit else ()


def describe_doubts(signs: Iterable[str], language: str) -> str:
    """Return that it may not be a customer's, and why, as a sentence without its full stop; "" without signs."""
    names = sign_names(language)
    reasons = [names.get(sign, sign.replace("_", " ")) for sign in signs]
    return f"{translations('labels', language)['doubts']['title']}: {', '.join(reasons)}" if reasons else ""


def sign_names(language: str) -> Mapping[str, str]:
    """Return the signs in words, by their ids."""
    names: Mapping[str, str] = translations("labels", language)["doubts"]["signs"]
    return names
