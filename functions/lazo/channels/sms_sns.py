"""SMS through SNS.

A message to a country from which answers reach us comes from the number that takes them there
(`AWS.MM.SMS.OriginationNumber`): an alphabetic sender cannot be answered. To any other country it comes from the sender
id, where one is registered.
"""

from typing import Any

from lazo.channels.providers import attempt
from lazo.messaging.two_way_sms import TwoWayNumbers

_REFUSALS = {
    "InvalidParameter",
    "InvalidParameterValue",
    "ParameterValueInvalid",
    "OptedOut",
    "OptedOutException",
}


class SmsChannel:
    """Sends an SMS. `client`: boto3's `sns`, made to attempt once; `sender_id` "" where none is registered."""

    def __init__(self, client: Any, sender_id: str, two_way: TwoWayNumbers | None = None) -> None:
        self._client = client
        self._sender_id = sender_id
        self._two_way = two_way or TwoWayNumbers()

    def can_be_answered(self, phone: str) -> bool:
        """Whether the answer to a message to this phone reaches us."""
        return self._two_way.number_for(phone) is not None

    def send(self, phone: str, text: str) -> str:
        """Hand one SMS to the provider and return its message id; SendError says what went wrong."""
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
        elif self._sender_id:
            values["AWS.SNS.SMS.SenderID"] = self._sender_id
        return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
