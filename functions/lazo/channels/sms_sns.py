"""SMS through SNS."""

from typing import Any

from lazo.channels.providers import attempt

_REFUSALS = {
    "InvalidParameter",
    "InvalidParameterValue",
    "ParameterValueInvalid",
    "OptedOut",
    "OptedOutException",
}


class SmsChannel:
    """Sends an SMS. `client`: boto3's `sns`, made to attempt once; `sender_id` "" where none is registered."""

    def __init__(self, client: Any, sender_id: str) -> None:
        self._client = client
        self._attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        if sender_id:
            self._attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender_id}

    def send(self, phone: str, text: str) -> str:
        """Hand one SMS to the provider and return its message id; SendError says what went wrong."""
        return attempt(
            lambda: self._client.publish(PhoneNumber=phone, Message=text, MessageAttributes=self._attributes),
            _REFUSALS,
        )
