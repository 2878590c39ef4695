"""Commands on a running installation: touchpoints, answers, follow-ups, failures, counters."""

import csv
import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infra.local.direct_items import in_the_indexes, put_directly
from lazo.auth import keyring, links
from lazo.table import followups, stores
from tests.aws_rules import Watch
from tests.builders import ANA, consent, minutes
from tests.case_recount import counted_cases, recount_cases
from tests.desk import Desk, link_to
from tests.functions.board import open_followup
from tests.ops.conftest import Lazo
from tests.recount import counted, recount
from tests.unit.phrases.shortened_rules import shortened


@pytest.fixture
def lazo(lazo: Lazo) -> Lazo:
    """The command, with the store norte and a touchpoint in it."""
    lazo.product.open_store(staff=["Rosa"])
    lazo("touchpoints", "add", "norte", "caja3", "Caja 3")
    return lazo


def test_a_touchpoint_is_added_moved_retired_and_taken_into_use_again(lazo: Lazo) -> None:
    table = lazo.product.table
    lazo.product.open_store(store_id="sur", name="Aurora Sur")
    taken = lazo("touchpoints", "add", "sur", "caja3", "Caja 1", code=1)
    assert "at 'norte' already" in taken.err
    assert lazo("touchpoints", "add", "sur", "x", "Caja 1", code=2).err.startswith(
        "code: must be 3 to 40 letters"
    )
    assert "There is no store" in lazo("touchpoints", "add", "este", "caja5", "Caja 5", code=1).err

    lazo("touchpoints", "move", "caja3", "sur", "--label", "Caja 1")
    moved = stores.get_touchpoint(table, "caja3")
    assert moved is not None
    assert (moved.store_id, moved.label) == ("sur", "Caja 1")
    assert [each["code"] for each in lazo("touchpoints", "list", "sur", "--json").json] == ["caja3"]
    assert "no touchpoint in the store" in lazo("touchpoints", "list", "norte", code=1).err
    lazo("touchpoints", "retire", "caja3")
    assert lazo.product.cloud.request("GET", "/s/caja3").status == 410
    lazo("touchpoints", "restore", "caja3")
    assert lazo("touchpoints", "list", "--json").json[0]["state"] == "in use"
    assert "no touchpoint with the code" in lazo("touchpoints", "retire", "nix", code=1).err
    lazo("touchpoints", "add", "norte", "prueba", "Prueba", "--test")
    assert [each["state"] for each in lazo("touchpoints", "list", "norte", "--json").json] == ["test"]


def test_answers_are_exported_by_the_stores_day_without_names(lazo: Lazo, tmp_path: Path) -> None:
    product = lazo.product
    late = product.now() + timedelta(hours=11, minutes=59)  # 23:59 in Santiago, the next day in UTC
    product.accept(comment="=Rosa no me ayudó", score=2, phone="+56961234567", name="Luz", consent=consent())
    product.accept(at=late, score=9, comment="bien")
    product.accept(at=late + timedelta(minutes=2), score=5)
    product.drain()
    file = tmp_path / "answers.csv"
    day = f"{product.now():%Y-%m-%d}"
    product.wait(timedelta(days=1))
    export = lazo("answers", "export", str(file), "--since", day, "--until", day, "--json").json
    assert export["answers"] == 2
    with file.open(encoding="utf-8-sig", newline="") as out:
        rows = list(csv.DictReader(out))
    assert [(row["score"], row["band"], row["time"]) for row in rows] == [
        ("9", "promoter", "23:59"),
        ("2", "detractor", "12:00"),
    ]
    assert rows[1]["comment"].startswith("'=")
    assert "Rosa" not in rows[1]["comment"]
    everything = file.read_text(encoding="utf-8-sig")
    assert "61234567" not in everything
    assert "Luz" not in everything
    assert "--since 10/3" in lazo("answers", "export", str(file), "--since", "10/3", code=2).err


@pytest.mark.long
def test_new_rules_of_themes_are_tried_on_past_answers(lazo: Lazo, tmp_path: Path) -> None:
    product = lazo.product
    product.accept(comment="La Rosa no sabe, puro tremolina", score=2)
    product.accept(comment="Esto es usura", score=2)
    product.accept(comment="They are very rude here, tremolina", score=2)
    product.drain()
    file = tmp_path / "es.toml"
    text = shortened("es", '"ruido"', '"usura"')
    file.write_text(
        text.replace('"ruido", ', '"ruido", "tremolina", ').replace('"usura",', ""), encoding="utf-8"
    )
    found = lazo("themes", "try", str(file), "--json").json
    assert found["read"] == 2
    assert found["changes"]["complaint: comfort"] == {
        "gained": 1,
        "lost": 0,
        "gained_examples": ["La [nombre] no sabe, puro tremolina"],
        "lost_examples": [],
    }
    assert found["changes"]["complaint: price"]["lost_examples"] == ["Esto es usura"]
    assert lazo("themes", "try", str(file), "--at-most", "1", "--json").json["read"] == 1
    assert "tremolina" in lazo("themes", "try", str(file)).out
    file.write_text("negators = [", encoding="utf-8")
    assert "cannot be read" in lazo("themes", "try", str(file), code=1).err
    assert "es.toml" in lazo("themes", "try", "fr.toml", code=2).err


