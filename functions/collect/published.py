"""Whether a store has published improvements, for the link to them; read at most once a minute, and by no answer."""

from datetime import datetime

from aws_lambda_powertools import Logger

from collect.touchpoints import SurveyTouchpoint
from lazo.runtime.aws_errors import is_aws_error
from lazo.runtime.error_logging import error_fields
from lazo.runtime.ttl_cache import TtlCache
from lazo.table import published_improvements
from lazo.table.dynamodb.table import Table, UnprocessedKeys


class PublishedChanges:
    """The ids of what each store has published, read by one batch."""

    def __init__(self, table: Table, logger: Logger) -> None:
        self._logger = logger
        # A store's id has no space.
        self._ids = TtlCache(
            lambda place: published_improvements.published_ids(table, *place.split(" ", 1)), logger
        )

    def ids(self, place: SurveyTouchpoint, now: datetime) -> frozenset[str]:
        """Return the ids of the store's improvements. Raises botocore's errors and UnprocessedKeys when the table
        cannot be read and nothing is cached."""
        return self._ids.get(f"{place.store.store_id} {place.store.brand}", now) or frozenset()

    def are_there(self, place: SurveyTouchpoint, now: datetime) -> bool:
        """Whether there are any; False when that cannot be read, since a survey must not wait for a link."""
        try:
            return bool(self.ids(place, now))
        except Exception as error:
            if not (is_aws_error(error) or isinstance(error, UnprocessedKeys)):
                raise
            self._logger.warning("link to improvements left out", **error_fields(error))
            return False
