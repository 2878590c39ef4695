"""Alerts that the provider rejects for good: another channel, or the next escalation level."""

from collections import Counter

import pytest

from tests.builders import ANA, DIEGO, MARTA, consent, minutes
from tests.functions.alerts import (
    ANAS_EMAIL,
    ANAS_PHONE,
    DIEGOS_EMAIL,
    DIEGOS_PHONE,
    EMAIL,
    MARTAS_EMAIL,
    SMS,
)
from tests.product import CRASH, Product


class TestRejected:
    def test_one_channel_rejected_while_the_other_was_sent(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms()
        assert product.notify(event) == []
        assert product.states() == {SMS: "failed", EMAIL: "sent"}
        assert product.deliveries()[SMS]["failure"] == "InvalidParameter"
        product.advance(minutes(9))
        assert product.outbox() == [ANAS_EMAIL]
        assert product.followup()["level"] == 0

    @pytest.mark.parametrize("code", ["InvalidParameter", "ParameterValueInvalid", "OptedOut"])
    def test_permanent_errors_of_sns_are_recorded(self, product: Product, code: str) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms(code)
        product.notify(event)
        assert product.deliveries()[SMS]["failure"] == code

    @pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
    def test_permanent_errors_of_ses_are_recorded(self, product: Product, code: str) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_email(code)
        product.notify(event)
        assert product.deliveries()[EMAIL]["failure"] == code

    def test_when_every_channel_rejects_the_follow_up_is_escalated_at_once(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms()
        product.refuse_email()
        assert product.notify(event) == []
        assert product.outbox() == []
        up = product.events()[-1]
        assert (up["type"], up["level"]) == ("followup.unreachable", 1)
        assert product.followup()["deadline"] == "2026-03-10T15:10:00.000Z"
        assert product.notify(up) == []
        assert Counter(product.outbox()) == {DIEGOS_PHONE: 1, DIEGOS_EMAIL: 1}
        assert {d["purpose"] for k, d in product.deliveries().items() if k[0] == "1"} == {"escalation"}

    def test_two_workers_escalate_once(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms()
        product.refuse_email()
        product.just_before("TransactWriteItems", lambda: product.notify(event), function="Notify")
        product.notify(event)
        assert product.followup()["level"] == 1
        assert product.followup()["version"] == 2

    def test_a_crash_between_rejection_and_escalation(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms()
        product.refuse_email()
        product.fault(operation="TransactWriteItems", function="Notify", kind=CRASH)
        assert product.dies(lambda: product.notify(event))
        assert product.followup()["level"] == 0
        product.notify(event)
        assert product.followup()["level"] == 1

    def test_a_light_alert_goes_by_sms_when_its_e_mail_is_rejected(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy(score=7, phone="+56911111111", consent=consent())
        product.refuse_email()
        assert product.notify(event) == []
        assert product.outbox() == [ANAS_PHONE]
        assert product.states() == {EMAIL: "failed", SMS: "sent"}

    def test_two_workers_who_both_switch_the_channel_send_once(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy(score=7, phone="+56911111111", consent=consent())
        product.refuse_email()
        product.just_before("PutItem", lambda: product.notify(event), function="Notify")
        assert product.notify(event) == []
        assert product.outbox() == [ANAS_PHONE]
        assert product.states() == {EMAIL: "failed", SMS: "sent"}

    def test_a_light_alert_rejected_on_both_channels_is_escalated(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy(score=7, phone="+56911111111", consent=consent())
        product.refuse_email()
        product.refuse_sms()
        product.notify(event)
        up = product.events()[-1]
        assert (up["type"], up["level"], up["priority"]) == ("followup.unreachable", 1, "light")
        product.notify(up)
        assert product.outbox() == [DIEGOS_EMAIL]

    def test_escalation_ends_when_no_level_can_be_reached(self, product: Product) -> None:
        product.open_store(contacts=[{**each, "phone": None} for each in (ANA, DIEGO, MARTA)])
        product.refuse_email(times=1000)
        product.unhappy()
        product.drain()
        assert product.outbox() == []
        assert product.followup()["level"] == 2
        assert product.followup()["round"] == 0
        product.cloud.faults.clear()
        product.advance(minutes(17))
        assert product.outbox() == [MARTAS_EMAIL], "the reminder at the next deadline"

    def test_a_rejection_at_an_earlier_level_escalates_nothing(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.wait(minutes(10))
        product.scheduler()
        assert product.followup()["level"] == 1
        product.refuse_sms()
        product.refuse_email()
        product.notify(event)
        assert product.states()[SMS] == product.states()[EMAIL] == "failed"
        assert product.followup()["level"] == 1