def test_open_followups_are_listed_with_owner_and_overdue(lazo: Lazo) -> None:
    product = lazo.product
    product.unhappy()
    (found,) = lazo("followups", "list", "--json").json
    assert (found["store_id"], found["stage"], found["owner"], found["overdue"]) == (
        "norte",
        "open",
        None,
        False,
    )
    assert found["deadline"] == "2026-03-10T12:10-03:00", "ten minutes, by the store's clock"
    assert lazo("followups", "list", "--overdue", "--json").json == []
    product.wait(minutes(11))
    assert len(lazo("followups", "list", "--overdue", "--nobody", "--json").json) == 1
    product.advance(minutes(1))
    (asked,) = lazo("followups", "list", "--overdue", "--json").json
    assert (asked["level"], asked["unattended_since"]) == (1, "2026-03-10T12:00-03:00")
    assert asked["deadline"] > product.now().astimezone(ZoneInfo("America/Santiago")).isoformat()
    product.advance(timedelta(days=4))
    (forgotten,) = lazo("followups", "list", "--overdue", "--json").json
    assert (forgotten["deadline"], forgotten["overdue"]) == ("2026-03-10T12:31-03:00", True)
    assert lazo("followups", "list", "--owner", "ana", "--json").json == []
    assert "must be one of" in lazo("followups", "list", "--stage", "solved", code=2).err


def test_overdue_followups_are_listed_without_reading_those_that_are_not(lazo: Lazo, watch: Watch) -> None:
    """Overdue are c0 to c9; 500 urgent ones, which come first, and 500 others are due later."""
    product = lazo.product
    now = product.now()
    overdue = [open_followup(f"c{n}", now - minutes(10 - n)) for n in range(10)]
    later = [
        followups.followup_put(open_followup(f"{name}{n}", now + minutes(1 + n), urgency=urgency)).item
        for name, urgency in (("u", ("injury",)), ("n", ()))
        for n in range(500)
    ]
    put_directly(
        product.cloud, [*map(in_the_indexes, later), *(followups.followup_put(e).item for e in overdue)]
    )
    watch.clear()
    found = lazo("followups", "list", "--overdue", "--store", "norte", "--json").json
    assert [each["followup_id"] for each in found] == [f"c{n}" for n in range(10)]
    assert all(each["overdue"] for each in found)
    # For unattended, urgent and other ones: of the store, and of what is from before there were lists by store.
    assert sum(call.action == "dynamodb:Query" for call in watch.calls) == 3 * 2


def test_dead_letters_are_listed_and_redriven(lazo: Lazo) -> None:
    product, queues = lazo.product, lazo.installation.client("sqs")
    event = json.dumps(product.unhappy())
    queues.purge_queue(QueueUrl=lazo.installation.resources["Alerts"])
    for queue in ("AlertsDeadLetters", "EventsDeadLetters"):
        queues.send_message(QueueUrl=lazo.installation.resources[queue], MessageBody=event)
    looked = lazo("redrive", "--look", "--json").json
    assert [letter["store"] for letter in looked["found"]] == ["EventsDeadLetters", "AlertsDeadLetters"]
    assert looked["found"][0]["what"] == f"followup.opened {product.followup()['followup_id']}"
    assert looked["redriven"] == 0
    product.wait(timedelta(seconds=1))
    assert "--yes" in lazo("redrive", code=2).err
    assert len(product.dead_letters()) == 2, "nothing was done"
    assert "must be one of" in lazo("redrive", "Alerts", code=2).err

    product.wait(timedelta(seconds=1))
    assert lazo("redrive", "--yes", "--json").json["redriven"] == 2, "and nothing was hidden"
    assert product.dead_letters() == {}
    product.drain()
    assert product.outbox().count(("sms", "+56922345671")) == 1, "coming twice does no harm"


def test_a_redriven_due_item_is_due_at_once(lazo: Lazo) -> None:
    product = lazo.product
    product.unhappy()
    late = product.now() + timedelta(days=1)
    followup = product.followup()
    product.change(followup, due_at=f"{late:%Y-%m-%dT%H:%M:%S.000Z}", due_failures=9)
    body = json.dumps({"pk": followup["pk"], "sk": "FU", "reason": "failed 9 times"})
    lazo.installation.client("sqs").send_message(
        QueueUrl=lazo.installation.resources["SweepDeadLetters"], MessageBody=body
    )
    lazo("redrive", "SweepDeadLetters", "--yes")
    again = product.followup()
    assert again["due_at"] == f"{product.now():%Y-%m-%dT%H:%M:%S.000Z}"
    assert again["due_failures"] == 0
    assert product.dead_letters() == {}


