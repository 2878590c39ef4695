"""Each function has the permissions it uses and no more: its calls to AWS against the roles in the template."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product as product_of
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.local.cloud import LocalCloud
from infra.local.cloudformation.stack_scope import ACCOUNT
from lazo.auth import links
from lazo.auth.api_rights import API_RIGHTS
from lazo.store.model import Touchpoint
from lazo.table import rising, stores
from ops import api_keys
from tests.aws_rules import AwsCall, Watch
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.customer import FORM, ring
from tests.desk import Desk, form_to
from tests.fixtures import PARAMETERS, TEMPLATE
from tests.functions.api_client import ApiClient
from tests.functions.messages_sent import report_failures, send_digests
from tests.functions.test_sms_replies import NUMBERS
from tests.product import Product
from tests.rights.functions import differences
from tests.surveys import Page

FUNCTIONS = (
    "Collect",
    "Classify",
    "Notify",
    "FollowupScheduler",
    "Desk",
    "CustomerEvents",
    "ReadApi",
    "CustomerPage",
    "SmsReplies",
    "DeliveryEvents",
)


@pytest.fixture
def product(still_clock: None, no_waiting: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product with numbers for two-way SMS, and a sender id where there is none."""
    with LocalCloud.start(TEMPLATE, {**PARAMETERS, **NUMBERS, "SmsSenderId": "AURORA"}, at=START) as cloud:
        yield Product(cloud, monkeypatch)


@pytest.fixture
def calls(product: Product, watch: Watch) -> list[AwsCall]:
    """Every call that the functions make when all that can happen has happened."""
    emails_only = [{**each, "phone": None} for each in (DIEGO, MARTA)]
    product.open_store(policy={"sms_per_hour": 1, "answers_per_hour": 3})
    product.open_store(store_id="sur", contacts=[{**emails_only[0], "level": 0}, emails_only[1]])
    stores.put_touchpoint(product.table, Touchpoint("caja3", "norte", "Caja 3"))
    watch.clear()

    customer = {"phone": "+56987654321", "consent": True, "name": "Eva"}
    for said in ({"score": 1}, {"score": 7, **customer}, {"score": 2}, {"score": 9}, {"score": 10}):
        answer(product, said)
    product.cloud.request("GET", "/s/caja3")
    wish(product)
    work(product, next(m for m in product.cloud.outbox() if m["channel"] == "sms"))
    ask_for_a_link(product)

    product.refuse_email(times=2)
    light = product.accept(store_id="sur", score=3)
    product.drain()
    assert any(f["answer_ulid"] == light.ulid and f["level"] == 2 for f in product.followups())

    product.refuse_email()
    product.open_store(store_id="este")
    product.accept(store_id="este", score=7, phone="+56987654321", consent=consent())
    product.drain()

    send_digests(product)
    reply_by_sms(product)
    tell(product)
    ApiClient(product, may=API_RIGHTS).use_every_route()
    visit_own_page(product)
    report_failures(product)
    product.accept(score=4)
    product.wait(minutes(2))
    product.scheduler()
    product.change(
        {"pk": "ODD", "sk": "ODD", "due_pk": "due#0", "due_at": "2026-01-01T00:00:00.000Z", "due_failures": 7}
    )
    product.table.update(rising.look_date((START - minutes(2 * 24 * 60)).date(), product.now()))
    product.advance(minutes(70))
    return [call for call in watch.calls if call.function]


def reply_by_sms(product: Product) -> None:
    """Reply as Ana: pass the alert on, take it on, stop SMS, write something else; then as a customer."""
    own = [(str(ANA["phone"]), words) for words in ("2", "1", "STOP", "START", "hola")]
    for phone, words in (*own, ("+56987654321", "No me han llamado")):
        product.cloud.receive_sms(phone, words)
        product.drain()
    german = {**ANA, "contact_id": "uwe", "phone": "+4915123456789"}
    product.open_store(store_id="berlin", contacts=[german])
    product.accept(store_id="berlin", score=2)
    product.drain()
    product.cloud.receive_sms(german["phone"], "hola")
    product.drain()


