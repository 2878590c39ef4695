"""The `lazo` command: its help, its exit codes, and how it finds an installation."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
import typer
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.stub import Stubber
from typer.testing import CliRunner

from infra.local.server import listen, serve
from lazo import clock
from lazo.table import stores
from ops import installation
from ops.__main__ import app
from ops.dead_letters import REDRIVES
from ops.doctor.backlog import MAX_SWEEP_DELAY
from ops.doctor.checks import CHECKS
from ops.doctor.finding import ok
from ops.installation import InstallationNotFound
from tests.ops.conftest import Lazo
from tests.product import Product

DOC = (Path(__file__).parents[2] / "docs/lazo-command.md").read_text(encoding="utf-8")
SHARED = {"--profile", "--region", "--stack", "--local", "--port", "--json", "--help"}


def commands(group: Any, path: tuple[str, ...] = ("lazo",)) -> Iterator[tuple[str, Any]]:
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield " ".join((*path, name)), each
            yield from commands(each, (*path, name))
        else:
            yield " ".join((*path, name)), each


EVERY = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", EVERY)
def test_every_command_is_documented(name: str) -> None:
    """In its own help, with each of its options and arguments, and in docs/lazo-command.md."""
    command = EVERY[name]
    assert command.help, f"{name} has no help"
    if hasattr(command, "commands"):
        return
    assert f"### `{name}`\n" in DOC, f"docs/lazo-command.md has no section for {name}"
    section = DOC.split(f"### `{name}`\n")[1].split("\n#")[0]
    assert name in section, "with an example"
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name}: {parameter.name} has no help"
        options = set(parameter.opts) - SHARED if parameter.param_type_name == "option" else set()
        missing = {option for option in options if option.startswith("--") and option not in section}
        if missing != {"--yes"}:  # documented once, for all commands
            assert not missing, f"docs/lazo-command.md, {name}: {missing}"


def test_the_document_names_only_existing_commands() -> None:
    named = {line.removeprefix("### `").rstrip("`") for line in DOC.splitlines() if line.startswith("### ")}
    assert named == {name for name, command in EVERY.items() if not hasattr(command, "commands")}
    assert all(f"| {check} |" in DOC for check in CHECKS)
    assert all(f"`{queue}`" in DOC for queue in REDRIVES)


def test_the_shell_completes_commands_and_options() -> None:
    def completed(words: str) -> str:
        environment = {
            "_LAZO_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        }
        return CliRunner().invoke(app, [], env=environment, prog_name="lazo").stdout

    assert {"import", "export", "show"} <= set(completed("lazo stores ").split())
    assert "--dry-run" in completed("lazo stores import --d")


def test_options_of_all_commands_stand_before_or_after_the_command(lazo: Lazo) -> None:
    for arguments in (["--local", "stores", "show", "--json"], ["stores", "show", "--local", "--json"]):
        ended = CliRunner().invoke(app, arguments)
        assert (ended.exit_code, json.loads(ended.stdout)) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "stack"),
    [
        (["stores", "show"], "prod"),
        (["--stack", "dev", "stores", "show"], "dev"),
        (["stores", "show", "--stack", "dev"], "dev"),
        (["--stack", "test", "stores", "show", "--stack", "dev"], "dev"),
    ],
)
def test_the_stack_of_the_command_line_beats_the_variable(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], stack: str
) -> None:
    asked = []

    def missing(name: str, _profile: str | None, _region: str | None) -> None:
        asked.append(name)
        raise InstallationNotFound(name)

    monkeypatch.setattr(installation, "aws_installation", missing)
    CliRunner().invoke(app, arguments, env={"LAZO_STACK": "prod"})
    assert asked == [stack]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InstallationNotFound("no local cloud answers"), "no local cloud answers"),
        (NoCredentialsError(), "AWS cannot be reached: Unable to locate credentials"),
        (
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Scan"),
            "AWS refuses Scan: AccessDeniedException",
        ),
    ],
)
def test_an_unreachable_installation_is_reported_in_one_line(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def failing(_port: int) -> None:
        raise error

    monkeypatch.setattr(installation, "local_installation", failing)
    ended = CliRunner().invoke(app, ["stores", "show", "--local"])
    assert ended.exit_code == 3
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_ctrl_c_ends_with_130(lazo: Lazo, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_table: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stores, "every_store_id", interrupted)
    assert "Ctrl-C" in lazo("stores", "show", code=130).err


def test_an_installation_is_found_by_its_stack() -> None:
    session = boto3.Session("a", "b", region_name="sa-east-1")
    client = session.client("cloudformation")
    session.client = lambda service, config=None: client  # type: ignore[method-assign, assignment, misc]
    with Stubber(client) as aws:
        stack = {
            "StackName": "shop",
            "CreationTime": "2026-01-01T00:00:00Z",
            "StackStatus": "UPDATE_COMPLETE",
            "Parameters": [{"ParameterKey": "SenderEmail", "ParameterValue": "lazo@example.com"}],
            "Outputs": [{"OutputKey": "BaseUrl", "OutputValue": "https://lazo.example"}],
        }
        aws.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "shop"})
        for number, token in ((0, "next"), (100, None)):
            page = [
                {
                    "LogicalResourceId": f"R{n}",
                    "PhysicalResourceId": f"r-{n}",
                    "ResourceType": "AWS::SQS::Queue",
                    "LastUpdatedTimestamp": "2026-01-01T00:00:00Z",
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for n in range(number, number + 100)
            ]
            more = {"NextToken": token} if token else {}
            aws.add_response("list_stack_resources", {"StackResourceSummaries": page, **more})
        found = installation.stack_installation("shop", session)
        assert found.base_url == "https://lazo.example"
        assert found.parameters == {"SenderEmail": "lazo@example.com"}
        assert (len(found.resources), found.resources["R150"]) == (200, "r-150"), "more than one page"
        aws.add_client_error("describe_stacks", "ValidationError", "Stack with id shop does not exist")
        with pytest.raises(InstallationNotFound, match="there is no stack 'shop' in sa-east-1"):
            installation.stack_installation("shop", session)


def test_the_local_cloud_that_runs_is_reached_over_its_port(product: Product) -> None:
    """With real clients over HTTP, as a newcomer beside `make run`."""
    product.open_store()
    server = serve(product.cloud, listen(0))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        port = server.port
        target = installation.local_installation(port)
        assert clock.now() == product.now()
        assert stores.every_store_id(target.table) == ["norte"]
        assert target.base_url == "https://lazo.example"
        foreign = urllib.request.Request(
            f"http://127.0.0.1:{port}/local/aws/dynamodb/", b"{}", {"Origin": "https://evil.example"}
        )
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(foreign)
        ended = CliRunner().invoke(app, ["doctor", "--json", "--local", "--port", str(port)])
        found = {each["check"]: each["state"] for each in json.loads(ended.stdout)}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert found.keys() == CHECKS.keys()
    assert {name for name, state in found.items() if state == "ok"} == {
        "origin",
        "table",
        "keys",
        "SMS paused",
        "SMS countries",
        "SMS senders",
        "alarms",
        "dead letters",
        "sweep",
    } | ({"clock"} if found["clock"] == "ok" else set())
    assert {name for name, state in found.items() if state == "unknown"} == {
        "versions",
        "SMS sandbox",
        "SES account",
    }
    assert found["DNS"] == "failed", "lazo.example leads nowhere"
    with pytest.raises(InstallationNotFound, match="make run"):
        installation.local_installation(port)


def test_the_doctor_finds_what_is_wrong(lazo: Lazo, monkeypatch: pytest.MonkeyPatch) -> None:
    product, target = lazo.product, lazo.installation
    for elsewhere in ("DNS", "SMS sandbox", "SES account"):
        monkeypatch.setitem(CHECKS, elsewhere, lambda _installation: ok(""))
    target.client("sqs").send_message(QueueUrl=target.resources["SweepDeadLetters"], MessageBody="{}")
    target.client("dynamodb").update_time_to_live(
        TableName=target.resources["Table"],
        TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": False},
    )
    alarm = target.resources["CollectFaults"]
    target.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")
    target.client("sesv2").delete_email_identity(EmailIdentity="lazo@example.com")
    product.open_store()
    product.unhappy()
    product.wait(MAX_SWEEP_DELAY * 3)
    ended = lazo("doctor", "--json", code=1)
    found = {each["check"]: each for each in ended.json}
    failed = {name for name, each in found.items() if each["state"] == "failed"}
    assert {"table", "alarms", "SES identity", "dead letters", "sweep"} <= failed
    assert found["table"]["told"] == "expired items stay (TTL)"
    assert found["alarms"]["told"] == alarm
    assert found["dead letters"]["told"] == "SweepDeadLetters 1"
    assert found["shops"]["state"] == "warning"
    assert all(each["todo"] for name, each in found.items() if name in failed)
    assert "checks failed" in ended.err


@pytest.mark.parametrize(
    ("operation", "answer", "check", "state"),
    [
        ("sns.get_sms_sandbox_account_status", {"IsInSandbox": True}, "SMS sandbox", "failed"),
        ("sns.get_sms_sandbox_account_status", {"IsInSandbox": False}, "SMS sandbox", "ok"),
        ("sns.get_sms_attributes", {"attributes": {"MonthlySpendLimit": "200"}}, "SMS spend", "ok"),
        ("sns.get_sms_attributes", {"attributes": {"MonthlySpendLimit": "15"}}, "SMS spend", "warning"),
        ("sns.get_sms_attributes", {"attributes": {}}, "SMS spend", "failed"),
        ("sesv2.get_account", {"SendingEnabled": False}, "SES account", "failed"),
        (
            "sesv2.get_account",
            {"SendingEnabled": True, "ProductionAccessEnabled": False},
            "SES account",
            "failed",
        ),
        (
            "sesv2.get_account",
            {"SendingEnabled": True, "ProductionAccessEnabled": True, "SendQuota": {"Max24HourSend": 5e4}},
            "SES account",
            "ok",
        ),
    ],
)
def test_the_doctor_reads_answers_of_aws_that_moto_lacks(
    operation: str, answer: dict[str, Any], check: str, state: str
) -> None:
    _, _, name = operation.partition(".")
    aws = SimpleNamespace(
        **{name: lambda **_: answer}, get_metric_statistics=lambda **_: {"Datapoints": [{"Maximum": 12.5}]}
    )
    target = SimpleNamespace(client=lambda _service: aws)
    found = CHECKS[check](target)  # type: ignore[arg-type]
    assert found.state == state
    assert bool(found.todo) == (state != "ok")
