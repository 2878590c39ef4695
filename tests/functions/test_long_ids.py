"""Whatever stands in an address, a query or a form, no key is asked for that DynamoDB refuses for its size.

The watch over AWS calls (tests/aws_rules.py) fails these tests for such a key; the local DynamoDB would take it.
"""

import re
from urllib.parse import quote, urlencode

import pytest

from tests.builders import MARTA
from tests.desk import Form
from tests.functions.api_client import ApiClient
from tests.functions.test_desk_improvements import signed_in
from tests.product import Product

LONG = ("ñ" * 1100, "a" * 3000 + "@" + "b" * 3000)
NAMES = ("shop", "store", "store_id", "after", "cursor", "area", "brand", "period", "case", "week", "praise")
MORE = ("r", "lang", "form", "answer", "address", "theme", "owner", "touchpoint", "from", "to", "code", "do")


@pytest.mark.in_part(3)
@pytest.mark.parametrize("text", LONG)
def test_no_route_asks_for_a_key_that_is_too_long(product: Product, text: str) -> None:
    product.open_store(contacts=[MARTA])
    product.unhappy()
    head, key = signed_in(product, MARTA), ApiClient(product).key
    assert product.cloud._gateway
    fields = urlencode(dict.fromkeys((*NAMES, *MORE), text))
    for route in product.cloud._gateway.routes:
        method, _, path = route.key.partition(" ")
        if method not in ("GET", "POST"):
            continue
        asked = re.sub(r"\{\w+\}", quote(text), path)
        for query in ("", f"?{fields}"):
            if method == "GET" and path.startswith("/desk"):
                status = head.get(asked + query).status
            else:
                headers = {"content-type": "application/x-www-form-urlencoded", "x-api-key": key}
                status = product.cloud.request(method, asked + query, headers, fields.encode()).status
            assert status < 500, f"{route.key} answers {status}"


def test_forms_of_the_desk_look_up_no_store_of_such_a_name(product: Product) -> None:
    product.open_store(contacts=[MARTA])
    opened = product.unhappy()
    head = signed_in(product, MARTA)
    assert head.get(f"/desk/followups/{opened['followup_id']}").status == 200
    for form in ("/desk/answers/trust", "/desk/wall/link"):
        sent = {"store_id": [LONG[0]], "answer": ["01KB1Z4R9M8Q7T2W5X6Y3N0PDE"], "do": ["make"]}
        assert head.send(Form(form, sent)).status == 404
    for path in (f"/desk/followups/{quote(LONG[0])}/note", f"/desk/improvements/{quote(LONG[0])}"):
        assert head.send(Form(path, {"do": ["save"]})).status == 404
