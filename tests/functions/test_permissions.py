"""Each function has the permissions it uses and no more: its calls to AWS against the roles in the template."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.local.cloudformation.stack_scope import ACCOUNT
from lazo.auth import links
from lazo.store.model import Touchpoint
from lazo.table import followups, stores
from ops import api_keys
from tests.aws_rules import AwsCall, Watch
from tests.builders import ANA, DIEGO, MARTA, consent, minutes
from tests.customer import FORM, ring
from tests.desk import Desk, form_to
from tests.product import Product
from tests.provider_reports import bounce, complaint
from tests.provider_reports import tell as tell_report

FUNCTIONS = (
    "Collect",
    "Classify",
    "Notify",
    "FollowupScheduler",
    "Desk",
    "CustomerEvents",
    "CustomerPage",
    "SmsReplies",
    "DeliveryEvents",
)

GIVEN_FOR_LAMBDA_ITSELF = {
    "logs",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
}
"""What the service does in the function's name: its logs, its event sources."""


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

    reply_by_sms(product)
    tell(product)
    visit_own_page(product)
    report_failures(product)
    product.accept(score=4)
    product.wait(minutes(2))
    product.scheduler()
    product.change(
        {"pk": "ODD", "sk": "ODD", "due_pk": "due#0", "due_at": "2026-01-01T00:00:00.000Z", "due_failures": 7}
    )
    product.advance(minutes(70))
    return [call for call in watch.calls if call.function]


def report_failures(product: Product) -> None:
    """Report a bounced alert and a customer's spam complaint."""
    product.open_store(store_id="oeste", policy={"contact_messages_per_hour": 1000})
    given = {"phone": "+56987650001", "email": "eva@example.com", "consent": consent()}
    product.accept(store_id="oeste", score=2, customer_key="k" * 22, **given)
    product.drain()
    followup = followups.followup_from_item(
        next(f for f in product.followups() if f.get("store_id") == "oeste")
    )
    (alert, *_) = (
        i for i in product.items("DELIVERY#") if i.get("store_id") == "oeste" and i["channel"] == "email"
    )
    tell_report(product, bounce(alert["provider_id"], product.now()))
    product.notify(product.write_to_customer("Hola, ya arreglamos la caja.", "email", about_it=followup))
    (message,) = (i for i in product.items("MESSAGE#") if i.get("store_id") == "oeste")
    tell_report(product, complaint(message["provider_id"], product.now()))


def reply_by_sms(product: Product) -> None:
    """Reply as Ana: take the latest alert on, stop SMS, and write something else."""
    for words in ("1", "STOP", "START", "hola"):
        product.cloud.receive_sms(str(ANA["phone"]), words)
        product.drain()


def visit_own_page(product: Product) -> None:
    """Use the customer's page: send a text, stop messages, use each right, and ask for erasure at last."""
    about = next(f for f in product.followups() if f.get("customer_pk"))
    page = "/m/" + links.sign_customer_link(ring(product), about["followup_id"], "sms", product.now())
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
    product.drain()


def tell(product: Product) -> None:
    """Post an event of a customer with both phone and e-mail."""
    key = api_keys.make(product.table, "crm", product.now(), lambda size: b"c" * size)
    event = {"event_id": "1", "kind": "complaint", "at": product.now().isoformat(), "store_id": "norte"}
    known_by = {"phone": "+56987654321", "email": "eva@example.com"}
    for _ in range(2):
        body = json.dumps({**event, "customer": known_by}).encode()
        headers = {"content-type": "application/json", "x-api-key": key}
        reply = product.cloud.request("POST", "/v1/customers/events", headers, body)
        assert reply.status == 202, reply.text


def answer(product: Product, said: dict[str, Any]) -> None:
    reply = product.cloud.request(
        "POST", "/s/caja3", {"content-type": "application/json"}, json.dumps(said).encode()
    )
    assert reply.status == 202, reply.text
    product.drain()


def work(product: Product, message: dict[str, Any]) -> None:
    """At the desk: a follow-up worked on, the board, the feed of answers, and all sessions ended."""
    path = re.search(r"/f/\S+", message["text"])
    assert path
    desk = Desk(product)
    page = desk.do(desk.open(path[0]).text, "/take-on")
    page = desk.do(page.text, "/note", channel="phone", text="Llamé")
    for listed_at in ("/desk", "/desk/answers"):
        page = desk.get(listed_at)
        assert page.status == 200
    assert desk.do(page.text, "/desk/answers/export").status == 200
    assert desk.send(form_to(page.text, "/desk/sign-out"), everywhere="1").status == 303
    product.drain()


def ask_for_a_link(product: Product) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    reply = product.cloud.request("POST", "/desk/sign-in", form, b"address=diego@aurora.example")
    assert reply.status == 303
    product.drain()


def resource(product: Product, call: AwsCall) -> str:
    """The ARN that the call is about; for an SMS, as in IAM, the phone number."""
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


def needed(call: AwsCall) -> list[str]:
    return NEEDED.get(call.action, [call.action])


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


def test_functions_have_the_permissions_they_use_and_no_more(product: Product, calls: list[AwsCall]) -> None:
    assert {call.function for call in calls} == set(FUNCTIONS)
    for call in calls:
        arn = resource(product, call)
        for action in needed(call):
            assert any(allows(s, action, arn, call) for s in statements(product, str(call.function))), (
                f"{call.function} may not {action} on {arn}"
            )

    done = {(str(call.function), action) for call in calls for action in needed(call)}
    granted = {
        (function, action)
        for function in FUNCTIONS
        for statement in statements(product, function)
        for action in listed(statement["Action"])
        if not {action, action.partition(":")[0]} & GIVEN_FOR_LAMBDA_ITSELF
    }
    # Lambda itself hands failed records and events over; the sweep also sends on its own.
    assert granted - done == {
        ("Classify", "sqs:SendMessage"),
        ("SmsReplies", "sqs:SendMessage"),
        ("DeliveryEvents", "sqs:SendMessage"),
    }
