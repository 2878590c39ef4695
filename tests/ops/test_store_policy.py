"""The policy of a store: ranges, defaults of the brand, contradictions, documentation."""

import re
import tomllib
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lazo.store.policy import DEFAULT_REMIND_MINUTES, Policy
from ops.store_import import store_file
from ops.store_import.errors import BadStoreFile
from ops.store_import.policy import PolicyRow

DOCUMENT = (Path(__file__).parents[2] / "docs/stores.md").read_text(encoding="utf-8")
ROWS = {
    name: (default, values)
    for name, default, values in re.findall(
        r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|[^|]+\|$", DOCUMENT.split("## Policy")[1], re.M
    )
}
"""Default and allowed values of each setting, from the documentation."""

HOURS = """
[stores.hours]
mon = [["09:00", "18:00"]]
tue = []
wed = []
thu = []
fri = []
sat = []
sun = []
closed = [["12-24", "01-02"], [2026-02-01, 2026-02-28]]
"""


def store_toml(store_id: str, policy: str = "", contact: str = "") -> str:
    return f"""
[[stores]]
store_id = "{store_id}"
name = "Aurora {store_id}"
brand = "Aurora"
language = "es"
timezone = "America/Santiago"
country = "CL"
touchpoints = [{{ code = "{store_id}-1", label = "Caja 1" }}]
policy = {{ {policy} }}
{HOURS}
[[stores.contacts]]
contact_id = "ana"
name = "Ana"
role = "store"
level = 0
language = "es"
phone = "+56922345671"
{contact}
"""


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Load a file of this text and return the settings of each store by its id."""

    def loaded(text: str) -> dict[str, dict[str, Any]]:
        path = tmp_path / "stores.toml"
        path.write_text(text, encoding="utf-8")
        return {entry.settings["store_id"]: entry.settings for entry in store_file.load(path)}

    return loaded


def refused(load: Any, text: str) -> list[str]:
    with pytest.raises(BadStoreFile) as caught:
        load(text)
    assert caught.value.__suppress_context__
    assert "+569" not in str(caught.value)
    return str(caught.value).splitlines()


def test_a_store_overrides_the_policy_of_its_chain(load: Any) -> None:
    chain = """
[chain.policy]
take_on_minutes = 15
remind_minutes = { contacted = 180, resolved = 600 }
incentive_month = 1000
customer_quiet = ["20:00", "10:00"]
"""
    own = 'take_on_minutes = 20, contact_clock = "open", remind_minutes = { resolved = 0, taken_on = 5 }'
    found = load(chain + store_toml("norte") + store_toml("sur", own))
    assert found["norte"]["policy"] == {
        "take_on_minutes": 15,
        "remind_minutes": {"contacted": 180, "resolved": 600},
        "incentive_month": 1000,
        "customer_quiet": ("20:00", "10:00"),
    }
    assert found["sur"]["policy"] == {
        "take_on_minutes": 20,
        "contact_clock": "open",
        "remind_minutes": {"contacted": 180, "resolved": 0, "taken_on": 5},
        "incentive_month": 1000,
        "customer_quiet": ("20:00", "10:00"),
    }


def test_without_a_chain_only_the_stores_own_settings_are_kept(load: Any) -> None:
    assert load(store_toml("norte", "confirm_days = 5"))["norte"]["policy"] == {"confirm_days": 5}


def test_amounts_of_the_chain_do_not_apply_in_another_currency(load: Any) -> None:
    chain = """
