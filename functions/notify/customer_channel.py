"""The one way to a customer: takes nothing that the wording guard has not cleared."""

from dataclasses import dataclass

from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_sns import SmsChannel
from lazo.phrases.wording_guard import Cleared
from notify.rendering import templates


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to a customer. `reason` says why it comes."""

    language: str
    subject: Cleared
    text: Cleared
    reason: Cleared


class CustomerChannel:
    """Sends SMS and e-mails to customers; SendError says what went wrong."""

    def __init__(self, sms: SmsChannel, email: EmailChannel) -> None:
        self._sms = sms
        self._email = email

    def send_sms(self, phone: str, text: Cleared) -> str:
        """Hand one SMS to the provider and return its message id."""
        return self._sms.send(phone, text.text)

    def send_email(self, address: str, brand: str, letter: Letter) -> str:
        """Hand one e-mail, with the brand as its sender's name, to the provider and return its message id."""
        words = {
            "language": letter.language,
            "subject": letter.subject.text,
            "text": letter.text.text,
            "reason": letter.reason.text,
        }
        text = templates().get_template("customer.txt.j2").render(words)
        html = templates().get_template("customer.html.j2").render(words)
        return self._email.send(address, " ".join(brand.split()), letter.subject.text, text, html)