def visit_own_page(product: Product) -> None:
    """Look at the customer's page: send a text, stop messages, use each right, and ask for erasure at last."""
    about = next(f for f in product.followups() if f.get("customer_pk"))
    page = "/m/" + links.sign_customer_link(ring(product), about["followup_id"], "sms", product.now())
    assert product.cloud.request("GET", page).status == 200
    for action, fields in (
        ("not-yet", b"text=Sigue+igual"),
        ("stop", b""),
        ("objections", b"resurvey=1"),
        ("name", b"name=Eva"),
        ("address", b"address=nueva@example.org"),
        ("restrict", b""),
        ("unrestrict", b""),
        ("erase", b"sure=yes"),
    ):
        assert product.cloud.request("POST", f"{page}/{action}", FORM, fields).status == 303
        product.drain()


def tell(product: Product) -> None:
    """Post an event of a customer with both phone and e-mail, and try a wrong key."""
    product.cloud.request("POST", "/v1/customers/events", {"x-api-key": "wrong"})
    key = api_keys.make(product.table, "crm", product.now(), lambda size: b"c" * size)
    event = {"event_id": "1", "kind": "complaint", "at": product.now().isoformat(), "store_id": "norte"}
    known_by = {"phone": "+56987654321", "email": "eva@example.com"}
    for _ in range(2):
        body = json.dumps({**event, "customer": known_by}).encode()
        headers = {"content-type": "application/json", "x-api-key": key}
        reply = product.cloud.request("POST", "/v1/customers/events", headers, body)
        assert reply.status == 202, reply.text


def answer(product: Product, said: dict[str, Any]) -> None:
    headers, body = {"content-type": "application/json"}, json.dumps(said).encode()
    reply = product.cloud.request("POST", "/s/caja3", headers, body)
    assert reply.status == 202, reply.text
    product.drain()


def wish(product: Product) -> None:
    """Answer by the page's form, look at the thanks, and ask there for a call."""
    page = Page(product.cloud.request("GET", "/s/caja3").text)
    product.wait(minutes(1))
    form = urlencode({**page.fields, "score": "2"}, doseq=True).encode()
    thanks = product.cloud.request("POST", "/s/caja3", FORM, form).headers["location"]
    product.drain()
    slot = re.search(r'option value="([^"]+)"', product.cloud.request("GET", thanks).text)
    assert slot
    asked = {"wish": "call", "slot": slot[1], "phone": "+56987654329", "consent": "yes"}
    body = urlencode({"t": thanks.partition("&t=")[2], **asked}).encode()
    assert product.cloud.request("POST", "/s/caja3/thanks", FORM, body).status == 303
    product.drain()


def work(product: Product, message: dict[str, Any]) -> None:
    """At the desk: a follow-up worked on, an improvement proposed, the board, the feed of answers, and all sessions
    ended."""
    link = message["text"][message["text"].index("/f/") :].split()[0]
    page = (desk := Desk(product)).open(link)
    page = desk.sign_in(ANA).do(page.text, "/take-on")
    page = desk.do(page.text, "/note", channel="phone", text="Llamé")
    customers = next(f["followup_id"] for f in product.followups() if f.get("customer_pk"))
    written = {"said-es": "Se espera mucho", "done-es": "Otra caja", "in_place_from": "2026-03-01"}
    desk.do(desk.get("/desk/improvements/new").text, "/new", theme="waiting_time", do="save", **written)
    for listed_at in ("/desk/improvements", f"/desk/followups/{customers}", "/desk", "/desk/answers"):
        page = desk.get(listed_at)
        assert page.status == 200
    assert desk.do(desk.get("/desk").text, "/desk/search", q="+56987654321").status == 200
    assert desk.do(page.text, "/desk/answers/export").status == 200
    assert desk.send(form_to(page.text, "/desk/sign-out"), everywhere="1").status == 303
    product.drain()


def ask_for_a_link(product: Product) -> None:
    body = b"address=diego@aurora.example"
    assert product.cloud.request("POST", "/desk/sign-in", FORM, body).status == 303
    product.drain()


OWN_SENDER = {
    "AWS.MM.SMS.OriginationNumber": "phone-number/phone-0f1e",
    "AWS.SNS.SMS.SenderID": "sender-id/AURORA/DE",
}
"""What an SMS comes from, by the attribute that names it ("Resource types defined by AWS End User Messaging SMS and
Voice V2", Service Authorization Reference)."""