[chain.policy]
currency = "CLP"
incentive_month = 600000
incentive_most = { urgent = 30000, light = 5000 }
"""
    foreign = 'currency = "PEN", incentive_most = { urgent = 90 }'
    assert refused(load, chain + store_toml("norte") + store_toml("sur", foreign)) == [
        "store 'sur', policy.incentive_month: the chain's is in CLP; say how much it is in PEN",
        "store 'sur', policy.incentive_most.light: the chain's is in CLP; say how much it is in PEN",
    ]
    own = 'currency = "PEN", incentive_month = 0, incentive_most = { urgent = 90, light = 0 }'
    assert load(chain + store_toml("sur", own))["sur"]["policy"]["incentive_most"] == {
        "urgent": 90,
        "light": 0,
    }
    same = 'currency = "CLP", incentive_month = 100000'
    assert load(chain + store_toml("sur", same))["sur"]["policy"]["incentive_most"] == {
        "urgent": 30000,
        "light": 5000,
    }


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ("take_on_minutes = 4", "urgent_take_on_minutes: 5 is longer than take_on_minutes (4)"),
        ("take_on_minutes = 300", "light_take_on_minutes: 240 is shorter than take_on_minutes (300)"),
        (
            "remind_minutes = { taken_on = 10 }",
            "remind_minutes.taken_on: 10 is not shorter than take_on_minutes (10 minutes); 0 reminds nobody",
        ),
        (
            "contact_hours = 2",
            "remind_minutes.contacted: 120 (the default) is not shorter than contact_hours (120 minutes); "
            "0 reminds nobody",
        ),
        (
            "resolve_days = 2, remind_minutes = { resolved = 2880 }",
            "remind_minutes.resolved: 2880 is not shorter than resolve_days (2880 minutes); 0 reminds nobody",
        ),
        (
            "confirm_days = 1",
            "remind_minutes.confirmed: 1440 (the default) is not shorter than confirm_days (1440 minutes); "
            "0 reminds nobody",
        ),
        (
            "customer_update_days = 1",
            "customer_update_days: a customer who waits would hear every 1 day(s), more often than "
            "customer_messages_per_week (5) allows",
        ),
        (
            # 25 hours are two days at most; 2 + 3 + 7 + 60.
            "contact_hours = 25, ask_again_days = 60, retention_days = 71",
            "retention_days: 71 would remove what is still worked on; contact_hours, resolve_days, confirm_days and "
            "ask_again_days come to 72 days",
        ),
    ],
)
def test_each_contradiction_names_store_and_field(load: Any, policy: str, problem: str) -> None:
    assert refused(load, store_toml("norte") + store_toml("sur", policy)) == [
        f"store 'sur', policy.{problem}"
    ]


@pytest.mark.parametrize(
    "policy",
    [
        "take_on_minutes = 5",
        "take_on_minutes = 240",
        "remind_minutes = { taken_on = 9 }",
        "contact_hours = 2, remind_minutes = { contacted = 119 }",
        "confirm_days = 1, remind_minutes = { confirmed = 0 }",
        "customer_update_days = 1, customer_messages_per_week = 7",
        "contact_hours = 25, ask_again_days = 60, retention_days = 72",
    ],
)
def test_settings_at_their_limits_are_accepted(load: Any, policy: str) -> None:
    load(store_toml("norte", policy))


def test_a_contradiction_of_the_chain_is_listed_once_and_one_with_the_chain_names_the_store(
    load: Any,
) -> None:
    assert refused(load, "[chain.policy]\nconfirm_days = 1\n" + store_toml("norte") + store_toml("sur")) == [
        "chain, policy.remind_minutes.confirmed: 1440 (the default) is not shorter than confirm_days (1440 minutes); "
        "0 reminds nobody"
    ]
    chain = "[chain.policy]\nremind_minutes = { contacted = 600 }\n"
    assert refused(load, chain + store_toml("norte") + store_toml("sur", "contact_hours = 10")) == [
        "store 'sur', policy.remind_minutes.contacted: 600 is not shorter than contact_hours (600 minutes); "
        "0 reminds nobody"
    ]


def allowed() -> list[tuple[str, int, int]]:
    found = [(name, re.fullmatch(r"(\d+) to (\d+)", values)) for name, (_, values) in ROWS.items()]
    return [(name, int(ends[1]), int(ends[2])) for name, ends in found if ends]


@pytest.mark.parametrize(("name", "least", "most"), allowed())
def test_ranges_are_those_of_the_documentation(name: str, least: int, most: int) -> None:
    def taken(number: int) -> bool:
        value = {"contacted": number} if name == "remind_minutes" else number
        with suppress(ValidationError):
            return PolicyRow.model_validate({name: value}) is not None
        return False

    assert [taken(number) for number in (least - 1, least, most, most + 1)] == [False, True, True, False]


def default(cell: str) -> Any:
    return tomllib.loads(f"x = {cell.strip('`')}")["x"]


def test_every_setting_and_its_default_is_documented() -> None:
    defaults = {f.name: getattr(Policy(), f.name) for f in fields(Policy)}
    assert set(ROWS) == set(defaults) == set(PolicyRow.model_fields)
    said = {name: default(cell) for name, (cell, _) in ROWS.items() if cell != "see below"}
    known = {name: list(v) if isinstance(v, tuple) else v for name, v in defaults.items()}
    assert said == {name: known[name] for name in said}
    assert set(ROWS) - set(said) == {"remind_minutes"}
    reminders = DOCUMENT.split("has an entry for each stage:")[1]
    assert {name: int(n) for name, n in re.findall(r"`(\w+)`\s\((\d+)", reminders)} == DEFAULT_REMIND_MINUTES
