"""A token of which one character was changed opens nothing, whatever kind it is and whichever character.

Eleven kinds, 490 characters in all.
"""

from collections.abc import Callable, Iterator

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.auth import links
from lazo.auth.links import Principal, WallLink
from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from lazo.table import walls
from tests.builders import ANA
from tests.customer import Customer, ring
from tests.desk import form_to, session_cookie
from tests.functions.api_client import ApiClient
from tests.functions.sign_in import Browser
from tests.product import Product

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
HTTPS = {"x-forwarded-proto": "https"}


def flips(token: str) -> Iterator[str]:
    """Yield the token with each character changed, into one whose bits differ where they count."""
    for place, character in enumerate(token):
        if character in ALPHABET:
            other = ALPHABET[(ALPHABET.index(character) + 4) % 64]
            yield token[:place] + other + token[place + 1 :]


class Doors:
    """What each kind of token opens."""

    def __init__(self, product: Product) -> None:
        product.open_store()
        self.product, self.eva = product, Customer(product)
        keys, now = ring(product), product.now()
        ana, case = Principal(user_id_of(Contact(**ANA)), 0), self.eva.followup_id
        browser = Browser(product)
        alert = links.sign_alert_link(keys, case, ana, now)
        browser.get(f"/f/{alert}")
        session = session_cookie(product.cloud, ANA).partition("=")[2]
        client = ApiClient(product)
        walls.make_wall_link(product.table, "norte", "ana", now, "01KC0000000000000000000001")
        wall = links.sign_wall_link(keys, WallLink("norte", 1), now)
        page = f"/desk/followups/{case}"
        form = form_to(Browser(product, session).get(page).text, "/take-on")
        self.kinds: dict[str, tuple[str, Callable[[str], Response], int]] = {
            "alert": (alert, lambda t: self.get(f"/f/{t}"), 303),
            "bundle": (
                links.sign_alert_link(keys, case, ana, now, bundle=True),
                lambda t: self.get(f"/f/{t}"),
                303,
            ),
            "sign-in link": (
                links.sign_user_token(keys, "sign-in", ana, now),
                lambda t: self.get(f"/desk/in/{t}"),
                200,
            ),
            "report": (
                links.sign_user_token(keys, "report", ana, now),
                lambda t: self.get(f"/desk/in/{t}"),
                303,
            ),
            "wall": (wall, lambda t: self.get(f"/desk/wall/{t}"), 200),
            "customer's page": (self.eva.link().rpartition("/")[2], lambda t: self.get(f"/m/{t}"), 200),
            "customer's data": (
                self.eva.link("email").rpartition("/")[2],
                lambda t: self.get(f"/m/{t}/data"),
                200,
            ),
            "session": (session, lambda t: self.get("/desk/answers", cookie=f"__Host-lazo_desk={t}"), 200),
            "session of a link": (
                browser.cases,
                lambda t: self.get(page, cookie=f"__Host-lazo_cases={t}"),
                200,
            ),
            "form": (form.fields["form"][0], lambda t: self.send(form.action, t, session), 303),
            "API key": (client.key, lambda t: self.get("/v1/answers", **{"x-api-key": t}), 200),
        }

    def get(self, path: str, **headers: str) -> Response:
        return self.product.cloud.request("GET", path, {**HTTPS, **headers})

    def send(self, path: str, token: str, session: str) -> Response:
        headers = {**HTTPS, "cookie": f"__Host-lazo_desk={session}"}
        body = f"form={token}&version=1".encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.product.cloud.request("POST", path, {**headers, **kind}, body)


@pytest.fixture
def doors(product: Product) -> Doors:
    return Doors(product)


def test_no_character_of_any_token_can_be_changed(
    doors: Doors, record_property: Callable[[str, object], None]
) -> None:
    tried, opened = 0, []
    for kind, (token, use, _) in doors.kinds.items():
        for changed in flips(token):
            reply = use(changed)
            tried += 1
            if reply.status == 200 or (
                reply.status == 303 and "/desk/sign-in" not in reply.headers["location"]
            ):
                opened.append(f"{kind}: {changed}")
    record_property(
        "proof",
        f"tokens with one character changed | {tried} of {len(doors.kinds)} kinds | {len(opened)} opened",
    )
    assert opened == []
    assert tried >= 490


def test_each_of_them_opens_its_door_unchanged(doors: Doors) -> None:
    """Or the test above would prove nothing."""
    assert {kind: use(token).status for kind, (token, use, _) in doors.kinds.items()} == {
        kind: status for kind, (_, _, status) in doors.kinds.items()
    }
