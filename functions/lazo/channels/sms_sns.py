"""Send SMS through SNS.

Where we have a number that receives replies from the recipient's country, it is the sender
(`AWS.MM.SMS.OriginationNumber`): nobody can reply to an alphabetic sender. Elsewhere the sender id is used, if one is
set and the country shows any.
"""

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from lazo.channels.providers import attempt
from lazo.channels.sms_gate import SmsGate
from lazo.messaging.sms_countries import needs_number, takes_sender_id
from lazo.messaging.two_way_sms import TwoWayNumbers, parse_two_way_numbers
from lazo.runtime import settings
from lazo.runtime.error_logging import error_fields
from lazo.table.dynamodb.table import Table
from lazo.text.contact_details import country_of

_REFUSALS = {
    "InvalidParameter",
    "InvalidParameterValue",
    "ParameterValueInvalid",
    "OptedOut",
    "OptedOutException",
}


class SmsChannel:
    """Sends SMS. `client`: boto3's `sns`, without retries; `sender_id` is "" if none is registered; without a `gate`
    SMS are never paused."""

    def __init__(
        self,
        client: Any,
        sender_id: str,
        two_way: TwoWayNumbers | None = None,
        gate: SmsGate | None = None,
    ) -> None:
        self._client = client
        self._sender_id = sender_id
        self._two_way = two_way or TwoWayNumbers()
        self._gate = gate

    @classmethod
    def from_environment(cls, logger: Logger, gate: SmsGate | None) -> "SmsChannel":
        """Return the channel that the environment describes. Invalid TWO_WAY_NUMBERS are logged: alerts go out without
        replies."""
        two_way = None
        try:
            two_way = parse_two_way_numbers(settings.optional("TWO_WAY_NUMBERS"))
        except ValueError as error:
            # These numbers are public, so this one message may be logged.
            logger.error("no SMS can be answered", **error_fields(error), reason=str(error))
        client = settings.client("sns", settings.WITHOUT_RETRIES)
        return cls(client, settings.optional("SMS_SENDER_ID"), two_way, gate)

    def can_be_answered(self, phone: str) -> bool:
        """Whether replies from this phone (E.164) reach us."""
        return self._two_way.number_for(phone) is not None

    def lacks_sender(self, phone: str) -> bool:
        """Whether the country of this phone takes SMS from a number of our own alone, and none is named. One that is
        leased and not named may still serve, so an SMS is worth a try where there is nothing else."""
        return needs_number(country_of(phone)) and self._two_way.number_for(phone) is None

    def paused_until(self, known: Table | None = None) -> datetime | None:
        """Return until when no SMS is sent because the account's spend limit is reached; None if SMS are sent. To be
        asked before a message is claimed, so that a pause costs no attempt. `known`: the table with the pause as it
        was read ahead."""
        return self._gate.paused_until(known) if self._gate else None

    def send(self, phone: str, text: str, known: Table | None = None) -> str:
        """Send one SMS and return the provider's message id. Raises a SendError. `known`: as for `paused_until`."""
        if self._gate:
            self._gate.enter(known)
        return attempt(
            lambda: self._client.publish(
                PhoneNumber=phone, Message=text, MessageAttributes=self._attributes(phone)
            ),
            _REFUSALS,
        )

    def _attributes(self, phone: str) -> dict[str, dict[str, str]]:
        values = {"AWS.SNS.SMS.SMSType": "Transactional"}
        if number := self._two_way.number_for(phone):
            values["AWS.MM.SMS.OriginationNumber"] = number
        elif self._sender_id and takes_sender_id(country_of(phone)):
            values["AWS.SNS.SMS.SenderID"] = self._sender_id
        return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
