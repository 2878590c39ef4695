"""The stream has lost this answer, or is late: it is classified here."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Act, Effect, World
from lazo.table import answers
from lazo.table.dynamodb.writes import Item

knows = answers.is_answer


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    answer = answers.read(item)
    yield Act(lambda: world.intake.take_in(answer, now))
