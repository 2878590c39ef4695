"""What every handler of the survey gets; `collect.app` makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from collect.published import PublishedChanges
from collect.request import Request
from collect.touchpoints import SurveyTouchpoint, Touchpoints
from lazo.runtime.error_logging import is_transient
from lazo.translations import LANGUAGES
from lazo.web.language import choose_language
from lazo.web.origin import OriginCheck

if TYPE_CHECKING:
    from collect import wishes
    from collect.recording import AnswerRecorder


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with; `recorder` and `wishes` are made when they are first needed."""

    touchpoints: Touchpoints
    recorder: Callable[[], AnswerRecorder]
    published: PublishedChanges
    logger: Logger
    clock: Callable[[], datetime]
    origin: OriginCheck
    wishes: Callable[[], wishes.Deps]


def language_of(
    received: Request,
    place: SurveyTouchpoint | None = None,
    requested: object = None,
    *,
    chosen: bool = False,
) -> str:
    """Return the language for the reader. `chosen`: they chose the `requested` one just now, whatever the address
    says."""
    languages = [received.lang, requested if isinstance(requested, str) else None]
    languages = languages[::-1] if chosen else languages
    return choose_language(
        languages, received.accept_language, place.store.language if place else LANGUAGES[0]
    )


def status_of(error: Exception) -> int:
    """Return the status that an error of ours has: 503 where the same request may work in a moment."""
    return 503 if is_transient(error) else 500
