"""The notice to a customer that a promise will be late."""

from dataclasses import replace

import pytest

from lazo.phrases.wording_guard import find_blocked_words
from lazo.promise import delay_notices
from lazo.translations import LANGUAGES
from tests.unit.case.cases import case_with_concern
from tests.unit.promise.promises import ANA_CONTACT, DUE, HOUR, REACHED, STORE, promise_with


class TestDelayNotice:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_draft_passes_the_wording_guard(self, language: str) -> None:
        reach = replace(REACHED, language=language)
        for channel in ("sms", "email"):
            text = delay_notices.draft_delay_notice(
                promise_with(what="x"), channel, reach, STORE, ANA_CONTACT, "12/03"
            ).text
            assert "12/03" in text
            assert find_blocked_words(text, language, (STORE.name, "Ana", "Eva")) == ()

    def test_the_automatic_notice_names_the_promise(self) -> None:
        message = delay_notices.automatic_notice(
            promise_with(), case_with_concern().followup, REACHED, STORE, ANA_CONTACT, DUE - 12 * HOUR
        )
        assert message is not None
        assert "Una mesa nueva" in message.text
        assert (message.channel, message.template, message.automatic) == ("sms", "delay", True)

    def test_no_notice_without_consent_or_when_it_would_be_late(self) -> None:
        about = case_with_concern().followup
        silent = replace(REACHED, consent=None)
        assert (
            delay_notices.automatic_notice(promise_with(), about, silent, STORE, ANA_CONTACT, DUE - 12 * HOUR)
            is None
        )
        # 23:00: customers sleep until 8.
        assert (
            delay_notices.automatic_notice(promise_with(), about, REACHED, STORE, ANA_CONTACT, DUE - HOUR)
            is None
        )

    def test_no_automatic_notice_with_blocked_words(self) -> None:
        blocked = promise_with(what="Hablar con el detractor")
        assert (
            delay_notices.automatic_notice(
                blocked, case_with_concern().followup, REACHED, STORE, ANA_CONTACT, DUE - 12 * HOUR
            )
            is None
        )
