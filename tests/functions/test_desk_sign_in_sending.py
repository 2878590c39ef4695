"""The link to sign in is sent once, while it is valid."""

from typing import Any

import pytest

from tests.builders import ANA, minutes
from tests.functions.sign_in import LUIS, Browser, sign_in_links_sent
from tests.product import AFTER, CRASH, TIMEOUT, Product


class TestSending:
    @pytest.fixture
    def request_event(self, two_stores: Product) -> dict[str, Any]:
        """The pending event of a request for Ana's phone."""
        Browser(two_stores).request_link(ANA["phone"])
        (event,) = two_stores.events()
        return event

    def test_the_same_event_again_sends_nothing(
        self, two_stores: Product, request_event: dict[str, Any]
    ) -> None:
        assert two_stores.notify(request_event, request_event) == []
        (message,) = two_stores.items("MESSAGE#")
        assert (message["state"], message["attempts"], bool(message["provider_id"])) == ("sent", 1, True)
        assert len(sign_in_links_sent(two_stores)) == 1

    def test_two_workers_at_once(self, two_stores: Product, request_event: dict[str, Any]) -> None:
        met = two_stores.just_before("Publish", lambda: two_stores.notify(request_event), function="Notify")
        assert two_stores.notify(request_event) == []
        assert met["done"]
        assert len(sign_in_links_sent(two_stores)) == 1

    def test_a_throttled_link_is_retried(self, two_stores: Product, request_event: dict[str, Any]) -> None:
        two_stores.refuse_sms("Throttled", 429)
        assert two_stores.notify(request_event) == ["1"]
        assert two_stores.notify(request_event) == []
        assert len(sign_in_links_sent(two_stores)) == 1

    def test_a_rejected_link_has_failed(self, two_stores: Product, request_event: dict[str, Any]) -> None:
        two_stores.refuse_sms("OptedOut")
        assert two_stores.notify(request_event) == two_stores.notify(request_event) == []
        (message,) = two_stores.items("MESSAGE#")
        assert (message["state"], message["failure"]) == ("failed", "OptedOut")
        assert not sign_in_links_sent(two_stores)

    def test_a_link_of_unknown_outcome_is_not_sent_again(
        self, two_stores: Product, request_event: dict[str, Any]
    ) -> None:
        """The user can request another link."""
        two_stores.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        assert two_stores.notify(request_event) == two_stores.notify(request_event) == []
        two_stores.wait(minutes(2))
        assert two_stores.notify(request_event) == []
        assert two_stores.outbox() == [("sms", ANA["phone"])]
        (message,) = two_stores.items("MESSAGE#")
        assert (message["state"], message["failure"]) == ("failed", "ReadTimeoutError")

    def test_after_a_crash_another_worker_sends_the_link(
        self, two_stores: Product, request_event: dict[str, Any]
    ) -> None:
        two_stores.fault(operation="Publish", function="Notify", kind=CRASH)
        assert two_stores.dies(lambda: two_stores.notify(request_event))
        assert two_stores.notify(request_event) == []
        assert not sign_in_links_sent(two_stores)
        two_stores.wait(minutes(1))
        assert two_stores.notify(request_event) == []
        assert len(sign_in_links_sent(two_stores)) == 1

    def test_an_expired_link_is_not_sent(self, two_stores: Product, request_event: dict[str, Any]) -> None:
        two_stores.wait(minutes(15))
        assert two_stores.notify(request_event) == []
        assert not two_stores.cloud.outbox()

    def test_an_unreachable_table_returns_the_event(
        self, two_stores: Product, request_event: dict[str, Any]
    ) -> None:
        two_stores.fault(operation="Query", function="Notify", times=9)
        assert two_stores.notify(request_event) == ["1"]

    def test_those_who_share_a_phone_get_a_link_each(self, product: Product) -> None:
        tills = [{**ANA, "email": None}, {**LUIS, "email": None, "phone": ANA["phone"]}]
        product.open_store(contacts=tills)
        Browser(product).request_link(ANA["phone"])
        product.refuse_sms("Throttled", 429)
        product.advance(minutes(7))
        assert sign_in_links_sent(product) == [("sms", ANA["phone"])] * 2
        texts = {m["text"].partition(" (")[0] for m in product.cloud.outbox()}
        assert texts == {"Aurora: entra aqui, Ana", "Aurora: entra aqui, Luis"}
