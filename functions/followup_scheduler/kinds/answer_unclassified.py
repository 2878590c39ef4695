"""Classify an answer that the stream has lost, or brings late."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Effect, Run, SweepContext
from lazo.table import answers
from lazo.table.dynamodb.writes import Item

matches = answers.is_answer


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    answer = answers.answer_from_item(item)
    yield Run(lambda: context.classifier.classify(answer, now))
