"""What the desk's handlers work with; `desk.app` makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from desk.session import Sessions
from lazo.events import Topic
from lazo.known_stores import KnownStores
from lazo.table.dynamo import Table


@dataclass(frozen=True, slots=True)
class Deps:
    """A handler takes a request of the HTTP API (payload 2.0) and these, and gives a Reply."""

    table: Table
    topic: Topic
    stores: KnownStores
    sessions: Sessions
    logger: Logger
    clock: Callable[[], datetime]
