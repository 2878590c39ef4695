"""E-mail through SES."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from lazo.channels.errors import PermanentFailure
from lazo.channels.providers import attempt

_POLICY = SMTP.clone(max_line_length=998)
"""The limit of RFC 5322 (2.1.1): at the customary 78, Python breaks a longer subject before its first word."""

_REFUSALS = {"MessageRejected", "BadRequestException"}


class EmailChannel:
    """Sends an e-mail with a text and an HTML part. `client`: boto3's `sesv2`, made to attempt once. SES tells of
    what becomes of an e-mail where its configuration set says; "" where there is none."""

    def __init__(self, client: Any, sender: str, configuration_set: str = "") -> None:
        self._client = client
        self._sender = sender
        self._more = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, address: str, sender_name: str, subject: str, text: str, html: str) -> str:
        """Hand one e-mail to the provider and return its message id; SendError says what went wrong."""
        message = EmailMessage(policy=_POLICY)
        message["From"] = Address(display_name=sender_name, addr_spec=self._sender)
        message["To"] = _receiver(address)
        message["Subject"] = subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return attempt(
            lambda: self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={"Raw": {"Data": message.as_bytes()}},
                **self._more,
            ),
            _REFUSALS,
        )


def _receiver(address: str) -> Address:
    """SES knows no SMTPUTF8: what is not ASCII, or no address at all, is refused like an address it refuses."""
    try:
        address.encode("ascii")
        return Address(addr_spec=address)
    except (ValueError, MessageError) as error:
        raise PermanentFailure("InvalidAddress") from error
