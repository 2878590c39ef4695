"""What installations hold is still read, and what is written now has the same keys and attributes: by a sample of every
kind of item (tests/data/stored_items.json), which `python -m tests.stored_items` writes."""

import inspect
import re
from collections.abc import Callable
from datetime import date
from typing import Any, get_args, get_type_hints

import pytest

from followup_scheduler.due_kinds import KINDS, handler_for
from lazo.table.dynamodb import customer_partition, figure_keys, keys, listing
from lazo.table.dynamodb.writes import Key
from lazo.workflows.events import EventType
from tests.stored_items import sample
from tests.stored_items.sample import Sample

CHILDREN = {"NOTE", "CONCERN", "PROMISE", "INCENTIVE", "MESSAGE", "ENTRY", "ASKED"}
"""What may follow a follow-up in its partition, by the `kind` of `keys.child`."""


@pytest.fixture(scope="module")
def stored() -> Sample:
    return sample.read()


@pytest.mark.long
def test_stored_items_equal_the_sample(stored: Sample) -> None:
    written, _ = sample.write_anew()
    changed = list(sample.difference(stored, written))
    assert not changed, "\n".join(["items are written in another way than before:", *changed])
    assert (written.at, written.links) == (stored.at, stored.links)


def key_kinds() -> dict[str, Callable[..., Any]]:
    """The functions of `keys` and `figure_keys` that give a key, by name."""
    made = [each for module in (keys, figure_keys) for each in inspect.getmembers(module, inspect.isfunction)]
    return {name: each for name, each in made if get_type_hints(each).get("return") is Key}


def pattern(make: Callable[..., Any]) -> re.Pattern[str]:
    """What keys look like that a function of `keys` makes, or partitions: one pattern for "pk sk"."""
    placeholders = {str: "QQ", int: 777777, date: date(7777, 7, 7)}
    hints = get_type_hints(make)
    made = make(**{name: placeholders[hints[name]] for name in inspect.signature(make).parameters})
    text = re.escape(f"{made.pk} {made.sk}" if isinstance(made, Key) else made)
    for placeholder, meant in (("QQ", "[^ ]+"), ("777777", r"\d+"), (r"7777\-07\-07", r"\d{4}-\d\d-\d\d")):
        text = text.replace(placeholder, meant)
    return re.compile(text)


class TestEveryKind:
    """A kind of item that the sample lacks is one that nothing here holds."""

    @pytest.mark.parametrize("name", key_kinds())
    def test_every_key_is_there(self, stored: Sample, name: str) -> None:
        wanted = pattern(key_kinds()[name])
        assert any(wanted.fullmatch(f"{i['pk']['S']} {i['sk']['S']}") for i in stored.items), (
            f"no item of the kind {name}: let tests/stored_items/scenario.py bring one into the table"
        )

    def test_every_listing_and_index_is_there(self, stored: Sample) -> None:
        lists = {item["list_pk"]["S"] for item in stored.items if "list_pk" in item}
        named = {value for name, value in vars(listing).items() if name.endswith("_LIST")}
        opened = (
            listing.OPEN_FOLLOWUPS,
            listing.OPEN_PROMISES,
            listing.ENDED_PROMISES,
            listing.EVERY_FOLLOWUP,
        )
        assert lists == {*named, *(each.all_stores for each in opened), listing.answers_of_month("2026-03")}
        by_store = {item["store_list_pk"]["S"] for item in stored.items if "store_list_pk" in item}
        assert by_store >= {each.of_store("norte") for each in opened}
        due = {item["due_pk"]["S"] for item in stored.items if "due_pk" in item}
        assert all(due & set(partitions) for partitions in keys.DUE_PARTITIONS)
        customers = {item["customer_pk"]["S"] for item in stored.items if "customer_pk" in item}
        assert all(pattern(customer_partition.customer).fullmatch(pk) for pk in customers)
        assert customers

    def test_every_child_of_a_follow_up_is_there(self, stored: Sample) -> None:
        found = {i["sk"]["S"].partition("#")[0] for i in stored.items if i["pk"]["S"].startswith("FU#")}
        assert found == {*CHILDREN, "FU", "OPENED", "DELIVERY", "DATE"}

    def test_every_kind_of_the_sweep_is_there(self, stored: Sample) -> None:
        due = [Key(i["pk"]["S"], i["sk"]["S"]) for i in stored.items if "due_pk" in i]
        assert {handler_for(key) for key in due} == {handle for _, handle in KINDS}

    def test_every_event_is_there(self) -> None:
        assert {event["type"] for event in sample.events()} == set(get_args(EventType))
