"""The demo prints what happened and stops at a step that did not happen."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from infra.local.cloud import LocalCloud
from infra.local.demo import __main__ as demo
from infra.local.demo.seed import seed
from infra.local.demo.teller import Teller

TEMPLATE = Path(__file__).parents[3] / "template.yaml"


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud.start(TEMPLATE, demo.PARAMETERS) as running:
        seed(running)
        yield running


def test_the_demo_prints_the_whole_journey(cloud: LocalCloud) -> None:
    out = io.StringIO()
    demo.Journey(cloud, Teller(out, colours=False)).tell()
    printed = out.getvalue()
    assert "\033" not in printed
    assert max(map(len, printed.splitlines())) <= 78
    flat = " ".join(printed.replace("│", " ").split())
    sent = cloud.outbox()
    assert [(m["channel"], m["to"].partition("@")[0]) for m in sent] == [
        ("sms", "+56922345671"), ("email", "ana.fuentes"),
        ("sms", "+56922345671"), ("email", "ana.fuentes"),
        ("sms", "+56922345672"), ("email", "diego.rojas"),
        ("email", "marta.silva"), ("email", "marta.silva"), ("email", "marta.silva"),
    ]  # fmt: skip
    at = 0
    for message in sent:
        shown = message["text"] if message["channel"] == "sms" else message["subject"]
        at = flat.index(" ".join(shown.split()), at) + 1
    assert "“Yo me encargo”" in flat
    assert re.search(r"303 /f/[\w-]+, then 200 /desk/followups/\w+", flat)
    assert "Ana Fuentes has it, 3 min after the answer." in flat
    assert "Still open, and not forgotten" in flat


def test_the_demo_stops_at_a_step_that_did_not_happen(cloud: LocalCloud) -> None:
    cloud.faults.add(
        service="sns", operation="Publish", function="Notify", code="InvalidParameter", status=400, times=1
    )
    out = io.StringIO()
    with pytest.raises(demo.DidNotHappen, match="Ana Fuentes is not told"):
        demo.Journey(cloud, Teller(out, colours=False)).tell()
    assert "SMS to Ana" not in out.getvalue()


def test_the_exit_code_is_1_when_a_step_did_not_happen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def tell(_journey: demo.Journey) -> None:
        sys.stdout.write("what a function logged")
        raise demo.DidNotHappen("the SMS did not come")

    monkeypatch.setattr(demo.LocalCloud, "start", lambda *_arguments: nullcontext())
    monkeypatch.setattr(demo, "seed", lambda _cloud: None)
    monkeypatch.setattr(demo.Journey, "__init__", lambda *_arguments: None)
    monkeypatch.setattr(demo.Journey, "tell", tell)
    assert demo.main() == 1
    out, err = capsys.readouterr()
    assert "This did not happen: the SMS did not come" in out
    assert "what a function logged" in err
    monkeypatch.setattr(demo.Journey, "tell", lambda _journey: None)
    assert demo.main() == 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "environment", "coloured"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colours_only_on_a_terminal(
    out: io.StringIO, environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    Teller.on(out).chapter(1, "A customer is unhappy")
    assert ("\033[" in out.getvalue()) is coloured
