"""Find the touchpoint of a QR code, and what its page needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from collect import answer_ids
from collect.answer_ids import PageId
from collect.request import CODE, STRAY
from lazo.auth.keyring import KeyRing
from lazo.runtime.ttl_cache import TtlCache
from lazo.store.brand_look import PLAIN, BrandLook
from lazo.store.model import Store, Touchpoint
from lazo.table import brand_looks, stores
from lazo.table.dynamodb.table import Table
from lazo.web.responses import HttpError

if TYPE_CHECKING:
    from lazo.auth import links


@dataclass(frozen=True, slots=True)
class SurveyTouchpoint:
    """A touchpoint, where a customer is asked, with its store, and how its brand looks."""

    touchpoint: Touchpoint
    store: Store
    look: BrandLook = PLAIN


class TouchpointCache:
    """Touchpoints and stores, read from the table at most a minute ago while it can be read."""

    def __init__(self, table: Table, logger: Logger) -> None:
        self._touchpoints: TtlCache[Touchpoint] = TtlCache(lambda c: stores.get_touchpoint(table, c), logger)
        self._stores: TtlCache[tuple[Store, BrandLook]] = TtlCache(partial(_store_with_look, table), logger)

    def find(self, code: str, now: datetime) -> SurveyTouchpoint | None:
        """Return the touchpoint of a QR code, also a retired one; None when the code is unknown or has no store.

        Raises botocore's errors when the table cannot be read and nothing is cached.
        """
        touchpoint = self._touchpoints.get(code, now)
        found = touchpoint and self._stores.get(touchpoint.store_id, now)
        return SurveyTouchpoint(touchpoint, *found) if touchpoint and found else None


def _store_with_look(table: Table, store_id: str) -> tuple[Store, BrandLook] | None:
    store = stores.get_store(table, store_id)
    return (store, brand_looks.get_look(table, store.brand)) if store else None


@dataclass(frozen=True, slots=True)
class Touchpoints:
    """Finds touchpoints by their codes, and signs the ids of their pages."""

    table: Table
    touchpoints: TouchpointCache
    page_keys: KeyRing
    entropy: Callable[[int], bytes]

    def find_touchpoint(
        self, code: str, now: datetime, *, carried: PageId | None = None, retired_too: bool = False
    ) -> SurveyTouchpoint:
        """Return the touchpoint of a QR code. Raises HttpError when there is none (404) or it is retired (410).

        A signed id that the answer `carried` lets it in although the code was retired since: it may have waited in a
        phone without network.
        """
        place = self.touchpoints.find(code, now) if code else None
        if place is None:
            raise HttpError(404, "unknown_code")
        if place.touchpoint.active or retired_too:
            return place
        if carried and answer_ids.is_signed(self.page_keys, carried, code, now):
            return place
        raise HttpError(410, "retired_code")

    def spelled_code(self, typed: str, now: datetime) -> str:
        """Return the code that somebody typed with other capitals, or with a space or full stop too much; as they typed
        it if there is none."""
        code = "".join(typed.split()).strip(STRAY)
        for spelled in dict.fromkeys((code, code.lower(), code.upper())):
            if CODE.fullmatch(spelled) and self.touchpoints.find(spelled, now):
                return spelled
        return typed

    def page_id_for(self, place: SurveyTouchpoint, now: datetime, carried: PageId | None = None) -> PageId:
        """Return the id for a page to be shown: the one it `carried` before while that is valid, else a new one."""
        code = place.touchpoint.code
        if carried and answer_ids.is_signed(self.page_keys, carried, code, now):
            return carried
        return answer_ids.issue_page_id(self.page_keys, code, now, self.entropy)

    def read_resurvey_token(self, token: object, now: datetime) -> links.ResurveyLink | None:
        """Return what a resurvey token is about; None without a valid token.

        The survey is then like any other.
        """
        if not isinstance(token, str) or not token:
            return None
        from lazo.auth import links  # few surveys have one

        return links.read_resurvey_link(self.page_keys, token, now)
