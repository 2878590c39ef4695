"""Send e-mail through SES."""

import functools
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from lazo.channels.errors import PermanentFailure
from lazo.channels.providers import attempt
from lazo.text.contact_details import ascii_email


class _HeaderClasses(HeaderRegistry):
    """Python makes a class anew for each header that it reads or writes, a dozen times for each e-mail."""

    __getitem__ = functools.cache(HeaderRegistry.__getitem__)


HEADERS = _HeaderClasses()

_POLICY = SMTP.clone(max_line_length=998, header_factory=HEADERS)
"""The limit of RFC 5322 (2.1.1): at the usual 78, Python folds a longer subject before its first word."""

_REFUSALS = {"MessageRejected", "BadRequestException"}


class EmailChannel:
    """Sends e-mails with a text and an HTML part. `client`: boto3's `sesv2`, without retries. `configuration_set`
    says where SES reports bounces and complaints; "" if there is none."""

    def __init__(self, client: Any, sender: str, configuration_set: str = "") -> None:
        self._client = client
        self._sender = sender
        self._more = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(
        self, address: str, sender_name: str, subject: str, text: str, html: str, thread: str = ""
    ) -> str:
        """Send one e-mail and return the provider's message id. Raises a SendError.

        E-mails with the same `thread`, an id without spaces, refer to one message that was never sent (RFC 5322,
        3.6.4), so that mail programs show them together: SES gives each a Message-ID of its own choice.
        """
        recipient = _recipient(address)
        message = EmailMessage(policy=_POLICY)
        message["From"] = Address(display_name=_header_text(sender_name), addr_spec=self._sender)
        message["To"] = recipient
        message["Subject"] = _header_text(subject)
        message["Auto-Submitted"] = "auto-generated"
        if thread:
            message["In-Reply-To"] = message["References"] = f"<{thread}@{self._sender.rpartition('@')[2]}>"
        message.set_content(text, cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return attempt(
            lambda: self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [recipient.addr_spec]},
                Content={"Raw": {"Data": message.as_bytes()}},
                **self._more,
            ),
            _REFUSALS,
        )


def _header_text(text: str) -> str:
    """Return a text as the value of a header, on one line. A line break would end the header. What looks like an
    encoded word (RFC 2047, 2) would be read as one, with the line breaks in it: a space ends that."""
    kept = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(kept.replace("=?", "= ?").split())


def _recipient(address: str) -> Address:
    """Return an address with its domain in Punycode (IDNA 2008). Raises PermanentFailure if it is invalid, or not ASCII
    before the @: SES has no SMTPUTF8."""
    try:
        return Address(addr_spec=address if address.isascii() else ascii_email(address))
    except (ValueError, MessageError) as error:
        raise PermanentFailure("InvalidAddress") from error
