"""The faults that are planted: each breaks one thing that must hold, and some test must notice."""

from typing import Final

from tests.mutants.trial import Edit, Mutant

OWED: Final = ("tests/faults/test_owed_together.py",)
SCHEDULED: Final = "followup_scheduler/kinds"
CASES: Final = "lazo/table/cases.py"

MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant(
        "a reminder is written after its date is taken out",
        3,
        (
            Edit(
                f"{SCHEDULED}/followups.py",
                "    yield Complete([deliveries.delivery_put(each) for each in pending])\n"
                "    yield from map(Publish, deliveries_due(near",
                "    yield Complete()\n"
                "    yield Run(lambda: [deliveries.enqueue(context.table, each) for each in pending])\n"
                "    yield from map(Publish, deliveries_due(near",
            ),
        ),
        OWED,
    ),
    Mutant(
        "that a customer waits is written after its date is taken out",
        3,
        (
            Edit(
                f"{SCHEDULED}/followups.py",
                "    yield Complete([deliveries.delivery_put(each) for each in pending])\n"
                '    yield EmitMetric("CustomersLeftWaiting")',
                "    yield Complete()\n"
                "    yield Run(lambda: [deliveries.enqueue(context.table, each) for each in pending])\n"
                '    yield EmitMetric("CustomersLeftWaiting")',
            ),
        ),
        OWED,
    ),
    Mutant(
        "a promise's checkpoint is written after its date is moved",
        3,
        (
            Edit(
                f"{SCHEDULED}/promises.py",
                "    yield Reschedule(following, writes) if following else Complete(writes)\n",
                "    yield Reschedule(following) if following else Complete()\n"
                "    yield Run(lambda: [context.table.put_or_get(each) for each in writes])\n",
            ),
            Edit(f"{SCHEDULED}/promises.py", "Reschedule, SweepContext", "Reschedule, Run, SweepContext"),
        ),
        OWED,
    ),
    Mutant(
        "a delay notice is written after its date is taken out",
        12,
        (
            Edit(
                f"{SCHEDULED}/promises.py",
                "            *([customer_messages.message_put(message)] if message else ()),\n",
                "",
            ),
            Edit(
                f"{SCHEDULED}/promises.py",
                '    if message:\n        yield Publish(followup_event("message.owed", followup, now))',
                "    if message:\n"
                "        context.table.put(customer_messages.message_put(message))\n"
                '        yield Publish(followup_event("message.owed", followup, now))',
            ),
        ),
        OWED,
    ),
    Mutant(
        "messages to staff are written after what was done at the desk",
        3,
        (
            Edit(
                CASES, "        *(deliveries.delivery_put(delivery) for delivery in step.deliveries),\n", ""
            ),
            Edit(
                CASES,
                "    table.transact(writes)\n",
                "    table.transact(writes)\n"
                "    for delivery in step.deliveries:\n"
                "        deliveries.enqueue(table, delivery)\n",
            ),
        ),
        OWED,
    ),
    Mutant(
        "messages to customers are written after what was done at the desk",
        3,
        (
            Edit(
                CASES,
                "        *(customer_messages.message_put(message) for message in step.messages),\n",
                "",
            ),
            Edit(
                CASES,
                "    table.transact(writes)\n",
                "    table.transact(writes)\n"
                "    for message in step.messages:\n"
                "        table.put(customer_messages.message_put(message))\n",
            ),
        ),
        OWED,
    ),
    Mutant(
        "a promise's date to a customer is not in the ledger",
        12,
        (Edit(CASES, "promises=(*step.promises, *made))", "promises=step.promises)"),),
        ("tests/functions/test_first_contact.py",),
    ),
    Mutant(
        "counters are added to before the marked transaction",
        2,
        (
            Edit(
                "lazo/table/followups.py",
                "    writes.extend(counters.count_answers(store, counted, uncounted, found.at))\n",
                "    for each in counters.count_answers(store, counted, uncounted, found.at):\n"
                "        table.put(each) if isinstance(each, Put) else table.update(each)\n",
            ),
        ),
        ("tests/functions/test_classify_once.py",),
    ),
    Mutant(
        "an answer's classification has no marker",
        2,
        (
            Edit(
                "lazo/table/followups.py",
                "attribute_not_exists(classified_at)",
                "(attribute_not_exists(classified_at) OR attribute_exists(pk))",
            ),
        ),
        ("tests/functions/test_classify_once.py",),
    ),
    Mutant(
        "a claim is not conditional",
        3,
        (
            Edit(
                "lazo/table/messaging/claims.py",
                '_AS_READ = "#state = :seen_state AND attempts = :seen_attempts"',
                '_AS_READ = "attribute_exists(pk) OR (#state = :seen_state AND attempts = :seen_attempts)"',
            ),
        ),
        ("tests/functions/test_notify_sending.py", "tests/functions/test_notify_unknown_outcome.py"),
    ),
    Mutant(
        "the client that sends tries again by itself",
        3,
        (
            Edit(
                "lazo/runtime/settings.py",
                '"retries": {"total_max_attempts": 1}',
                '"retries": {"total_max_attempts": 3}',
            ),
        ),
        ("tests/functions/test_notify_unknown_outcome.py",),
    ),
    Mutant(
        "an escalation is not conditioned on what was read",
        4,
        (
            Edit(
                "lazo/table/followups.py",
                'condition="version = :seen"',
                'condition="attribute_exists(pk) OR version = :seen"',
            ),
        ),
        (
            "tests/functions/test_followup_scheduler_deadlines.py",
            "tests/functions/test_followup_scheduler.py",
        ),
    ),
    Mutant(
        "a date is taken out though it was moved meanwhile",
        4,
        (
            Edit(
                "lazo/table/due.py",
                'condition="due_at = :seen", error=MovedMeanwhile())',
                'condition="attribute_exists(pk) OR due_at = :seen", error=MovedMeanwhile())',
            ),
        ),
        ("tests/functions/test_followup_scheduler.py",),
    ),
    Mutant(
        "what has ended is still sent",
        5,
        (
            Edit(
                "lazo/followup/staff_deliveries.py",
                "    if followup.ended:\n        return False\n    if delivery.purpose in ABOUT_CONCERNS:",
                "    if delivery.purpose in ABOUT_CONCERNS:",
            ),
        ),
        ("tests/unit/followup/", "tests/functions/test_notify_sending.py"),
    ),
    Mutant(
        "an idempotency key is ignored",
        6,
        (
            Edit("lazo/case/model.py", "        return found is not None\n", "        return False\n"),
            Edit(
                CASES,
                'Put(entry, condition="attribute_not_exists(pk)", error=DoneBefore(step.entry.idempotency_key))',
                "Put(entry)",
            ),
        ),
        ("tests/functions/test_desk_case_resubmission.py",),
    ),
    Mutant(
        "a failed message of a batch is called done",
        8,
        (
            Edit(
                "notify/app.py",
                '            failed.append({"itemIdentifier": record["messageId"]})\n',
                "",
            ),
        ),
        ("tests/functions/test_notify_sending.py", "tests/functions/test_notify_rejected.py"),
    ),
    Mutant(
        "an item that has expired is read until its TTL comes",
        9,
        (
            Edit(
                "lazo/table/messaging/sms_conversations.py",
                'parse_timestamp(last["at"]) + ALERT_LINK_VALID_FOR <= now',
                'parse_timestamp(last["at"]) + ALERT_LINK_VALID_FOR > parse_timestamp("2999-01-01T00:00:00.000Z")',
            ),
        ),
        ("tests/functions/test_sms_replies.py",),
    ),
    Mutant(
        "a phone number in a log",
        10,
        (
            Edit(
                "sms_replies/replies.py",
                "inbound_id=inbound.message_id, **error_fields(error))",
                "inbound_id=inbound.sender, **error_fields(error))",
            ),
        ),
        ("tests/faults/test_secrecy.py",),
    ),
    Mutant(
        "an answer with the id of another is taken for the same",
        1,
        (Edit("lazo/table/answers.py", "raise AnswerConflict", "return True; raise AnswerConflict"),),
        ("tests/functions/test_collect_json.py", "tests/functions/test_collect_json_rejected.py"),
    ),
    Mutant(
        "an alert waits for the event alone",
        7,
        (Edit("lazo/table/messaging/deliveries.py", "        due_at=format_timestamp(due),\n", ""),),
        ("tests/faults/test_faults.py",),
    ),
)
