"""The one way to a customer: it takes no text that the wording guard has not cleared."""

from dataclasses import dataclass
from datetime import datetime

from lazo.channels.email_ses import EmailChannel
from lazo.channels.sms_sns import SmsChannel
from lazo.phrases.wording_guard import Cleared
from notify.rendering import templates


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to a customer. `reason` says why they get it."""

    language: str
    subject: Cleared
    text: Cleared
    reason: Cleared


class CustomerChannel:
    """Sends SMS and e-mails to customers; raises SendError, whose class says whether to try again."""

    def __init__(self, sms: SmsChannel, email: EmailChannel) -> None:
        self._sms = sms
        self._email = email

    def sms_paused_until(self) -> datetime | None:
        """Return until when no SMS is sent; None if SMS are sent."""
        return self._sms.paused_until()

    def lacks_sms_sender(self, phone: str) -> bool:
        """Whether there is nothing that an SMS to this phone could surely come from."""
        return self._sms.lacks_sender(phone)

    def send_sms(self, phone: str, text: Cleared) -> str:
        """Hand one SMS to the provider and return the provider's id."""
        return self._sms.send(phone, text.text)

    def send_email(self, address: str, brand: str, letter: Letter) -> str:
        """Hand one e-mail, with the brand as its sender's name, to the provider and return the provider's id."""
        values = {
            "language": letter.language,
            "subject": letter.subject.text,
            "text": letter.text.text,
            "reason": letter.reason.text,
        }
        text = templates().get_template("customer.txt.j2").render(values)
        html = templates().get_template("customer.html.j2").render(values)
        return self._email.send(address, brand, letter.subject.text, text, html)
