"""What the journeys left behind: no error in a log, nothing personal there, no message given up, and no right that was
missing, or that nobody used."""

import re

from tests.cloud.stacks import Deployed
from tests.emulated.emulator import Emulator
from tests.rights.functions import differences

PERSONAL = re.compile(
    r"\+569\d{8}|@simulator\.amazonses|40 minutos|/[fm]/[A-Za-z0-9_-]{20}|lazo_[A-Za-z0-9_-]{20}"
)
"""Phones, addresses, a comment, links and API keys of the journeys."""

NOT_LIVED_THROUGH = {
    "CollectRole": {
        "dynamodb:Query": "nobody wishes for anything on the thanks page; test_wishes.py lets customers",
        "dynamodb:UpdateItem": "the same",
        "sns:Publish": "the same",
    },
    "NotifyRole": {
        "dynamodb:BatchGetItem": "bundles of alerts come after a contact's 13th of the hour",
        "ses:SendRawEmail": "AWS checks it when SendEmail is given a raw message, ministack does not",
        "sms-voice:SendTextMessage": "AWS checks it when SNS sends from a number of one's own, ministack does not",
    },
    "ReadApiRole": {
        "dynamodb:GetItem": "no other system reads in the journeys; tests/functions/test_api.py lets one",
        "dynamodb:BatchGetItem": "the same",
        "dynamodb:Query": "the same",
        "dynamodb:UpdateItem": "nor does one enter visitors",
    },
    "CustomerEventsRole": {
        "dynamodb:UpdateItem": "nobody comes with a wrong key, which is counted; test_audit.py lets one"
    },
    "SmsRepliesRole": {
        "sms-voice:SendTextMessage": "AWS checks it when SNS sends from a number of one's own, ministack does not",
    },
    "FollowupSchedulerRole": {
        "dynamodb:BatchGetItem": "months are rolled up an hour after something was counted",
        "dynamodb:UpdateItem": "answers that the stream lost are classified by the sweep",
        "dynamodb:DeleteItem": "what is too old is looked for at night",
        "sqs:SendMessage": "an item that keeps failing is reported to the dead-letter queue",
    },
}
"""Rights that a function uses, but not here; tests/functions/test_permissions.py sees it use them."""


def test_no_function_logged_an_error(emulator: Emulator) -> None:
    """A right that lacks, or a message that failed, is made good by the sweep: the journeys alone would not show it."""
    assert emulator.errors() == []


def test_nothing_personal_is_logged(emulator: Emulator) -> None:
    lines = list(emulator.log_lines())
    assert len(lines) > 100
    assert [line for line in lines if PERSONAL.search(line[1])] == []


def test_nothing_was_given_up(stack: Deployed) -> None:
    left = stack.left_behind()
    assert len(left) == 6
    assert set(left.values()) == {0}


def test_roles_allow_what_was_used_and_no_more(emulator: Emulator) -> None:
    """A call that a topic's own policy allows needs the right as well: AWS may ask for it, and so do we."""
    checks = emulator.checks()
    assert [check for check in checks if not check.allowed] == []
    seen = {(check.role, check.action) for check in checks}
    assert len({role for role, _ in seen}) == 9, "every function was seen"
    elsewhere = {(role, action) for role, reasons in NOT_LIVED_THROUGH.items() for action in reasons}
    wrong = differences(seen | elsewhere)
    assert not wrong, "\n".join(wrong)
