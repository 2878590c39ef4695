"""A customer taps scores on a survey page, and sends its form."""

from datetime import timedelta
from typing import Any

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import ANA
from tests.functions.classification import SANTIAGO
from tests.product import Product
from tests.recount import counted, recount
from tests.surveys import Survey

ALERT = [("sms", ANA["phone"]), ("email", ANA["email"])]


class Phone:
    """A customer's phone on the survey, with JavaScript; `pump` lets each request take its course at once."""

    def __init__(self, survey: Survey, *, pump: bool = True) -> None:
        self.survey, self.pump = survey, pump
        self.page = survey.open(after=5)
        self.id = {name: self.page.fields[name][0] for name in ("answer_id", "signature")}

    def tap(self, score: Any, *, left: bool = False, **changes: Any) -> Response:
        now = int(self.survey.product.now().timestamp() * 1000)
        body = {"provisional": True, "score": score, "left": left, "tapped_at": now, **self.id, **changes}
        return self._settled(self.survey.post({k: v for k, v in body.items() if v is not None}))

    def send(self, score: int, **typed: Any) -> Response:
        return self._settled(self.survey.post({"score": score, **self.id, **typed}))

    def _settled(self, reply: Response) -> Response:
        if self.pump:
            self.survey.product.drain()
        self.survey.product.wait(timedelta(seconds=2))
        return reply


def scores(product: Product) -> dict[str, int]:
    """The day's counters of scores, and nothing else; they equal a recount."""
    items = product.cloud.items()
    assert {k: +v for k, v in counted(items).items() if +v} == recount(items, SANTIAGO)
    found: dict[str, int] = {}
    for day in counted(items).values():
        found |= {name: n for name, n in day.items() if name[0] in "sx" and n}
    return found
