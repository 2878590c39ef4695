"""Tables of public holidays say what the package says of which they are made."""

import json
import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest
from holidays import country_holidays

from infra.holiday_tables import holiday_table, parts_of, supported_countries
from lazo.store import public_holidays as read
from lazo.store.public_holidays import public_holidays

COUNTRIES = ("BR", "CL", "ES", "UK")
THIS_YEAR = 2026
FIRST, LAST = date(2024, 1, 1), date(2034, 12, 31)


@pytest.fixture(autouse=True)
def built(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.getbasetemp() / "holidays"
    if not folder.exists():
        folder.mkdir()
        for country in COUNTRIES:
            (folder / f"{country}.json").write_text(json.dumps(holiday_table(country, THIS_YEAR)))
    monkeypatch.setattr(read, "TABLES", folder)
    public_holidays.cache_clear()


@pytest.fixture(autouse=True)
def forgotten() -> object:
    yield
    public_holidays.cache_clear()


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_day_of_each_part_is_as_in_the_package(country: str) -> None:
    for part in (None, *parts_of(country)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            expected = country_holidays(country, subdiv=part)
        found = public_holidays(country, part)
        for n in range((LAST - FIRST).days + 1):
            day = FIRST + timedelta(days=n)
            assert (day in found) == (day in expected), (part, day)


def test_a_day_outside_the_years_is_no_holiday() -> None:
    christmas = [date(year, 12, 25) for year in (2023, 2024, 2034, 2035)]
    assert [day in public_holidays("CL", None) for day in christmas] == [False, True, True, False]


@pytest.mark.parametrize(
    ("country", "part", "said"),
    [
        ("XX", None, "country: the holidays of 'XX' are not known"),
        ("XX", "MD", "country: the holidays of 'XX' are not known"),
        ("ES", "ZZ", "subdivision: 'ZZ' is not one of ES"),
        ("NYSE", None, "country: 'NYSE' is not a code like 'CL'"),
        ("../CL", None, "country: '../CL' is not a code like 'CL'"),
    ],
)
def test_what_is_not_known_is_refused_as_by_the_package(
    country: str, part: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        public_holidays(country, part)
    monkeypatch.setattr(read, "TABLES", Path("/nowhere"))
    with pytest.raises(ValueError, match=f"^{said}"):
        public_holidays(country, part)


def test_every_country_of_the_package_has_a_table() -> None:
    assert {*COUNTRIES, "AR", "CO", "MX", "PE", "US", "GB", "PT"} <= set(supported_countries())
    assert len(supported_countries()) > 200
