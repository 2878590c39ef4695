"""`lazo audit` lists who came in and took data, and how often strangers tried."""

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
    now, table = product.now(), product.table
    audit.record_entry(table, AuditEntry("signed_in", now - timedelta(days=2), USER), "a")
    audit.record_entry(table, AuditEntry("exported", now - timedelta(days=1), USER, "norte", "e1"), "e1")
    audit.record_entry(table, AuditEntry("exported", now, "somebodyelse2345", "", "e2"), "e2")
    for _ in range(3):
        audit.count_entry(table, "wrong_key", "api", now)
    return lazo


def kinds(lazo: Lazo, *options: str) -> list[tuple[str, str, int]]:
    return [(row["what"], row["subject"], row["count"]) for row in lazo("audit", *options, "--json").json]


def test_it_lists_by_days_user_and_store(lazo: Lazo) -> None:
    signed_in, mine, others = ("signed_in", "", 1), ("exported", "e1", 1), ("exported", "e2", 1)
    tried = ("wrong_key", "api", 3)
    assert kinds(lazo) == [signed_in, mine, others, tried]
    assert kinds(lazo, "--days", "2") == [mine, others, tried]
    assert kinds(lazo, "--user", USER) == kinds(lazo, "--user", ANA["email"]) == [signed_in, mine]
    assert kinds(lazo, "--store", "norte") == [mine, others], "an export of all stores is one of norte too"
    assert kinds(lazo, "--store", "sur") == [others]
    assert kinds(lazo, "--user", "nobody@example.org") == []
    assert USER in lazo("audit").out
    assert ANA["name"] not in lazo("audit").out


@pytest.mark.parametrize("days", ["0", "181"])
def test_it_goes_back_as_far_as_entries_are_kept(lazo: Lazo, days: str) -> None:
    assert "from 1 to 180" in lazo("audit", "--days", days, code=2).err
