"""Who may write and publish an improvement, and how its form is read."""

from datetime import date
from typing import Any

import pytest

from desk.improvements.form import check_scope, read_improvement
from desk.improvements.permissions import ImprovementReader
from desk.web.forms import Fields
from lazo.auth.users import Scope, StoreRef, user_id_of
from lazo.errors import Rejected
from lazo.insight.improvements import Improvement, ImprovementText
from lazo.store.contacts import Role
from tests.builders import ANA, DIEGO, MARTA, START, make_store

NO_TABLE: Any = None
"""No store has to be read that was not read before."""


def reader(role: Role, count: int = 2) -> ImprovementReader:
    """A contact of stores s0, s1 and so on; a head sees `other` too, which is of another brand and language."""
    who = {"store": ANA, "area": DIEGO, "head": MARTA}[role]
    stores = [make_store(store_id=f"s{n}", name=f"Local {n}", contacts=[who]) for n in range(count)]
    if role == "head":
        stores.append(
            make_store(store_id="other", name="Loja", brand="Boreal", language="pt", contacts=[who])
        )
    refs = tuple(StoreRef(store.store_id, store.name, role, str(who["contact_id"])) for store in stores)
    return ImprovementReader(Scope(user_id_of(stores[0].contacts[0]), "X", "es", role, refs), stores)


def made(*store_ids: str, brand: str = "Aurora", published: bool = False) -> Improvement:
    return Improvement(
        improvement_id="A",
        theme="price",
        brand=brand,
        store_ids=store_ids,
        texts=(ImprovementText("es", "Caro", "Bajamos precios"),),
        owner="Ana",
        in_place_from=date(2026, 3, 1),
        created_at=START,
        published_at=START if published else None,
    )


@pytest.mark.parametrize(
    ("role", "improvement", "sees", "writes", "publishes"),
    [
        ("store", made("s0"), True, True, False),
        ("store", made("s0", published=True), True, False, False),
        ("store", made("s0", "far"), True, False, False),
        ("store", made(), True, False, False),
        ("store", made(brand="Boreal"), False, False, False),
        ("store", made("far"), False, False, False),
        ("area", made("s0", "s1", published=True), True, True, True),
        ("area", made("s0", "far"), True, False, False),
        ("area", made(), True, False, False),
        ("head", made("far", published=True), True, True, True),
        ("head", made(brand="Boreal"), True, True, True),
    ],
)
def test_who_is_responsible_for_all_its_stores_decides(
    role: Role, improvement: Improvement, sees: bool, writes: bool, publishes: bool
) -> None:
    who = reader(role)
    found = (
        who.may_see(improvement),
        who.may_write(improvement),
        who.may_publish_for(improvement.store_ids),
    )
    assert found == (sees, writes, publishes)


def test_a_store_cannot_take_over_what_is_not_its_own() -> None:
    who = reader("store")
    check_scope(made("s0"), made("s0", "s1"), who)
    for written, before in (
        (made("s0"), made("s0", "far")),
        (made("s0", published=True), None),
        (made("s0"), made("s0", published=True)),
    ):
        with pytest.raises(Rejected) as rejected:
            check_scope(written, before, who)
        assert [each.code for each in rejected.value.problems] == ["not_yours"]


def sent(who: ImprovementReader, **typed: str | list[str]) -> Improvement:
    filled: dict[str, str | list[str]] = {
        "theme": "price",
        "where": "stores",
        "in_place_from": "2026-03-01",
        "owner": " Ana ",
        "said-es": "Caro",
        "done-es": "Bajamos\r\nprecios",
        "do": "save",
        **typed,
    }
    fields = Fields({k: v if isinstance(v, list) else [v] for k, v in filled.items()}, "UTC")
    return read_improvement(fields, who, None, "A", "F", START, NO_TABLE)


def test_many_stores_are_named_one_a_line() -> None:
    who = reader("area", 60)
    found = sent(who, store="Local 7\r\ns3\n\n local 7 \nLOCAL 12")
    assert found.store_ids == ("s7", "s3", "s12")
    assert (found.owner, found.texts[0].done) == ("Ana", "Bajamos\nprecios")
    for typed, code, facts in (
        ("Local 7\nfar\nLocal", "unknown_stores", {"names": "far, Local"}),
        ("\n".join(f"s{n}" for n in range(46)), "too_many", {"most": 45}),
        (" \n", "required", {}),
    ):
        with pytest.raises(Rejected) as rejected:
            sent(who, store=typed)
        assert [(each.code, each.field, each.facts) for each in rejected.value.problems] == [
            (code, "store", facts)
        ]


def test_the_language_of_the_stores_comes_first_and_is_asked_for() -> None:
    who = reader("head")
    boreal = sent(who, where="Boreal", **{"said-pt": "Caro", "done-pt": "Baixamos"})
    assert (boreal.brand, boreal.store_ids) == ("Boreal", ())
    assert [each.language for each in boreal.texts] == ["pt", "es"]
    assert boreal.text_in("en").language == "pt"
    with pytest.raises(Rejected) as rejected:
        sent(who, store=["other"], **{"done-en": "Lower"})
    assert {each.field for each in rejected.value.problems} == {"said-pt", "done-pt", "said-en"}
    with pytest.raises(Rejected) as rejected:
        sent(who, where="Nobody", store=["s0"])
    assert [each.field for each in rejected.value.problems] == ["where"]
    assert sent(reader("area"), where="Aurora", store="s1").store_ids == ("s1",), "a brand is for a head"
    assert sent(who, store="s0", do="publish").published_at == START
