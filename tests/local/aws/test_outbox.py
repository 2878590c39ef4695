"""Messages that the providers accepted."""

from email.message import EmailMessage

import pytest

from tests.local.small_cloud import StartCloud, notes_of

SEND = """
import os, boto3
def lambda_handler(event, context):
    if "phone" in event:
        answer = boto3.client("sns").publish(PhoneNumber=event["phone"], Message=event["text"])
    elif "raw" in event:
        answer = boto3.client("sesv2").send_email(
            FromEmailAddress=os.environ["SENDER"],
            Destination={"ToAddresses": [event["to"]]},
            Content={"Raw": {"Data": event["raw"].encode()}},
        )
    else:
        answer = boto3.client("sesv2").send_email(
            FromEmailAddress=event.get("from", os.environ["SENDER"]),
            Destination={"ToAddresses": [event["to"]]},
            Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {
                "Text": {"Data": "text ñ"}, "Html": {"Data": "<p>html</p>"}}}},
        )
    return answer["MessageId"]
"""


def test_messages_come_oldest_first_with_the_fields_of_their_delivery(start_cloud: StartCloud) -> None:
    cloud = start_cloud(queue_app=SEND)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "shop@example.com",
        "ana@example.com",
        "Atención: Señora García",
    )
    mail.set_content("Comentario: ¡qué lento!\n")
    mail.add_alternative("<p>¡qué lento!</p>\n", subtype="html")
    sms_id = cloud.invoke("Queue", {"phone": "+56922345671", "text": "Caja 3: 3/10 & más = ¿?"})
    cloud.advance(60)
    cloud.invoke("Queue", {"raw": mail.as_string(), "to": "ana@example.com"})
    cloud.invoke("Queue", {"to": "eva@example.com"})
    cloud.client("dynamodb").put_item(
        TableName=cloud.physical_id("Table"),
        Item={
            "pk": {"S": "FU#1"},
            "sk": {"S": "DELIVERY#0#1#sms#ana"},
            "provider_id": {"S": sms_id},
            "followup_id": {"S": "1"},
            "level": {"N": "0"},
            "purpose": {"S": "alert"},
        },
    )
    sms, raw, simple = cloud.outbox()
    assert sms.pop("at").startswith("2026-03-02T10:00:0")
    assert sms == {
        "channel": "sms",
        "to": "+56922345671",
        "subject": None,
        "text": "Caja 3: 3/10 & más = ¿?",
        "html": None,
        "followup_id": "1",
        "level": 0,
        "purpose": "alert",
    }
    assert raw.pop("at").startswith("2026-03-02T10:01:0")
    assert raw == {
        "channel": "email",
        "to": "ana@example.com",
        "subject": "Atención: Señora García",
        "text": "Comentario: ¡qué lento!\n",
        "html": "<p>¡qué lento!</p>\n",
        "followup_id": None,
        "level": None,
        "purpose": None,
    }
    assert (simple["to"], simple["subject"]) == ("eva@example.com", "Hi")
    assert (simple["text"], simple["html"]) == ("text ñ", "<p>html</p>")


@pytest.mark.parametrize(
    "event", [{"phone": "0800", "text": "x"}, {"to": "a@example.com", "from": "b@example.com"}]
)
def test_a_refused_message_is_not_in_the_outbox(start_cloud: StartCloud, event: dict[str, str]) -> None:
    cloud = start_cloud(
        queue_app=SEND.replace("def lambda_handler", "def send")
        + """
def lambda_handler(event, context):
    try:
        send(event, context)
    except Exception as error:
        note(error.response["Error"]["Code"])
"""
    )
    cloud.invoke("Queue", event)
    assert len(notes_of("queue_app")) == 1
    assert cloud.outbox() == []
