"""Which users may see a store follows from its contacts, also after changes, interruptions and concurrent writes."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import pytest

from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from lazo.table import stores, users
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.dynamodb.writes import Delete, Put, Update
from tests.builders import ANA, DIEGO, MARTA, settings
from tests.product import Item, Product


class InterruptedTable(Table):
    """A table before whose nth transaction something else happens."""

    def __init__(self, table: Table, nth: int, happens: Callable[[], None]) -> None:
        super().__init__(table._client, table._name)
        self._left, self._happens = nth, happens

    def transact(self, writes: Sequence[Put | Update | Delete]) -> None:
        self._left -= 1
        if self._left == 0:
            self._happens()
        super().transact(writes)


def team(prefix: str, size: int) -> list[dict[str, Any]]:
    return [
        {
            **ANA,
            "contact_id": f"{prefix}{n}",
            "phone": f"+5692234{ord(prefix[0]):02}{n:02}",
            "email": f"{prefix}{n}@x.example",
        }
        for n in range(size)
    ]


def people(product: Product) -> list[Item]:
    """Return every membership and address in order, without session versions."""
    found = [i for i in product.cloud.items() if i["pk"].startswith(("PERSON#", "ADDRESS#"))]
    return sorted((i for i in found if i["sk"] != "EPOCH"), key=lambda i: (i["pk"], i["sk"]))


def expected_keys(product: Product, contacts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the keys that the users of a single store must have, spelled out."""
    found = []
    for contact in contacts:
        person = user_id_of(Contact(**contact))
        found.append((f"PERSON#{person}", "SHOP#norte"))
        if contact.get("phone"):
            found.append((f"ADDRESS#{contact['phone'].removeprefix('+56')}", f"PERSON#{person}#norte"))
        if contact.get("email"):
            found.append((f"ADDRESS#{contact['email']}", f"PERSON#{person}#norte"))
    return sorted(found)


def user_keys(product: Product) -> list[tuple[str, str]]:
    return [(item["pk"], item["sk"]) for item in people(product)]


def test_a_store_makes_its_contacts_users(product: Product) -> None:
    product.open_store()
    product.open_store(store_id="sur", name="Aurora Sur", contacts=[{**DIEGO, "role": "head"}])
    diego = users.load_scope(product.table, user_id_of(Contact(**DIEGO)))
    assert diego
    assert (diego.name, diego.language, diego.role) == ("Diego", "en", "head")
    assert [(s.store_id, s.name, s.role, s.contact_id) for s in diego.stores] == [
        ("norte", "Aurora Norte", "area", "diego"),
        ("sur", "Aurora Sur", "head", "diego"),
    ]
    assert users.users_at_address(product.table, "marta@aurora.example") == {
        user_id_of(Contact(**MARTA)): "marta@aurora.example"
    }
    assert users.users_at_address(product.table, "nobody@aurora.example") == {}
    assert users.load_scope(product.table, "a" * 16) is None


@pytest.mark.parametrize("size", [3, 20])
def test_replacing_contacts_replaces_users(product: Product, size: int) -> None:
    """Of twenty contacts who leave and twenty who come, each with a phone and an e-mail, no transaction holds all."""
    old, new = team("o", size), team("n", size)
    product.open_store(contacts=old)
    assert user_keys(product) == expected_keys(product, old)
    product.open_store(contacts=[old[0], *new[1:]])
    assert user_keys(product) == expected_keys(product, [old[0], *new[1:]])
    product.open_store(contacts=new)
    assert user_keys(product) == expected_keys(product, new)


def test_an_interrupted_change_is_completed_by_the_next(product: Product) -> None:
    old, new = team("o", 20), team("n", 20)
    product.open_store(contacts=old)

    def dies() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stores.put_store(InterruptedTable(product.table, 2, dies), settings(contacts=new))
    assert users.load_scope(product.table, user_id_of(Contact(**old[0])))
    assert users.load_scope(product.table, user_id_of(Contact(**new[0]))) is None
    product.open_store(contacts=new)
    assert user_keys(product) == expected_keys(product, new)


def test_two_changes_of_one_store_at_once(product: Product) -> None:
    product.open_store(contacts=[ANA])

    def another() -> None:
        product.open_store(contacts=[ANA, DIEGO])

    stores.put_store(InterruptedTable(product.table, 1, another), settings(contacts=[MARTA]))
    assert user_keys(product) == expected_keys(product, [MARTA])


def test_a_store_that_others_keep_changing(product: Product) -> None:
    """The change is given up after three tries, and the store is as the others left it."""
    table, number = product.table, count()

    class Contended(Table):
        def transact(self, writes: Sequence[Put | Update | Delete]) -> None:
            contacts = [{**ANA, "contact_id": f"a{next(number)}"}]
            stores.put_store(table, settings(contacts=contacts))
            super().transact(writes)

    with pytest.raises(TransactionRefused):
        stores.put_store(Contended(table._client, table._name), settings(contacts=[MARTA]))
    assert users.users_at_address(table, "marta@aurora.example") == {}


def test_a_store_without_users_gets_them(product: Product) -> None:
    product.change({"pk": "STORE#norte", "sk": "STORE", **settings()})
    product.open_store()
    assert user_keys(product) == expected_keys(product, [ANA, DIEGO, MARTA])


def test_a_session_version_outlives_the_membership(product: Product) -> None:
    """A contact who leaves and comes back finds their old sessions ended."""
    person = user_id_of(Contact(**ANA))
    product.open_store()
    users.end_sessions(product.table, person)
    product.open_store(contacts=[DIEGO])
    assert users.current_user(product.table, person) == (None, 1)
    product.open_store()
    assert users.session_version(product.table, person) == 1
