"""What the customer's page works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.auth.keyring import KeyRing
from lazo.table.dynamodb.table import Table
from lazo.table.stores import StoreCache
from lazo.web.origin import OriginCheck
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.events import Topic


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    table: Table
    stores: StoreCache
    ring: KeyRing
    customers_ring: KeyRing
    logger: Logger
    clock: Callable[[], datetime]
    committer: CaseCommitter
    topic: Topic
    origin: OriginCheck
