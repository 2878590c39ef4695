"""What the desk's handlers work with; `desk.app` makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from desk.answers.export_bucket import Exports
from desk.web.session import Session, Sessions
from lazo import ids
from lazo.table.dynamodb.table import Table
from lazo.table.stores import StoreCache
from lazo.web.origin import OriginCheck
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.events import Topic


@dataclass(frozen=True, slots=True)
class Deps:
    """A handler takes a request of the HTTP API (payload 2.0) and these, and gives a Response."""

    table: Table
    topic: Topic
    stores: StoreCache
    sessions: Sessions
    logger: Logger
    clock: Callable[[], datetime]
    committer: CaseCommitter
    public_base_url: str
    entropy: Callable[[int], bytes]
    exports: Exports
    origin: OriginCheck

    def base_url(self, event: Mapping[str, Any]) -> str:
        """Where surveys and the desk live: the installation's own address, else that at which the API was asked."""
        return self.public_base_url or f"https://{event['requestContext']['domainName']}"

    def new_form_token(self, session: Session) -> str:
        """The token of a form that is about to be shown, with an id of its own."""
        form_id = ids.new_ulid(self.clock(), self.entropy(ids.ENTROPY_BYTES))
        return self.sessions.form_token(session, form_id)
