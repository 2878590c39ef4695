"""Every message to a customer goes through one channel, which takes only what the wording guard cleared."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_sns import SmsChannel
from notify.customer_channel import CustomerChannel, Letter
from tests.stack import source_trees
from tests.stack.source_trees import nodes

CODE = Path(__file__).resolve().parents[2] / "functions"
PROVIDERS = {"SmsChannel", "EmailChannel"}

CONTACT_SENDERS = {
    "notify.alerts",
    "notify.sign_in",
    "notify.staff_mails",
    "sms_replies.answering",
}
"""Modules that send to a store's contacts, and know no customer's address."""
CUSTOMER_CHANNEL = "notify.customer_channel"
CUSTOMER_SENDERS = {CUSTOMER_CHANNEL, "notify.customer_sender", "notify.customer_messages"}


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Name and syntax tree of each module under functions/."""
    files = sorted(CODE.rglob("*.py"))
    return tuple(
        (".".join(file.relative_to(CODE).with_suffix("").parts), source_trees.tree(file)) for file in files
    )


def names(tree: ast.AST) -> set[str]:
    """Names that a module uses or imports."""
    found = {node.id for node in nodes(tree) if isinstance(node, ast.Name)}
    return found | {a.name for n in nodes(tree) if isinstance(n, ast.ImportFrom) for a in n.names}


def attributes(tree: ast.AST) -> Iterator[ast.Attribute]:
    return (node for node in nodes(tree) if isinstance(node, ast.Attribute))


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    """Calls of a function or a method of this name."""
    return [
        node
        for node in nodes(tree)
        if isinstance(node, ast.Call)
        and name in (getattr(node.func, "id", None), getattr(node.func, "attr", None))
    ]


def test_only_senders_import_the_providers() -> None:
    users = {
        name for name, tree in modules() if PROVIDERS & names(tree) and not name.startswith("lazo.channels")
    }
    assert users == {"notify.app", "sms_replies.app", CUSTOMER_CHANNEL, *CONTACT_SENDERS}


def test_only_channels_send_through_aws() -> None:
    """No other module publishes to a phone number or sends an e-mail."""
    for name, tree in modules():
        if not name.startswith("lazo.channels"):
            assert not calls(tree, "send_email") or name in CUSTOMER_SENDERS, name
            keywords = {k.arg for call in calls(tree, "publish") for k in call.keywords}
            assert "PhoneNumber" not in keywords, name


@pytest.mark.parametrize("module", sorted({*CONTACT_SENDERS, "notify.bundles"}))
def test_senders_to_contacts_read_no_customer_address(module: str) -> None:
    tree = dict(modules())[module]
    owners = {ast.unparse(node.value) for node in attributes(tree) if node.attr in ("phone", "email")}
    assert owners <= {"contact", "self", "self.alerts", "alert_email"}, (
        "the address of something else than a contact"
    )


def test_the_customer_channel_takes_only_cleared_texts() -> None:
    """Each text for a provider is `.text` of a value of the type Cleared, or made of such texts."""
    tree = dict(modules())[CUSTOMER_CHANNEL]
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
def test_the_customer_templates_have_no_text_of_their_own(template: str) -> None:
    text = (CODE / "notify" / "templates" / template).read_text(encoding="utf-8")
    without = re.sub(r"(?s)<style>.*?</style>|<[^>]*>|\{\{.*?\}\}", "", text)
    assert not any(character.isalpha() for character in without)


def test_only_the_guard_makes_cleared_texts() -> None:
    for name, tree in modules():
        if name != "lazo.phrases.wording_guard":
            assert not calls(tree, "Cleared"), f"{name} makes a Cleared"
            assert "_SEAL" not in {*names(tree), *(node.attr for node in attributes(tree))}, name


def test_every_new_customer_message_counts_towards_the_weekly_limit() -> None:
    """Actions on a follow-up and the sweep's own notices create messages; each of these modules counts them."""
    makers = {
        name
        for name, tree in modules()
        if calls(tree, "CustomerMessage")
        or any("CustomerMessage" in map(ast.unparse, call.args) for call in calls(tree, "Record"))
    }
    assert makers == {"lazo.messaging.customer_message", "lazo.table.messaging.customer_messages"}
    writers = {
        name
        for name, tree in modules()
        for call in calls(tree, "message_put")
        if ast.unparse(call.func).startswith("customer_messages.")
    }
    automatic = {f"followup_scheduler.kinds.{kind}" for kind in ("promises", "resurveys", "improvements")}
    assert writers == {"lazo.table.cases", *automatic}
    assert writers == {
        name for name, tree in modules() if "contact_limits" in names(tree) and calls(tree, "count_messages")
    }


def test_the_customer_channel_does_not_send_a_plain_text() -> None:
    """Holds at run time too, where no type checker looks."""

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
