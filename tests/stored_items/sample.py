"""The sample as a file: items as DynamoDB types them, an attribute a line, so that a change is read in a diff."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import unified_diff
from pathlib import Path
from typing import Any

from tests.builders import START
from tests.product import Item, Product
from tests.stored_items.doors import standing_product
from tests.stored_items.scenario import Scenario

DATA = Path(__file__).parents[1] / "data"
ITEMS, EVENTS = DATA / "stored_items.json", DATA / "published_events.json"
TABLE_NAME = "lazo-Table-SAMPLE"


@dataclass(frozen=True, slots=True)
class Sample:
    """What stood in the table at `at`, and the links and cookies that were given out until then.

    Two attributes hold what the installation makes up, not the product, and stand under names of our own:
    the ids that SES and SNS give to what they accept (`provider_id`, and `pk` of `SENT#`), numbered by their messages'
    keys, and the name of the table (`name` of `TABLE`).
    """

    at: datetime
    links: dict[str, str]
    items: list[Item]

    def lines(self) -> list[str]:
        """Each attribute with its item's key, in order."""
        return [
            f"{key} | {name} = {_compact(value)}"
            for key, item in sorted((f"{i['pk']['S']} | {i['sk']['S']}", i) for i in self.items)
            for name, value in sorted(item.items())
        ]

    @contextmanager
    def loaded(self) -> Iterator[Product]:
        """The product as it was then, with the items in its table and nothing else in its queues."""
        with standing_product(self.at) as product:
            client, name = product.cloud.client("dynamodb"), product.table.name
            for item in json.loads(json.dumps(self.items).replace(TABLE_NAME, name)):
                client.put_item(TableName=name, Item=item)
            yield product


def write_anew() -> tuple[Sample, list[Item]]:
    """What the scenario brings into the table, and what it left in the queue of events."""
    with standing_product(START - timedelta(minutes=2)) as product:  # that of undo, of the first case
        scenario = Scenario(product)
        scenario.run()
        return Sample(product.now(), dict(sorted(scenario.links.items())), stored(product)), product.events()


def stored(product: Product) -> list[Item]:
    """The items of the product's table, by key."""
    pages = product.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=product.table.name)
    items = [_ordered(item) for page in pages for item in page["Items"]]
    items.sort(key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
    return _without_chance(items, product.table.name)


def _ordered(item: Item) -> Item:
    """The item with its sets in order: DynamoDB has none for them."""
    return {
        name: {kind: sorted(value) if kind in ("SS", "NS") else value}
        for name, typed in item.items()
        for kind, value in typed.items()
    }


def _without_chance(items: list[Item], table_name: str) -> list[Item]:
    """The items with names of our own for the table and for what providers accepted."""
    given = {item["provider_id"]["S"]: item for item in items if "provider_id" in item}
    sent = {item["pk"]["S"].partition("#")[2]: item for item in items if item["sk"]["S"] == "SENT"}
    places = {id_: (item["message_pk"]["S"], item["message_sk"]["S"]) for id_, item in sent.items()}
    places |= {id_: (item["pk"]["S"], item["sk"]["S"]) for id_, item in given.items()}
    text = json.dumps(items).replace(table_name, TABLE_NAME)
    for number, id_ in enumerate(sorted(places, key=lambda id_: (places[id_], id_)), start=1):
        text = text.replace(id_, f"provider-{number:03}")
    return sorted(json.loads(text), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def read() -> Sample:
    """The sample as it stands in the file."""
    found = json.loads(ITEMS.read_text("utf-8"))
    return Sample(datetime.fromisoformat(found["at"]), found["links"], found["items"])


def write(sample: Sample) -> None:
    """Replace the file."""
    links = ",\n".join(f"  {_compact(who)}: {_compact(link)}" for who, link in sample.links.items())
    items = ",\n".join(_block(item) for item in sample.items)
    head = f' "at": "{sample.at.isoformat()}",\n "links": {{\n{links}\n }},'
    ITEMS.write_text(f'{{\n{head}\n "items": [\n{items}\n ]\n}}\n', "utf-8")


def _block(item: Item) -> str:
    names = sorted(item, key=lambda name: (name not in ("pk", "sk"), name))
    return "  {\n" + ",\n".join(f"   {_compact(name)}: {_compact(item[name])}" for name in names) + "\n  }"


def events() -> list[Item]:
    """One event of each type, as it was published when the sample was written first."""
    found: list[Item] = json.loads(EVENTS.read_text("utf-8"))
    return found


def one_of_each(published: Iterable[Item]) -> list[Item]:
    """The newest event of each type, by type."""
    newest = {event["type"]: event for event in published}
    return [newest[kind] for kind in sorted(newest)]


def write_events(published: Iterable[Item]) -> None:
    """Replace the file of events."""
    EVENTS.write_text(json.dumps(one_of_each(published), indent=1) + "\n", "utf-8")


def difference(expected: Sample, found: Sample) -> Iterator[str]:
    """What of an item is not as expected: lines with - and +."""
    lines = unified_diff(expected.lines(), found.lines(), "sample", "written now", n=0, lineterm="")
    return (line for line in lines if not line.startswith("@@"))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
