"""Two weeks of three stores that bring an item of every kind into the table."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.local.demo.seed import seed
from lazo.table import stores
from lazo.table.messaging import sms_pauses
from ops import api_keys
from tests.builders import START
from tests.desk import Desk, Form, form_to, forms
from tests.product import AFTER, CRASH, Product
from tests.provider_reports import bounce, complaint, tell
from tests.stored_items.doors import API_KEY, FORM, Doors
from tests.stored_items.figures import enter_figures
from tests.stored_items.improvement_step import tell_of_improvement
from tests.stored_items.reports import leave_reports
from tests.stored_items.wish_step import ask_for_a_call
from tests.surveys import Page

Customer = dict[str, Any]

STORES = Path(__file__).with_name("stores.toml")
ANA, DIEGO, LUIS = "+56922345671", "+56922345672", "+56922345674"
MARTA = "marta@aurora.example"

EVA: Customer = {"name": "Eva Ríos", "phone": "+56987654321", "email": "eva@example.org", "consent": True}
BRUNO: Customer = {
    "name": "Bruno Paz",
    "phone": "+56987654322",
    "email": "bruno@example.org",
    "consent": True,
}
CARLA: Customer = {"name": "Carla Mora", "phone": "+56987654323", "consent": True}
LUCIA: Customer = {"name": "Lucía Vera", "phone": "+56987654324", "consent": True}
GINA: Customer = {"name": "Gina Sol", "phone": "+56987654326", "consent": True}
DORA = {"phone": "+56987654325", "email": "dora@example.org"}

NORA: Customer = {"name": "Nora Gil", "phone": "+56987654327", "email": "nora@example.org", "consent": True}
OTTO: Customer = {"name": "Otto", "phone": "+56987654328", "email": "otto@example.org", "consent": True}

GLASS = "Encontré un vidrio en la ensalada, me voy a Boreal"


class Scenario(Doors):
    """`links` holds what opens a page, by who has it; `run` lets it all happen."""

    def __init__(self, product: Product) -> None:
        super().__init__(product)
        self.links: dict[str, str] = {}

    def run(self) -> None:
        """From three empty stores to the instant at which the sample is taken."""
        self._open_stores()
        self._win_eva_back()
        self._win_gina_back()
        self._work_on_bruno()
        self._doubt()
        self._hear_of_dora()
        ask_for_a_call(self)
        self._stop()
        self._reports_come_back()
        self._last_hour()
        self._use_rights()
        self._earlier_release()
        self._spend_the_limit()
        tell_of_improvement(self.product, self.followup_of(GLASS))
        enter_figures(self.product)
        leave_reports(self.product)

    def _open_stores(self) -> None:
        seed(self.product.cloud, STORES)
        made = api_keys.make(self.product.table, "crm", self.product.now(), lambda size: b"k" * size)
        assert made == API_KEY

    def _win_eva_back(self) -> None:
        """She is unhappy, it is solved, and two weeks later she is asked again and says so."""
        self.answer("caja3", score=2, comment="Esperé 40 minutos", reasons=["waiting_time"], **EVA)
        page = self.open_alert(ANA)
        page = self.do(page, "/take-on")
        self.product.pass_undo()
        page = self.do(page, "/contacted", channel="phone", reached="yes", text="La llamé")
        page = self.do(page, "/concern", **_concern("La espera", "2026-03-12"))
        page = self.do(page, "/settle", how="solved", action="Otra caja")
        page = self.do(
            page, "/resolve", root_cause_theme="waiting_time", root_cause="Un cajero", done="Turnos nuevos"
        )
        self.do(page, "/confirm", outcome="solved", channel="phone", text="Contenta")
        self.links["eva"] = self.customer_page("Esperé 40 minutos")
        self.product.advance(timedelta(days=14, minutes=1))
        asked = self.link_in(EVA["phone"], r"/s/caja3\?lang=es&r=[\w-]+")
        self.answer("caja3", score=8, comment="Mucho mejor", improved="yes", r=asked.partition("r=")[2])

    def _win_gina_back(self) -> None:
        """Hers is confirmed today, so that she is still to be asked again."""
        self.answer("caja3", score=4, comment="Faltaba pan", **GINA)
        page = self.do(self.open_alert(ANA), "/take-on")
        page = self.do(page, "/contacted", channel="in_person", reached="yes", text="")
        page = self.do(page, "/concern", **_concern("El pan", "2026-03-25"))
        page = self.do(page, "/settle", how="solved", action="Otro horno")
        page = self.do(
            page, "/resolve", root_cause_theme="availability", root_cause="Pedido tarde", done="Hay pan"
        )
        self.do(page, "/confirm", outcome="solved", channel="in_person", text="")

    def _work_on_bruno(self) -> None:
        """Urgent: Ana takes it on by SMS, and does at the desk all that can be done there."""
        self.answer("caja3", score=1, comment=GLASS, **BRUNO)
        self.sms(ANA, "1", "in-1")
        self.sms(ANA, "¿Qué hago?", "in-2")
        page = self.open_alert(ANA)
        page = self.do(
            page,
            "/note",
            channel="email",
            text="Pidió una foto",
            recording="https://rec.example/1",
            recording_consent="on",
        )
        correction = next(form for form in forms(page) if form.fields.get("corrects", [""])[0])
        page = self.sent(correction, channel="email", text="Pidió dos fotos")
        page = self.do(page, "/contacted", channel="phone", reached="yes", text="Muy molesto")
        page = self.do(page, "/concern", **_concern("El vidrio", "2026-03-27"), checkpoint=["2026-03-25", ""])
        page = self.plan(page, action="Revisar la cocina", date="2026-03-26", hears_by="sms")
        page = self.do(page, "/concern", **_concern("El trato", "2026-03-27"), theme="staff_attitude")
        self._promise_bruno(page)
        self.links["bruno"] = self.customer_page(GLASS)
        self.request(
            "POST", f"{self.links['bruno']}/not-yet", FORM, {"version": "0", "text": "Sigo esperando"}
        )

    def _promise_bruno(self, page: str) -> None:
        """A promise that is kept, one that gets another date, one that is missed, and what else can be done."""
        page = self.do(page, "/promise", **_promise("Un plato nuevo", "2026-03-25"))
        page = self.do(page, "/promise-kept", text="Lo probó")
        page = self.do(page, "/promise", **_promise("Una carta", "2026-03-30"), checkpoint=["2026-03-27", ""])
        page = self.do(page, "/promise-progress", text="Llamé a la cocina")
        moved = {
            "date": "2026-03-31",
            "time": "16:00",
            "owner": "ana",
            "reason": "Falta papel",
            "tell": "none",
        }
        page = self.sent(form_to(page, "/promise-date", promise_id=self.promise_of("Una carta")), **moved)
        page = self.do(page, "/promise", **_promise("Una llamada", "2026-03-24"), time="12:30")
        page = self.do(page, "/incentive", kind="gift_card", value="4000.50", reason="Por el susto")
        page = self.do(page, "/message", channel="email", subject="Tu visita", text="Hola Bruno: ya vamos.")
        page = self.do(page, "/interested", value="on")
        self.do(page, "/deadline", until="2026-03-28T10:00", reason="Está de viaje")

    def _ana_signs_in(self) -> None:
        if (store := stores.get_store(self.product.table, "norte")) and (ana := store.contact("ana")):
            self.desk.sign_in(ana)

    def _doubt(self) -> None:
        """Two that may not be customers; of one Ana says that it was."""
        for comment in ("Nadie me saludó", "Compre aquí"):
            self.request("POST", "/s/caja3", FORM, {"score": "2", "comment": comment, "remark": "x"})
            self.product.drain()
        self._ana_signs_in()
        feed = self.desk.get("/desk/answers").text
        ulids = {item.get("comment"): item["ulid"] for item in self.product.items("ANSWER#")}
        self.sent(form_to(feed, "/trust", answer=ulids["Nadie me saludó"]))

    def _hear_of_dora(self) -> None:
        """Another system tells of her, until there are signs enough for a follow-up."""
        self.request("POST", "/s/caja3", FORM, {"score": "10", "remark": "https://spam.example"})
        self.answer("caja3", score=9, comment="Todo bien")
        self.tell("t-1", "refund", customer=DORA, amount=4990.5, reference="B-7")
        self.tell("t-2", "complaint", customer=DORA, text="Llegó frío y tarde")
        self.product.drain()

    def _stop(self) -> None:
        """Luis, who works there, and Carla, a customer, want no more SMS; Ana will miss Carla's deadline."""
        self.sms(LUIS, "STOP", "in-3")
        self.answer("caja3", score=3, comment="Caro", **CARLA)
        self.sms(CARLA["phone"], "STOP", "in-4")
        page = self.do(self.open_alert(ANA), "/take-on")
        self.do(page, "/deadline", until="2026-03-24T12:40", reason="Hoy mismo")
        self.answer("caja3", score=2, comment="Nadie me atendió", **LUCIA)
        page = self.open_alert(ANA)
        self.do(page, "/take-on")
        self.links["lucia"] = self.customer_page("Nadie me atendió")

    def _reports_come_back(self) -> None:
        """Diego signs in and ends all his sessions; a bounce and a complaint come back."""
        self.sign_in(DIEGO)
        self.product.drain()
        diego = Desk(self.product)
        entered = diego.send(Form(self.link_in(DIEGO, r"/desk/in/[\w-]+")))
        board = diego.get(entered.headers["location"])
        self.links["session that Diego has ended"] = diego.held("lazo_desk")
        assert diego.send(form_to(board.text, "/sign-out"), everywhere="1").status == 303
        alone = (i for i in self.product.items("DELIVERY#0") if i["state"] == "sent" and "bundle" not in i)
        mails = {i["provider_id"] for i in alone if i["channel"] == "email"}
        sent = [item for item in self.product.items("SENT") if item["pk"].partition("#")[2] in mails]
        sent.sort(key=lambda item: (item["message_pk"], item["message_sk"]))
        first, second = [item["pk"].partition("#")[2] for item in sent][:2]
        tell(self.product, bounce(first, self.product.now()))
        tell(self.product, complaint(second, self.product.now()))

    def _last_hour(self) -> None:
        """A digest waits for its hour; then nothing runs by itself any more, so that messages of each kind are left
        to be sent."""
        product = self.product
        product.advance(START + timedelta(days=14, minutes=48) - product.now())
        self.answer("caja1", score=3, comment="Lento")
        self.answer("caja1", score=4, comment="Muy lento")
        self.answer("caja3", score=2, comment="Sucio")
        self.all_runs = False
        product.wait(START + timedelta(days=14, minutes=61) - product.now())
        product.scheduler()
        self.unhappy("mesa1", score=2, comment="Frío")
        product.notify(product.events()[-1])
        product.fault(function="Notify", operation="Publish", kind=CRASH, when=AFTER)
        assert product.dies(lambda: product.notify(product.events()[-1]))
        self.unhappy("mesa1", score=2, comment="Ruido")
        product.notify(product.events()[-1])
        self.unhappy("caja3", score=0, comment="Caro y malo")
        self._ana_signs_in()
        page = self.desk.get(f"/desk/followups/{self.followup_of(GLASS)}").text
        page = self.do(page, "/message", channel="sms", text="Hola Bruno: te llamo hoy.")
        self.do(page, "/reassign", owner="diego", sure="on")
        self.sign_in(MARTA)
        self.request("POST", f"{self.links['lucia']}/erase", FORM, {"sure": "yes"})
        self.tell("t-4", "usage", customer=DORA, change=-35.5)
        self.post_answer("caja3", score=6, comment="Regular")
        self._tap(4, counted=7)
        self.links["session of Ana"] = self.desk.held("lazo_desk")
        self.links["alert of Ana"] = self.link_in(ANA, r"/f/[\w-]+")

    def _use_rights(self) -> None:
        """Nora restricts what she left, objects, and asks for a link to a new e-mail, which is sent. A doubtful answer
        has two addresses. Her restriction and the link are left as they are."""
        self.unhappy("caja3", score=2, comment="Se perdió mi pedido", **NORA)
        self.unhappy("caja3", score=1, comment="Compre ya", remark="x", **OTTO)
        page = self.customer_page("Se perdió mi pedido")
        self.request("POST", f"{page}/objections", FORM, {"early_signals": "1"})
        self.request("POST", f"{page}/restrict", FORM, {})
        self.request("POST", f"{page}/address", FORM, {"address": "nora.nueva@example.org"})
        asked = next(e for e in reversed(self.product.events()) if e["type"] == "address_link.requested")
        self.product.notify(asked)
        self.links["address of Nora"] = self.link_in("nora.nueva@example.org", r"/m/[\w-]+")
        self.links["nora"] = page

    def _tap(self, score: int, *, counted: int) -> None:
        """A score that was tapped and left, counted, and tapped anew: provisional until the sweep comes."""
        page = Page(self.product.cloud.request("GET", "/s/mesa1").text)
        ids = {name: page.fields[name][0] for name in ("answer_id", "signature")}
        self.product.wait(timedelta(seconds=5))
        for number, each in enumerate((counted, score)):
            self.post_answer("mesa1", score=each, provisional=True, left=number == 0, tapped_at=number, **ids)
            if number == 0:
                (tapped,) = [i for i in self.product.items("ANSWER#") if "tapped_at" in i]
                assert self.product.classify(tapped) == []

    def _spend_the_limit(self) -> None:
        """SNS dropped an SMS 41 minutes ago; half an hour later another tried, and was not."""
        begun = self.product.now() - timedelta(minutes=41)
        assert sms_pauses.record_limit(self.product.table, begun, begun)
        pause = sms_pauses.get_pause(self.product.table)
        assert pause is not None
        assert sms_pauses.claim_probe(self.product.table, pause, begun + timedelta(minutes=30))

    def _earlier_release(self) -> None:
        """A digest, as it was before there were bundles, of what Pia has not been told yet."""
        held = next(
            i
            for i in self.product.items("DELIVERY#")
            if i["state"] == "digested" and i["contact_id"] == "pia"
        )
        self.product.change(
            {
                "pk": "STORE#este",
                "sk": "DIGEST#2026-03-24T15#pia",
                "attempts": 0,
                "contact_id": "pia",
                "due_at": "2026-03-24T16:03:00.000Z",
                "due_pk": "due#4",
                "expires_at": 1779552000,
                "followups": {held["followup_id"]},
                "hour": "2026-03-24T15",
                "state": "pending",
                "store_id": "este",
                "unclear": 0,
            }
        )


def _concern(text: str, deadline: str) -> dict[str, str]:
    return {"text": text, "owner": "ana", "deadline": deadline, "priority": "high"}


def _promise(what: str, date: str) -> dict[str, str]:
    return {"what": what, "date": date, "owner": "ana", "hears_by": "sms"}