def rights(product: Product, call: AwsCall) -> Iterator[tuple[str, str]]:
    """Yield each action that the call needs, with each ARN that it has to be allowed on."""
    yield from product_of(NEEDED.get(call.action, [call.action]), resources(product, call))
    for name in call.params.get("MessageAttributes", {}).keys() & OWN_SENDER.keys():
        # "Getting started with Amazon SNS SMS access management" (SNS Developer Guide).
        arn = f"arn:aws:sms-voice:{product.cloud.region}:{ACCOUNT}:{OWN_SENDER[name]}"
        yield "sms-voice:SendTextMessage", arn


def resources(product: Product, call: AwsCall) -> list[str]:
    """The ARNs that the call is about, each of which has to be allowed; for an SMS, as in IAM, the phone number."""
    if call.action == "ses:SendEmail" and (events := call.params.get("ConfigurationSetName")):
        account = f"arn:aws:ses:{product.cloud.region}:{ACCOUNT}"
        return [resource(product, call), f"{account}:configuration-set/{events}"]
    return [resource(product, call)]


def resource(product: Product, call: AwsCall) -> str:
    service, params = call.action.partition(":")[0], call.params
    if service == "dynamodb":
        arn = product.cloud.resources["Table"].attributes["Arn"]
        return f"{arn}/index/{params['IndexName']}" if "IndexName" in params else arn
    if service == "sqs":
        return product.cloud.stack.by_arn(params["QueueUrl"]).attributes["Arn"]
    if service == "ses":
        return f"arn:aws:ses:{product.cloud.region}:{ACCOUNT}:identity/{params['FromEmailAddress']}"
    if service == "s3":
        return f"arn:aws:s3:::{params['Bucket']}/{params['Key']}"
    found: str = params.get("TopicArn") or params.get("PhoneNumber") or params["SecretId"]
    return found


NEEDED = {
    # Checks the right to send raw e-mail as well.
    "ses:SendEmail": ["ses:SendEmail", "ses:SendRawEmail"],
    # "Multipart upload API and permissions" and "HeadObject" (Amazon S3 documentation).
    "s3:CreateMultipartUpload": ["s3:PutObject"],
    "s3:UploadPart": ["s3:PutObject"],
    "s3:CompleteMultipartUpload": ["s3:PutObject"],
    "s3:HeadObject": ["s3:GetObject"],
}
"""Rights that are not named like the call."""


def statements(product: Product, function: str) -> Iterator[dict[str, Any]]:
    role = product.cloud.resources[f"{function}Role"].properties
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def allows(statement: dict[str, Any], action: str, arn: str, call: AwsCall) -> bool:
    """Whether the statement allows this; of conditions, only the one on the From address is known here."""
    assert statement["Effect"] == "Allow"
    if action not in listed(statement["Action"]):
        return False
    if "NotResource" in statement:
        return not any(fnmatchcase(arn, pattern) for pattern in listed(statement["NotResource"]))
    if not any(fnmatchcase(arn, pattern) for pattern in listed(statement["Resource"])):
        return False
    condition = statement.get("Condition", {})
    assert condition.keys() <= {"StringEquals"}
    return all(
        name == "ses:FromAddress" and call.params["FromEmailAddress"] == value
        for name, value in condition.get("StringEquals", {}).items()
    )


def patterns(statement: dict[str, Any], arn: str) -> list[str]:
    """The resources of the statement, as written, that are the reason why it allows the ARN."""
    if "NotResource" in statement:
        return listed(statement["NotResource"])
    return [each for each in listed(statement["Resource"]) if fnmatchcase(arn, each)]


def test_functions_have_the_permissions_they_use_and_no_more(product: Product, calls: list[AwsCall]) -> None:
    assert {call.function for call in calls} == set(FUNCTIONS)
    policies = {function: list(statements(product, function)) for function in FUNCTIONS}
    used: set[tuple[str, str, str]] = set()
    for call in calls:
        function = str(call.function)
        for action, arn in rights(product, call):
            allowing = [s for s in policies[function] if allows(s, action, arn, call)]
            assert allowing, f"{function} may not {action} on {arn}"
            used |= {(function, action, pattern) for s in allowing for pattern in patterns(s, arn)}
    assert differences((f"{function}Role", action) for function, action, _ in used) == []
    # Of a right that is used, each resource is: an index that nobody queries is not in the list.
    actions = {(function, action) for function, action, _ in used}
    given = {
        (function, action, pattern)
        for function in FUNCTIONS
        for s in policies[function]
        for action in listed(s["Action"])
        if (function, action) in actions
        for pattern in listed(s.get("Resource") or s["NotResource"])
    }
    assert given - used == set()
