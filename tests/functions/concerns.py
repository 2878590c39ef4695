"""A case whose concerns and promises are the only things with dates."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lazo.case import actions, concerns, promise_actions
from lazo.case.concerns import Concern
from lazo.case.model import ActionContext, Case, CaseChange
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import Promise, PromiseChange, PromiseRequest
from lazo.store.model import Store
from lazo.table import cases
from tests.builders import consent
from tests.product import Product

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = date(2026, 3, 13)
"""Over at midnight in Santiago, 03:00 UTC on the 14th: 3 days and 12 hours after START."""
BOTH = [("diego", "email"), ("diego", "sms")]


class StoreWithConcerns:
    """A store with a follow-up that Ana has taken on and reached its customer; only concerns have dates."""

    def __init__(self, product: Product, **settings: Any) -> None:
        policy = {"resolve_days": 60, "customer_update_days": 30, "tell_customer": False}
        policy["remind_minutes"] = {"resolved": 1440, **settings.pop("remind_minutes", {})}
        self.product = product
        self.store: Store = product.open_store(policy=policy, **settings)
        self._forms = 0
        product.unhappy(phone="+56987654321", name="Eva", consent=consent(), customer_key="k1")
        product.drain()
        self.id: str = product.followup()["followup_id"]
        self.perform(lambda act: actions.take_on(self.case, act))
        self.perform(lambda act: actions.record_contact(self.case, act, "phone", "", reached=True))
        product.drain()

    @property
    def case(self) -> Case:
        found = cases.load_case(self.product.table, self.id)
        assert found
        return found

    def perform(self, doing: Callable[[ActionContext], CaseChange | None], who: str = "ana") -> None:
        self._forms += 1
        contact = self.store.contact(who)
        assert contact
        change = doing(ActionContext(f"FORM{self._forms}", self.store, contact, self.product.now()))
        assert change
        cases.commit_change(self.product.table, self.case, change, self.store)

    def add_concern(self, by: str = "ana", **changes: Any) -> Concern:
        number = len(self.case.concerns)
        values: dict[str, Any] = {
            "concern_id": f"C{number}",
            "text": "Esperó 40 minutos",
            "theme": None,
            "priority": "high",
            "owner": "diego",
            "deadline": FRIDAY,
            "checkpoints": (),
            "added_by": by,
            "added_at": self.product.now(),
        }
        concern = Concern(**{**values, **changes})
        self.perform(lambda act: actions.add_concern(self.case, concern, act), by)
        return concern

    def solve(self, concern: Concern) -> None:
        solved = concerns.solve_concern(
            self.case.concern(concern.concern_id), "Listo", "ana", self.product.now()
        )
        self.perform(lambda act: actions.settle_concern(self.case, solved, act))

    def make_promise(self, owner: str, concern: Concern | None = None, by: str = "ana") -> Promise:
        contact, now = self.store.contact(by), self.product.now()
        assert contact
        asked = PromiseRequest("Una mesa", FRIDAY, owner, "in_person", (), concern and concern.concern_id)
        made = promise_lifecycle.make_promise(
            asked, f"P{self._forms}", self.id, self.store, ("in_person",), {}, contact, now
        )
        if concern is None:
            self.perform(lambda act: promise_actions.add_promise(self.case, made, act), by)
            return made
        planned = concerns.plan_concern(concern, "Una mesa", FRIDAY, "in_person", by, now, date(2026, 3, 10))
        self.perform(
            lambda act: actions.settle_concern(self.case, planned, act, PromiseChange(None, made)), by
        )
        return made

    def sent(self, purpose: str) -> list[tuple[str, str]]:
        """Return contact and channel of each message sent for a purpose."""
        found = [d for d in self.product.items("DELIVERY#") if d["purpose"] == purpose]
        return sorted((d["contact_id"], d["channel"]) for d in found if d["state"] == "sent")
