"""Who sends none of the keywords gets a list of them: once a day, and also when the first attempt to send it failed."""

import pytest

from infra.local.event_sources.lambda_runtime import FunctionError
from tests.builders import minutes
from tests.functions.test_sms_replies import product, reply, send_alert, texts
from tests.product import TIMEOUT, Product

__all__ = ["product"]


def test_other_texts_get_one_line_of_help_a_day(product: Product) -> None:
    send_alert(product)
    before = product.followup()
    for number in range(3):
        reply(product, "1 o 2, no entiendo", message_id=f"in-{number}")
    assert texts(product)[1:] == [
        "Responde 1 para tomar el ultimo aviso, 2 para pasarlo o BAJA para dejar de recibir SMS."
    ]
    assert product.followup() == before
    product.wait(minutes(24 * 60))
    reply(product, "¿?", message_id="in-9")
    assert len(texts(product)) == 3


def test_help_that_was_reserved_and_not_sent_is_sent_when_the_sms_comes_again(product: Product) -> None:
    send_alert(product)
    product.fault(function="SmsReplies", operation="PutItem", times=3, kind=TIMEOUT)
    with pytest.raises(FunctionError):
        reply(product, "hola", message_id="in-1")
    assert len(texts(product)) == 1
    reply(product, "hola", message_id="in-1")
    reply(product, "hola", message_id="in-2")
    assert len(texts(product)) == 2, "the first SMS is answered, and no other that day"
