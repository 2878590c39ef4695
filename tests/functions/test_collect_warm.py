"""What a warm copy of collect caches of stores and touchpoints, and for how long."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from aws_lambda_powertools import Logger

from lazo.runtime.ttl_cache import KEPT_AT_MOST, TtlCache
from lazo.store.model import Touchpoint
from lazo.table import stores
from tests.builders import START
from tests.product import TIMEOUT
from tests.surveys import JSON, Survey, log_of_collect


def reads(survey: Survey) -> int:
    return survey.product.calls("Collect").count("GetItem")


def test_a_touchpoint_is_read_once_a_minute(survey: Survey) -> None:
    survey.get()
    survey.get("?lang=en")
    survey.post({"score": 3})
    survey.product.wait(timedelta(seconds=59.9))
    survey.get()
    assert reads(survey) == 3  # the touchpoint, its store, the look of its brand
    survey.product.wait(timedelta(seconds=0.1))
    survey.get()
    assert reads(survey) == 6


def test_touchpoints_share_their_store(survey: Survey) -> None:
    stores.put_touchpoint(survey.product.table, Touchpoint("caja4", "norte", "Caja 4"))
    survey.get()
    survey.product.cloud.request("GET", "/s/caja4")
    assert reads(survey) == 4


def test_a_change_is_seen_within_a_minute(survey: Survey) -> None:
    survey.get()
    stores.put_touchpoint(survey.product.table, Touchpoint("caja3", "norte", "Caja 3", active=False))
    assert survey.get().status == 200
    survey.product.wait(timedelta(minutes=1))
    assert survey.get().status == 410


def test_a_new_touchpoint_is_seen_within_ten_seconds(survey: Survey) -> None:
    def status() -> int:
        return survey.product.cloud.request("POST", "/s/new1", JSON, b'{"score": 3}').status

    assert [status(), status()] == [404, 404]
    assert reads(survey) == 1
    stores.put_touchpoint(survey.product.table, Touchpoint("new1", "norte", "Caja 1"))
    assert status() == 404
    survey.product.wait(timedelta(seconds=10))
    assert status() == 202


def test_an_old_copy_serves_while_the_table_cannot_be_read(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey.post({"score": 1})
    log = log_of_collect(monkeypatch)
    survey.product.wait(timedelta(hours=1))
    down = survey.product.fault(operation="GetItem", kind=TIMEOUT, times=99)
    assert survey.post({"score": 3}).status == 202
    struck = down.struck
    assert struck > 0
    assert log.getvalue().count('"level":"WARN"') == 2  # the touchpoint and its store

    assert survey.get().status == 200
    assert down.struck == struck, "the table is left alone for a while"
    survey.product.wait(timedelta(seconds=10))
    assert survey.get().status == 200
    assert down.struck > struck


def test_guessed_codes_evict_no_real_one_and_do_not_pile_up() -> None:
    asked: list[str] = []

    def load(key: str) -> str | None:
        asked.append(key)
        return key if key.startswith("real") else None

    cache: TtlCache[str] = TtlCache(load, Logger())
    cache.get("real", START)
    for number in range(3 * KEPT_AT_MOST):
        assert cache.get(f"guess{number}", START) is None
    assert cache.get("real", START) == "real"
    assert asked.count("real") == 1
    assert len(cache._absent) == KEPT_AT_MOST

    for number in range(KEPT_AT_MOST):
        cache.get(f"real{number}", START)
    assert len(cache._found) == KEPT_AT_MOST
    cache.get("real0", START)
    cache.get("one more, real", START)
    assert asked.count("real0") == 1


def test_a_clock_that_was_turned_back_makes_it_read_again() -> None:
    found = iter(["old", "new"])
    cache: TtlCache[str] = TtlCache(lambda _key: next(found), Logger())
    assert cache.get("x", START) == "old"
    assert cache.get("x", START - timedelta(seconds=1)) == "new"


def test_a_deleted_touchpoint_is_forgotten() -> None:
    found = iter(["there", None])
    cache: TtlCache[str] = TtlCache(lambda _key: next(found), Logger())
    assert cache.get("x", START) == "there"
    assert cache.get("x", START + timedelta(minutes=1)) is None
    assert cache.get("x", START + timedelta(minutes=1, seconds=9)) is None


def test_keys_are_fetched_when_one_is_needed(survey: Survey) -> None:
    survey.post({"score": 3})
    assert "GetSecretValue" not in survey.product.calls("Collect")
    survey.get()
    fetched = survey.product.calls("Collect").count("GetSecretValue")
    assert fetched == 1  # the one before it only verifies
    survey.get()
    assert survey.product.calls("Collect").count("GetSecretValue") == fetched


def test_a_page_waits_for_nothing_that_only_an_answer_needs() -> None:
    root = Path(__file__).parents[2] / "functions"
    code = "import sys, collect.app; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert "jinja2" in loaded
    assert loaded.isdisjoint({"pydantic", "phonenumbers", "email_validator", "holidays"})
    assert loaded.isdisjoint({"boto3", "botocore.session", "botocore.config", "urllib3"})
    assert loaded.isdisjoint({"collect.changes", "lazo.phrases.wording_guard", "lazo.insight.improvements"})
