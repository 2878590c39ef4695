"""`lazo audit` lists who came in, took data, opened cases or was refused, and how often strangers tried."""

from datetime import timedelta

import pytest

from lazo.auth.audit import AuditEntry
from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from lazo.table import audit
from tests.builders import ANA
from tests.ops.conftest import Lazo

USER = user_id_of(Contact(**{**ANA}))


@pytest.fixture
def lazo(lazo: Lazo) -> Lazo:
    """The command, with entries of three days."""
    product = lazo.product
    product.open_store()
    now, trail = product.now(), audit.AuditTrail(product.table)
    trail.record(AuditEntry("signed_in", now - timedelta(days=2), USER), "a")
    trail.record(AuditEntry("exported", now - timedelta(days=1), USER, "norte", "e1"), "e1")
    trail.record(AuditEntry("exported", now, "somebodyelse2345", "", "e2"), "e2")
    trail.record_hourly(AuditEntry("case_opened", now, USER, "norte", "c1"))
    trail.record_hourly(AuditEntry("refused", now, "somebodyelse2345", "norte", "c1"))
    for _ in range(3):
        trail.count("wrong_key", "api", now)
    return lazo


def kinds(lazo: Lazo, *options: str) -> list[tuple[str, str, int]]:
    return [(row["what"], row["subject"], row["count"]) for row in lazo("audit", *options, "--json").json]


def test_it_lists_by_days_user_store_and_case(lazo: Lazo) -> None:
    signed_in, mine, others = ("signed_in", "", 1), ("exported", "e1", 1), ("exported", "e2", 1)
    tried = ("wrong_key", "api", 3)
    opened, refused = ("case_opened", "c1", 1), ("refused", "c1", 1)
    assert kinds(lazo) == [signed_in, mine, opened, others, refused, tried]
    assert kinds(lazo, "--days", "2") == [mine, opened, others, refused, tried]
    assert kinds(lazo, "--user", USER) == kinds(lazo, "--user", ANA["email"]) == [signed_in, mine, opened]
    all_stores = "an export of all stores is one of norte too"
    assert kinds(lazo, "--store", "norte") == [mine, opened, others, refused], all_stores
    assert kinds(lazo, "--store", "sur") == [others]
    assert kinds(lazo, "--case", "c1") == [opened, refused]
    assert kinds(lazo, "--user", "nobody@example.org") == []
    assert USER in lazo("audit").out
    assert ANA["name"] not in lazo("audit").out


@pytest.mark.parametrize("days", ["0", "181"])
def test_it_goes_back_as_far_as_entries_are_kept(lazo: Lazo, days: str) -> None:
    assert "from 1 to 180" in lazo("audit", "--days", days, code=2).err
