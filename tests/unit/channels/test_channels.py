"""Requests to SNS and SES, and the meaning of each failure."""

import email
import email.policy
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from lazo.channels.email_ses import EmailChannel
from lazo.channels.errors import PermanentFailure, SendError, TransientFailure, UnknownOutcome
from lazo.channels.sms_sns import SmsChannel
from lazo.messaging.two_way_sms import TwoWayNumbers
from lazo.runtime import settings

URL = "https://sns.example"


class Provider:
    """A client that records its requests, and fails if it is given an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[dict[str, Any]] = []

    def publish(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        if self.error:
            raise self.error
        return {"MessageId": "m-1"}

    send_email = publish


def client_error(code: str, status: int) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "x"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Send"
    )


def send_sms(provider: Provider) -> str:
    return SmsChannel(provider, "").send("+56922345671", "Hola")


def send_email(provider: Provider, **changes: str) -> str:
    message = {
        "address": "ana@aurora.example",
        "sender_name": "Aurora",
        "subject": "Asunto",
        "text": "Hola\n",
        "html": "<p>Hola</p>\n",
        **changes,
    }
    return EmailChannel(provider, "lazo@example.com").send(**message)


# Codes as botocore's service models name them, "Common errors" (SNS API reference, SES API v2 reference).
EITHER: list[tuple[Exception, type[SendError]]] = [
    (client_error("Throttling", 400), TransientFailure),
    (client_error("ThrottlingException", 400), TransientFailure),
    (client_error("AccessDenied", 403), TransientFailure),
    (client_error("ExpiredToken", 403), TransientFailure),
    (client_error("ServiceUnavailable", 503), UnknownOutcome),
    (client_error("InternalFailure", 500), UnknownOutcome),
    (client_error("Unknown", 502), UnknownOutcome),
    (ReadTimeoutError(endpoint_url=URL), UnknownOutcome),
    (ConnectionClosedError(endpoint_url=URL), UnknownOutcome),
    (ConnectTimeoutError(endpoint_url=URL), TransientFailure),
    (EndpointConnectionError(endpoint_url=URL), TransientFailure),
    (NoCredentialsError(), TransientFailure),
    (ParamValidationError(report="x"), PermanentFailure),
    (ClientError({}, "Send"), UnknownOutcome),
]
ONLY_SMS: list[tuple[Exception, type[SendError]]] = [
    (client_error("InvalidParameter", 400), PermanentFailure),
    (client_error("ParameterValueInvalid", 400), PermanentFailure),
    (client_error("OptedOut", 400), PermanentFailure),
    (client_error("Throttled", 429), TransientFailure),
    (client_error("AuthorizationError", 403), TransientFailure),
    (client_error("InternalError", 500), UnknownOutcome),
]
ONLY_EMAIL: list[tuple[Exception, type[SendError]]] = [
    (client_error("MessageRejected", 400), PermanentFailure),
    (client_error("BadRequestException", 400), PermanentFailure),
    (client_error("TooManyRequestsException", 429), TransientFailure),
    (client_error("LimitExceededException", 400), TransientFailure),
    (client_error("SendingPausedException", 400), TransientFailure),
    (client_error("AccountSuspendedException", 400), TransientFailure),
    (client_error("MailFromDomainNotVerifiedException", 400), TransientFailure),
    (client_error("NotFoundException", 404), TransientFailure),
]


@pytest.mark.parametrize(
    ("send", "error", "meaning"),
    [(send_sms, *case) for case in EITHER + ONLY_SMS] + [(send_email, *case) for case in EITHER + ONLY_EMAIL],
)
def test_failures_of_providers_are_permanent_transient_or_unknown(
    send: Callable[[Provider], str], error: Exception, meaning: type[SendError]
) -> None:
    provider = Provider(error)
    with pytest.raises(SendError) as failure:
        send(provider)
    assert type(failure.value) is meaning
    assert len(provider.asked) == 1
    if isinstance(error, ClientError):
        assert failure.value.code == error.response.get("Error", {}).get("Code", "Unknown")


@pytest.mark.parametrize("send", [send_sms, send_email])
def test_a_programming_error_is_raised(send: Callable[[Provider], str]) -> None:
    with pytest.raises(KeyError):
        send(Provider(KeyError("oops")))


def test_an_sms_is_transactional_and_shows_its_sender_where_the_country_allows_one() -> None:
    provider = Provider()
    assert SmsChannel(provider, "").send("+56922345671", "Hola") == "m-1"
    SmsChannel(provider, "AURORA").send("+56922345671", "Hola")
    SmsChannel(provider, "AURORA").send("+4915123456789", "Hallo")
    kind = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
    sender = {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "AURORA"}}
    assert provider.asked == [
        {"PhoneNumber": "+56922345671", "Message": "Hola", "MessageAttributes": kind},
        {"PhoneNumber": "+56922345671", "Message": "Hola", "MessageAttributes": kind},
        {"PhoneNumber": "+4915123456789", "Message": "Hallo", "MessageAttributes": kind | sender},
    ]


def test_an_sms_that_can_be_answered_comes_from_the_number_of_its_country() -> None:
    """ "AWS.MM.SMS.OriginationNumber", "Publishing SMS messages to a mobile phone" (SNS Developer Guide)."""
    provider = Provider()
    channel = SmsChannel(provider, "AURORA", TwoWayNumbers({"CL": "+56912340000"}))
    assert channel.can_be_answered("+56922345671")
    assert not channel.can_be_answered("+447911123456")
    channel.send("+56922345671", "Hola")
    channel.send("+447911123456", "Hello")
    senders = [
        {
            name: value["StringValue"]
            for name, value in asked["MessageAttributes"].items()
            if "Type" not in name
        }
        for asked in provider.asked
    ]
    assert senders == [
        {"AWS.MM.SMS.OriginationNumber": "+56912340000"},
        {"AWS.SNS.SMS.SenderID": "AURORA"},
    ]


@pytest.mark.parametrize(
    ("numbers", "answerable", "logged"),
    [
        ("CL=+56912345678", True, 0),
        ("CL=+56912345678,AR=+5491123456789", False, 1),  # AWS takes no replies in Argentina
    ],
)
def test_an_unreadable_list_of_numbers_only_disables_replies(
    monkeypatch: pytest.MonkeyPatch, numbers: str, answerable: bool, logged: int
) -> None:
    provider, logger = Provider(), Mock()
    monkeypatch.setattr(settings, "client", lambda *_: provider)
    monkeypatch.setenv("TWO_WAY_NUMBERS", numbers)
    channel = SmsChannel.from_environment(logger, None)
    assert channel.can_be_answered("+56922345671") is answerable
    assert channel.send("+56922345671", "Hola") == "m-1"
    (attributes,) = (request["MessageAttributes"] for request in provider.asked)
    number = {"AWS.MM.SMS.OriginationNumber": {"DataType": "String", "StringValue": "+56912345678"}}
    assert (number.items() <= attributes.items()) is answerable
    assert logger.error.call_count == logged


def raw(**changes: str) -> bytes:
    provider = Provider()
    assert send_email(provider, **changes) == "m-1"
    (request,) = provider.asked
    assert request["FromEmailAddress"] == "lazo@example.com"
    assert request["Destination"] == {"ToAddresses": [changes.get("address", "ana@aurora.example")]}
    data: bytes = request["Content"]["Raw"]["Data"]
    return data


class TestMime:
    """RFC 5322 and RFC 2046, read back by the standard library; SES adds that a line has at most 1,000 characters and
    that what is outside 7-bit ASCII should be encoded (API reference, RawMessage)."""

    def test_text_and_html(self) -> None:
        text, html = "¡Hola, Ñandú! 😡\n\nfin\n", "<p>¡Hola, Ñandú! 😡</p>\n"
        message = email.message_from_bytes(
            raw(
                sender_name="Café «Aurora», S.A.",
                subject="Atención: 2/10 en Caja 3 — ¡ven! 😡",
                text=text,
                html=html,
            ),
            policy=email.policy.default,
        )
        assert message.get_content_type() == "multipart/alternative"
        assert message["From"].addresses[0].display_name == "Café «Aurora», S.A."
        assert message["From"].addresses[0].addr_spec == "lazo@example.com"
        assert message["To"].addresses[0].addr_spec == "ana@aurora.example"
        assert message["Subject"] == "Atención: 2/10 en Caja 3 — ¡ven! 😡"
        assert message["Auto-Submitted"] == "auto-generated"
        plain, rich = message.iter_parts()
        assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
        assert plain.get_content().replace("\r\n", "\n") == text
        assert rich.get_content().replace("\r\n", "\n") == html
        assert not message.defects
        assert not plain.defects

    @pytest.mark.parametrize(
        "text", ["ñ", "ñ corto\n", "palabra " * 400, "x" * 5000, "😡" * 2000, "\x00\x07\r\r\n.\r\n"]
    )
    def test_only_short_lines_of_ascii(self, text: str) -> None:
        data = raw(text=text, html=f"<p>{text}</p>", subject=("ñ" * 300), sender_name="ñ" * 60)
        assert data.isascii()
        assert max(len(line) for line in data.split(b"\r\n")) <= 998
        assert b"\n" not in data.replace(b"\r\n", b"")

    def test_a_body_that_looks_like_a_header_is_a_body(self) -> None:
        message = email.message_from_bytes(
            raw(text="Bcc: eve@evil.example\r\n\r\n.\r\n--==boundary"), policy=email.policy.default
        )
        assert message["Bcc"] is None
        assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]

    @pytest.mark.parametrize(
        ("address", "sent_to"),
        [
            ("rosa@ñandú.cl", "rosa@xn--and-6ma2c.cl"),
            ("ana@straße.example", "ana@xn--strae-oqa.example"),  # IDNA 2003 made it strasse, another domain
            ("ana@例え.テスト", "ana@xn--r8jz45g.xn--zckzah"),  # ICANN's example domain in Japanese
        ],
    )
    def test_a_domain_in_another_script_is_sent_as_punycode(self, address: str, sent_to: str) -> None:
        provider = Provider()
        send_email(provider, address=address)
        (asked,) = provider.asked
        assert asked["Destination"] == {"ToAddresses": [sent_to]}
        message = email.message_from_bytes(asked["Content"]["Raw"]["Data"], policy=email.policy.default)
        assert message["To"].addresses[0].addr_spec == sent_to

    @pytest.mark.parametrize(
        "address",
        [
            "josé@aurora.example",
            "ana@-ñandú.example",
            "a..b@aurora.example",
            "aurora.example",
            "a@b.c, d@e.f",
        ],
    )
    def test_an_address_that_does_not_fit_a_header_is_refused(self, address: str) -> None:
        """The next channel, then the next contact, rather than a claim that ends in our own failure."""
        provider = Provider()
        with pytest.raises(PermanentFailure):
            send_email(provider, address=address)
        assert provider.asked == []


def test_emails_of_one_thread_refer_to_one_message() -> None:
    def header(thread: str, name: str) -> str | None:
        message = email.message_from_bytes(raw(thread=thread), policy=email.policy.default)
        return message[name]

    assert header("k7q2abcdefgh2345", "References") == "<k7q2abcdefgh2345@example.com>"
    assert header("k7q2abcdefgh2345", "In-Reply-To") == "<k7q2abcdefgh2345@example.com>"
    assert header("other", "References") != header("k7q2abcdefgh2345", "References")
    assert header("", "References") is None


@pytest.mark.parametrize(
    ("phone", "lacks"), [("+12025550143", True), ("+14165550143", False), ("+56922345671", False)]
)
def test_only_a_country_that_asks_for_a_number_lacks_one(phone: str, lacks: bool) -> None:
    assert SmsChannel(Provider(), "AURORA").lacks_sender(phone) is lacks
    named = TwoWayNumbers({"US": "22395"})
    assert not SmsChannel(Provider(), "AURORA", named).lacks_sender(phone)
