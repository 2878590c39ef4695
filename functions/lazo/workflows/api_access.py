"""Admit requests of the API by their key, and limit whoever tries keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from aws_lambda_powertools import Logger

from lazo.auth.api_rights import ApiRight
from lazo.auth.audit import AuditEntry
from lazo.auth.wrong_keys import WrongKeys
from lazo.table.api_keys import ApiKey, ApiKeyCache
from lazo.table.audit import AuditTrail
from lazo.table.dynamodb.table import Table
from lazo.web.origin import OriginCheck
from lazo.web.requests import api_key_secret
from lazo.web.responses import HttpError
from lazo.web.source import source_of

_READS_CUSTOMERS: Final = ("read-answers", "read-followups")
"""Rights by which what customers said leaves for another system."""


class ApiAccess:
    """Keys of the API as one function knows them; `function` names it in the audit trail."""

    def __init__(self, table: Table, logger: Logger, origin: OriginCheck, function: str) -> None:
        self._trail = AuditTrail(table)
        self._logger = logger
        self._origin = origin
        self._function = function
        self._keys = ApiKeyCache(table, logger)
        self._wrong = WrongKeys()

    def authenticated_key(self, event: Mapping[str, Any], right: ApiRight, now: datetime) -> ApiKey:
        """Return the request's active key.

        Raises HttpError: 401 without one, which the audit trail counts; 403 for one without the right; 429 where a
        source has tried too many keys in this minute. Then no key is looked up for it, but those that were used lately
        go on to work: nobody is locked out by who shares their address.
        """
        secret, source = api_key_secret(event), source_of(event, behind_edge=self._origin.is_set)
        limited = bool(source) and self._wrong.are_too_many(source, now)
        if limited and not self._keys.is_known(secret):
            raise HttpError(429, "too_many_keys")
        key = self._keys.find_active(secret, now)
        if key is None:
            if secret:
                self._wrong.count(source, now)
                self._logger.warning("wrong key of the API")
                self._trail.count("wrong_key", self._function, now)
            raise HttpError(401, "unauthorized")
        if right not in key.may:
            self._trail.record_hourly(AuditEntry("key_refused", now, subject=f"{key.key_id} {right}"))
            raise HttpError(403, "not_allowed")
        if right in _READS_CUSTOMERS:
            self._trail.record_hourly(AuditEntry("key_read", now, subject=f"{key.key_id} {right}"))
        return key

    def record_refused_store(self, key: ApiKey, store_id: str, now: datetime) -> None:
        """Record that a key asked for a store that there is, and that it is not good for."""
        self._trail.record_hourly(AuditEntry("key_refused", now, store_id=store_id, subject=key.key_id))
