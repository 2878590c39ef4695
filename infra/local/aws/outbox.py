"""What the providers accepted: SMS handed to SNS, e-mail handed to SES."""

import base64
import email
import email.message
import email.policy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from infra.local.aws.destinations import timestamp
from infra.local.aws.faults import Call


@dataclass(frozen=True)
class Message:
    channel: str
    """"sms" or "email"."""
    to: str
    subject: str | None
    text: str | None
    html: str | None
    at: str
    provider_id: str


class Outbox:
    """Notes each accepted message in the order of acceptance. `now` gives the product's clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = Lock()
        self._messages: list[Message] = []

    def note(self, call: Call, request: Any, response: Any) -> None:
        """Looks at a successful AWS call and keeps the message that it handed over, if it did."""
        if call.service == "sns" and call.operation == "Publish":
            self._note_sms(parse_qs(_text(request.body)), _text(response.content))
        elif call.service == "sesv2" and call.operation == "SendEmail":
            self._note_email(json.loads(request.body), json.loads(response.content))

    def messages(self, deliveries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the messages, oldest first. followup_id, level and purpose are those of the delivery with the
        provider's id."""
        # A bundle and the deliveries that it told have one id; the bundle itself names no follow-up.
        known = {each["provider_id"]: each for each in deliveries if not each["sk"].startswith("BUNDLE#")}
        with self._lock:
            messages = list(self._messages)
        joined = []
        for message in messages:
            fields = asdict(message)
            delivery = known.get(fields.pop("provider_id"), {})
            joined.append(fields | {key: delivery.get(key) for key in ("followup_id", "level", "purpose")})
        return joined

    def _note_sms(self, request: dict[str, list[str]], response: str) -> None:
        if "PhoneNumber" not in request:
            return
        message_id = response.partition("<MessageId>")[2].partition("</MessageId>")[0]
        self._keep("sms", request["PhoneNumber"], None, request["Message"][0], None, message_id)

    def _note_email(self, request: dict[str, Any], response: dict[str, Any]) -> None:
        content = request["Content"]
        if "Raw" in content:
            parsed = email.message_from_bytes(
                base64.b64decode(content["Raw"]["Data"]), policy=email.policy.default
            )
            subject, text, html = str(parsed["Subject"]), _part(parsed, "plain"), _part(parsed, "html")
            named = str(parsed["To"] or "")
        else:
            body = content["Simple"]["Body"]
            subject = content["Simple"]["Subject"]["Data"]
            text, html = body.get("Text", {}).get("Data"), body.get("Html", {}).get("Data")
            named = ""
        to = request.get("Destination", {}).get("ToAddresses") or [named]
        self._keep("email", to, subject, text, html, response["MessageId"])

    def _keep(
        self,
        channel: str,
        to: list[str],
        subject: str | None,
        text: str | None,
        html: str | None,
        provider_id: str,
    ) -> None:
        message = Message(channel, ", ".join(to), subject, text, html, timestamp(self._now()), provider_id)
        with self._lock:
            self._messages.append(message)


def _part(message: email.message.EmailMessage, subtype: str) -> str | None:
    body = message.get_body(preferencelist=(subtype,))
    return None if body is None else str(body.get_content())


def _text(body: Any) -> str:
    return body.decode("utf-8") if isinstance(body, (bytes, bytearray)) else str(body)
