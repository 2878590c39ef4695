"""Costs of a month, calculated by hand, and the page with the figures that the script prints."""

import pytest

from benchmarks import costs

PRICES = {
    "api_million_requests": 1.0,
    "lambda_million_requests": 0.2,
    "lambda_gb_second": 0.00001,
    "dynamodb_million_write_units": 0.625,
    "dynamodb_million_read_units": 0.125,
    "dynamodb_gb_month": 0.25,
    "backup_gb_month": 0.25,
    "sqs_million_requests": 0.4,
    "sns_million_publishes": 0.5,
    "scheduler_million": 1.0,
    "ses_thousand_emails": 0.1,
    "logs_gb": 0.5,
    "logs_gb_month": 0.0,
    "metric_month": 0.3,
    "alarm_month": 0.1,
    "secret_month": 0.4,
    "transfer_gb": 0.0,
}
NOTHING = dict.fromkeys(
    (
        "requests",
        "invocations",
        "calls",
        "read_units",
        "write_units",
        "publishes",
        "emails",
        "sms",
        "kilobytes",
    ),
    0,
)
DATA = {
    "prices": PRICES,
    "example": {"sms_part": 0.05},
    "month": {
        "answers": 100,
        "looks_per_answer": 2,
        "unhappy": 0.2,
        "promoters": 0.5,
        "leave_contact": 0.5,
        "escalate": 0.1,
        "worked": 1.0,
    },
    "assumed": {
        "own_milliseconds": 0,
        "call_milliseconds": 0,
        "memory_gb": 1,
        "log_kilobytes": 0,
        "page_kilobytes": 0,
        "months_kept": 1,
        "empty_receives": 0,
    },
    "installation": {"secrets": 2, "alarms": 10, "metrics_always": 5, "metrics_at_most": 10},
    "usage": {
        "page": NOTHING,
        "promoter": NOTHING,
        "passive": NOTHING,
        "detractor": {**NOTHING, "sms": 1},
        "detractor with contact": {**NOTHING, "sms": 1, "write_units": 40, "emails": 10},
        "escalation": {**NOTHING, "sms": 1},
        "case worked": {**NOTHING, "sms": 3},
    },
}


def test_a_bill_by_hand() -> None:
    # 100 answers: 20 unhappy, 10 of them with contact, 2 escalate, 10 are worked: 10 + 10 + 2 + 30 parts of SMS.
    assert costs.used(DATA, 1)["sms"] == 52
    bill = costs.bill(DATA, costs.used(DATA, 1_000))
    # 1,000 stores × 10 × 40 = 400,000 write units at 0.625 a million; 43,800 sweeps × 3 read units at 0.125.
    assert bill["DynamoDB, reads and writes"] == pytest.approx(0.25 + 0.016425)
    # 1,000 × 10 × 10 = 100,000 e-mails at 0.10 a thousand.
    assert bill["E-mails"] == pytest.approx(10)
    # 20,000 follow-ups would measure more than ten metrics' hours: 5 + 10 at 0.30, and ten alarms at 0.10.
    assert bill["Metrics, alarms"] == pytest.approx(4.5 + 1)
    # 43,800 sweeps at 0.20 a million; nothing else is invoked.
    assert bill["Lambda"] == pytest.approx(0.00876)
    assert bill["Topic, queue, schedule"] == pytest.approx(0.0438)
    assert bill["Keys"] == pytest.approx(0.8)


def test_the_page_says_what_is_printed() -> None:
    page = costs.PAGE.read_text(encoding="utf-8")
    shown = page.partition(costs.BEGIN + "\n")[2].partition(costs.END)[0]
    assert shown == costs.tables(costs.read())
