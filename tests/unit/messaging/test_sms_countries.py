"""What an SMS can come from in each country: as AWS's own tables say, copied by hand, and docs/sms-countries.md."""

import re
from pathlib import Path

import pytest

from lazo.messaging.sms_countries import (
    SmsCountry,
    sender_problem,
    sms_countries,
    sources,
    takes_sender_id,
    two_way_countries,
)

PAGE = Path(__file__).parents[3] / "docs" / "sms-countries.md"

AWS = """
    AR Yes No  No  No  Yes No  Yes
    BO No  No  Yes No  No  No  Yes
    BR Yes No  No  Yes Yes Yes Yes
    CA Yes Yes No  Yes Yes Yes Yes
    CL Yes Yes No  Yes Yes No  Yes
    CO Yes No  No  No  Yes Yes Yes
    CR Yes Yes No  Yes No  No  Yes
    DO Yes No  No  Yes Yes Yes Yes
    EC Yes No  No  Yes Yes No  Yes
    PE Yes No  No  Yes Yes Yes Yes
    PY No  No  No  No  No  No  Yes
    UY Yes No  No  Yes Yes No  Yes
"""
"""Short codes, long codes, sender ids, two-way, voice, RCS, WhatsApp: "Channel support by country in South America" and
"... in North America", AWS End User Messaging User Guide."""


@pytest.mark.parametrize("row", AWS.split("\n")[1:-1])
def test_the_rules_are_those_of_awss_tables(row: str) -> None:
    code, *cells = row.split()
    rules = sms_countries()[code]
    assert [
        rules.short_code,
        rules.long_code,
        rules.sender_id != "no",
        rules.two_way,
        rules.voice,
        rules.rcs,
        rules.whatsapp,
    ] == [cell == "Yes" for cell in cells]


def test_every_country_that_stores_are_in_has_rules_with_a_dated_source() -> None:
    wanted = ["CL", "AR", "BR", "PE", "CO", "MX", "UY", "PY", "BO", "EC", "CR", "PA", "DO", "GT"]
    assert {*wanted, "ES", "PT", "US", "GB", "CA", "FR", "DE", "IT"} <= set(sms_countries())
    used = {name for rules in sms_countries().values() for name in rules.sources}
    assert used == set(sources())
    assert all(re.search(r"read\s+20\d\d-\d\d-\d\d", text) for text in sources().values())
    assert all(rules.sources for rules in sms_countries().values())


def test_an_alphabetic_sender_is_shown_in_few_countries_of_the_americas() -> None:
    assert not any(map(takes_sender_id, ("CL", "AR", "BR", "PE", "CO", "US", "MX")))
    assert all(map(takes_sender_id, ("BO", "DE", "FR", "IT", "PT", "GB", "ES", "ZZ", None)))


@pytest.mark.parametrize(
    ("country", "sender_id", "reason", "todo", "blocks"),
    [
        ("CL", "AURORA", "Chile shows no sender id", "lease a short code or long code", False),
        ("AR", "AURORA", "Argentina shows no sender id", "it takes no replies", False),
        ("PY", "AURORA", "Paraguay shows no sender id", "give contacts an e-mail", False),
        ("MX", "AURORA", "Mexico shows no sender id", "lease a number", False),
        (
            "ES",
            "AURORA",
            "Spain blocks SMS from a sender id that is not registered",
            "register AURORA",
            False,
        ),
        ("US", "", "United States takes no SMS without a number", "TwoWayNumbers", True),
        ("ZZ", "", "ZZ: it is not known", "sms_countries.toml", False),
    ],
)
def test_what_cannot_work_has_its_reason_and_what_to_do(
    country: str, sender_id: str, reason: str, todo: str, blocks: bool
) -> None:
    found = sender_problem(country, sender_id, has_number=False)
    assert found is not None
    assert found.reason.startswith(reason)
    assert todo in found.todo
    assert found.blocks is blocks
    assert sender_problem(country, sender_id, has_number=True) is None


def test_a_registered_sender_id_has_no_problem_and_an_unregistered_one_arrives_nowhere() -> None:
    assert sender_problem("ES", "AURORA", has_number=False, registered=True) is None
    unregistered = sender_problem("ES", "AURORA", has_number=False, registered=False)
    assert unregistered is not None
    assert unregistered.blocks
    assert sender_problem("ES", "", has_number=False, registered=False) is None


@pytest.mark.parametrize(("country", "sender_id"), [("CL", ""), ("BO", "AURORA"), ("DE", "AURORA")])
def test_what_works_has_no_problem(country: str, sender_id: str) -> None:
    assert sender_problem(country, sender_id, has_number=False) is None


def shown(rules: SmsCountry) -> list[str]:
    def word(value: bool | None) -> str:
        return "?" if value is None else "yes" if value else "no"

    return [
        rules.name,
        rules.sender_id,
        word(rules.two_way),
        "own number only" if rules.needs_number else rules.numbers or word(rules.short_code),
        *map(word, (rules.voice, rules.rcs, rules.whatsapp)),
        ", ".join(rules.sources),
    ]


def test_the_page_of_the_documentation_says_the_same() -> None:
    rows = re.findall(r"^\| `([A-Z]{2})` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {code: cells.split(" | ") for code, cells in rows} == {
        code: shown(rules) for code, rules in sms_countries().items()
    }
    told = " ".join(PAGE.read_text(encoding="utf-8").split())
    for name, text in sources().items():
        assert f"**{name}**: {text}" in told
    assert two_way_countries() >= {"AU", "AT"}
