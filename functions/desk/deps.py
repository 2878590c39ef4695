"""What every handler of the desk gets; `desk.app` makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from desk.answers.export_bucket import ExportBucket
from desk.web.session import Sessions
from lazo import ids
from lazo.auth.keyring import KeyRing
from lazo.auth.links import Principal
from lazo.table.audit import AuditTrail
from lazo.table.dynamodb.table import Table
from lazo.table.stores import StoreCache
from lazo.web.origin import OriginCheck
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.events import Topic


@dataclass(frozen=True, slots=True)
class Deps:
    """Clients and settings of the desk. A handler takes an HTTP API event (payload 2.0) and these."""

    table: Table
    topic: Topic
    stores: StoreCache
    sessions: Sessions
    customer_keys: KeyRing
    logger: Logger
    clock: Callable[[], datetime]
    committer: CaseCommitter
    public_base_url: str
    entropy: Callable[[int], bytes]
    exports: ExportBucket
    origin: OriginCheck
    audit: AuditTrail
    noted: set[tuple[object, ...]]
    """What `desk.account.team_network` has noted, in memory."""

    def base_url(self, event: Mapping[str, Any]) -> str:
        """Return the base of all links: PUBLIC_BASE_URL, or the domain that the request was sent to."""
        return self.public_base_url or f"https://{event['requestContext']['domainName']}"

    def new_form_token(self, session: Principal) -> str:
        """Return the token of a form that is about to be shown; its new ULID is the form's idempotency key."""
        form_id = ids.new_ulid(self.clock(), self.entropy(ids.ENTROPY_BYTES))
        return self.sessions.form_token(session, form_id)
