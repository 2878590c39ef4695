"""There is one way to a customer, and the wording guard stands in it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_sns import SmsChannel
from notify.customer_channel import CustomerChannel, Letter

CODE = Path(__file__).resolve().parents[2] / "functions"
PROVIDERS = {"SmsChannel", "EmailChannel"}

TO_CONTACTS = {"notify.alerts", "notify.digest", "notify.sign_in", "sms_replies.answering"}
"""What sends to a shop's contacts, and knows no customer's address."""
TO_CUSTOMERS = "notify.customer_channel"
WRITES_TO_CUSTOMERS = "notify.customer_messages"


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Each module under functions/ by its name, with its syntax tree."""
    files = sorted(CODE.rglob("*.py"))
    return tuple(
        (".".join(file.relative_to(CODE).with_suffix("").parts), ast.parse(file.read_text(encoding="utf-8")))
        for file in files
    )


def names(tree: ast.AST) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found | {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}


def attributes(tree: ast.AST) -> Iterator[ast.Attribute]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    """Calls of a name, or of an attribute of that name."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and name in (getattr(node.func, "id", None), getattr(node.func, "attr", None))
    ]


def test_only_these_know_the_providers() -> None:
    users = {
        name for name, tree in modules() if PROVIDERS & names(tree) and not name.startswith("lazo.channels")
    }
    assert users == {"notify.app", "sms_replies.app", TO_CUSTOMERS, *TO_CONTACTS}


def test_nothing_else_asks_aws_to_send() -> None:
    """A publish with a phone number, or an e-mail, outside of the channels."""
    for name, tree in modules():
        if not name.startswith("lazo.channels"):
            assert not calls(tree, "send_email") or name in (TO_CUSTOMERS, WRITES_TO_CUSTOMERS), name
            keywords = {k.arg for call in calls(tree, "publish") for k in call.keywords}
            assert "PhoneNumber" not in keywords, name


@pytest.mark.parametrize("module", sorted(TO_CONTACTS))
def test_what_sends_to_contacts_reads_no_customers_address(module: str) -> None:
    tree = dict(modules())[module]
    of = {ast.unparse(node.value) for node in attributes(tree) if node.attr in ("phone", "email")}
    assert of <= {"contact", "self", "alert_email"}, "the address of something else than a contact"


def test_what_sends_to_customers_takes_only_what_is_cleared() -> None:
    """Each text handed to a provider is `.text` of something whose type is Cleared, or made of such alone."""
    tree = dict(modules())[TO_CUSTOMERS]
    letter = next(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == "Letter")
    fields = {
        ast.unparse(n.target): ast.unparse(n.annotation) for n in letter.body if isinstance(n, ast.AnnAssign)
    }
    assert fields == {"language": "str", "subject": "Cleared", "text": "Cleared", "reason": "Cleared"}

    sms, email = (
        next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name)
        for name in ("send_sms", "send_email")
    )
    assert {a.arg: ast.unparse(a.annotation) for a in sms.args.args[1:] if a.annotation} == {
        "phone": "str",
        "text": "Cleared",
    }
    (sent,) = calls(sms, "send")
    assert [ast.unparse(argument) for argument in sent.args] == ["phone", "text.text"]

    (rendered,) = (
        n.value
        for n in ast.walk(email)
        if isinstance(n, ast.Assign) and "values" in ast.unparse(n.targets[0])
    )
    assert isinstance(rendered, ast.Dict)
    assert [ast.unparse(value) for value in rendered.values] == [
        "letter.language",
        "letter.subject.text",
        "letter.text.text",
        "letter.reason.text",
    ]
    assert all([ast.unparse(a) for a in call.args] == ["values"] for call in calls(email, "render"))


@pytest.mark.parametrize("template", ["customer.txt.j2", "customer.html.j2"])
def test_the_templates_have_no_words_of_their_own(template: str) -> None:
    text = (CODE / "notify" / "templates" / template).read_text(encoding="utf-8")
    without = re.sub(r"(?s)<style>.*?</style>|<[^>]*>|\{\{.*?\}\}", "", text)
    assert not any(character.isalpha() for character in without)


def test_only_the_guard_clears() -> None:
    for name, tree in modules():
        if name != "lazo.phrases.wording_guard":
            assert not calls(tree, "Cleared"), f"{name} makes a Cleared"
            assert "_SEAL" not in {*names(tree), *(node.attr for node in attributes(tree))}, name


def test_only_compose_makes_a_message_and_whoever_owes_one_counts_it() -> None:
    """A step at a follow-up owes one, and what the sweep does by itself; none goes past a customer's week."""
    makers = {name for name, tree in modules() if calls(tree, "CustomerMessage")}
    assert makers == {"lazo.messaging.customer_message", "lazo.table.messaging.customer_messages"}
    writers = {
        name
        for name, tree in modules()
        for call in calls(tree, "new")
        if ast.unparse(call.func).startswith("customer_messages.")
    }
    by_itself = {f"followup_scheduler.kinds.{kind}" for kind in ("delay_notice", "resurvey")}
    assert writers == {"lazo.table.cases", *by_itself}
    assert writers == {
        name for name, tree in modules() if "contact_limits" in names(tree) and calls(tree, "counted")
    }


def test_a_plain_text_is_not_sent() -> None:
    """Whatever the type checker was told."""

    class Provider:
        def publish(self, **_: object) -> None:
            raise AssertionError("sent")

        send_email = publish

    channel = CustomerChannel(SmsChannel(Provider(), ""), EmailChannel(Provider(), "lazo@example.com"))
    with pytest.raises(AttributeError):
        channel.send_sms("+56987650001", "Nos diste un 3")  # type: ignore[arg-type]
    letter = Letter("es", "Asunto", "Nos diste un 3", "porque sí")  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        channel.send_email("eva@example.org", "Aurora", letter)