def test_a_redriven_sms_reply_only_stops_messages(lazo: Lazo) -> None:
    product = lazo.product
    queue = lazo.installation.resources["RepliesDeadLetters"]
    for number, text in enumerate(("1", "STOP")):
        inbound = {"inboundMessageId": f"i{number}", "originationNumber": "+56922345671", "messageBody": text}
        record = {"requestPayload": {"Records": [{"Sns": {"Message": json.dumps(inbound)}}]}}
        lazo.installation.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(record))
    ended = lazo("redrive", "--yes", "--json")
    assert "+569" not in ended.out
    product.drain()
    assert "PHONE#+56922345671" in {stop["pk"] for stop in product.items("STOP")}
    assert product.dead_letters() == {}


def test_a_recount_finds_and_corrects_wrong_counters(lazo: Lazo) -> None:
    product = lazo.product
    for score in (2, 9, 9, 10):
        product.accept(score=score, comment="Esperé mucho")
    product.drain()
    assert lazo("recount", "--json").json == {"answers": 4, "differences": [], "months": []}
    (day,) = product.items("DAY#")
    product.change(day, s9=7, s2=None, x4=1)
    (found,) = lazo("recount", "--json", code=1).json["differences"]
    assert found["counters"] == {
        "s2": {"counted": 0, "answers": 1},
        "s9": {"counted": 7, "answers": 2},
        "x4": {"counted": 1, "answers": 0},
    }
    lazo("recount", "--fix")
    assert counted(product.cloud.items()) == recount(product.cloud.items(), "America/Santiago")
    assert lazo("recount", "--store", "norte", "--json").json["differences"] == []
    assert "There is no store" in lazo("recount", "--store", "nix", code=1).err


def test_a_recount_of_cases_finds_and_corrects_wrong_counters(lazo: Lazo) -> None:
    """One case was taken on, with a promise to its customer; the other is late."""
    product = lazo.product
    product.accept(score=2, consent=consent(), phone="+56987654321")
    product.drain()
    ana = Desk(product)
    page = ana.do(ana.open(link_to(product, str(ANA["phone"]))).text, "/take-on").text
    ana.do(page, "/promise", what="Té", date="2026-03-10", time="14:00", owner="ana", hears_by="in_person")
    product.accept(score=3)
    product.advance(timedelta(minutes=20))
    assert lazo("recount", "--cases", "--json").json["differences"] == []
    (times,) = product.items("TIMES#")
    product.change(times, **{"never#taken_on": 3, "in_time#taken_on": None, "took#resolved#9": 1})
    (made,) = product.items("PROMISES#")
    product.change(made, **{"made#ana": 4, "broken#diego": 2})
    assert lazo("recount", "--json").json["differences"] == []
    promises, steps = lazo("recount", "--cases", "--json", code=1).json["differences"]
    assert promises["counters"] == {
        "broken#diego": {"counted": 2, "found": 0},
        "made#ana": {"counted": 4, "found": 1},
    }
    assert (steps["store_id"], steps["month"], steps["counters"]) == (
        "norte",
        "2026-03",
        {
            "in_time#taken_on": {"counted": 0, "found": 1},
            "never#taken_on": {"counted": 3, "found": 1},
            "took#resolved#9": {"counted": 1, "found": 0},
        },
    )
    lazo("recount", "--cases", "--fix")
    assert counted_cases(product.cloud.items()) == recount_cases(product.cloud.items())
    assert lazo("recount", "--cases", "--json").json["differences"] == []


def test_links_survive_one_key_rotation_but_not_two(lazo: Lazo) -> None:
    def ring() -> keyring.KeyRing:
        client = lazo.installation.client("secretsmanager")
        return keyring.keyring_from_secret(
            client, lazo.installation.resources["LinkKey"], lazo.product.now, lambda _error: None
        )

    signature = ring().sign("test", b"message", 16)
    assert lazo("keys", "show", "--json").json["rotating_ends_links_before"] is None
    assert "--yes" in lazo("keys", "rotate", code=2).err
    lazo("keys", "rotate", "--yes")
    assert ring().verify("test", b"message", signature)
    assert ring().sign("test", b"message", 16) != signature
    again = lazo("keys", "rotate", "--yes")
    assert "will end" in again.err
    assert not ring().verify("test", b"message", signature)
    assert links.CUSTOMER_LINK_VALID_FOR.days == 180


def test_api_keys_are_made_listed_and_retired(lazo: Lazo) -> None:
    made = lazo("api-keys", "make", "crm", "--json").json
    assert made["key"].startswith("lazo_")
    (listed,) = lazo("api-keys", "list", "--json").json
    assert (listed["name"], listed["state"]) == ("crm", "active")
    lazo("api-keys", "retire", listed["key_id"])
    assert lazo("api-keys", "list", "--json").json[0]["state"] == "retired"
    assert "a name has" in lazo("api-keys", "make", "C R M", code=1).err
    assert "there is no key" in lazo("api-keys", "retire", "000000000000", code=1).err
    assert (
        "nowhere: there is no such store"
        in lazo("api-keys", "make", "bi", "--may", "read-scores", "--store", "nowhere", code=1).err
    )
    lazo("api-keys", "make", "bi", "--may", "read-scores", "--may", "read-answers")
    (bi,) = (key for key in lazo("api-keys", "list", "--json").json if key["name"] == "bi")
    assert (bi["may"], bi["stores"]) == ("read-answers, read-scores", "all")
