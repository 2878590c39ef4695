"""A run of the emulator with the product in it: started, deployed and ended as one context."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import boto3

from tests.emulated.deployment import Deployer
from tests.emulated.processes import ProcessGroup, free_port, wait_for
from tests.emulated.stand_ins import ApiAddress, MailboxSimulator

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-emulated" / "bin" / "python"
LAUNCH = Path(__file__).with_name("launch.py")

STACK = "lazo-emulated"
REGION = "us-east-1"
SENDER = "lazo@example.com"
TWO_WAY_NUMBER = "+56912345678"
START_SECONDS = 60
PATIENCE = "3"
"""A busy machine makes a run longer, and fails none."""
ACCOUNT_CONCURRENCY = 10
"""What a new account has ("Lambda quotas", AWS Lambda Developer Guide, and what AWS grants at first)."""


@dataclass(frozen=True)
class Emulation:
    """The stack in the emulator, deployed from the folder `build`. `folder` holds its log and the checks of IAM;
    `faults_url` is empty unless a fault proxy stands in front."""

    url: str
    faults_url: str
    build: Path
    folder: Path
    emulator: ProcessGroup

    def environment(self) -> dict[str, str]:
        """Return the variables by which tests find the emulator, and nothing else of AWS."""
        return {
            **aws_environment(self.url),
            "LAZO_STACK": STACK,
            "LAZO_PATIENCE": PATIENCE,
            "LAZO_EMULATED": str(self.folder),
            "LAZO_BUILT": str(self.build),
            "LAZO_FAULTS": self.faults_url,
        }


def aws_environment(url: str) -> dict[str, str]:
    """Return the variables that lead boto3 to the emulator, as the account's own user."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
    }


@contextmanager
def emulation(build: Path, with_faults: bool) -> Iterator[Emulation]:
    """Start the emulator, deploy a build folder, and end everything afterwards, whatever happens; boto3 in this process
    reaches the emulator alone from then on. With faults the functions reach AWS through microburst, which sends another
    host than was signed: IAM is off then."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="lazo-emulated-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        port = free_port()
        url, faults_url = f"http://127.0.0.1:{port}", ""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]  # nothing of this may reach an account
        os.environ |= aws_environment(url)
        settings = emulator_environment(port, folder)
        if with_faults:
            faults_port = free_port()
            faults_url = f"http://127.0.0.1:{faults_port}"
            settings |= {"AUTH": "false", "AWS_ENDPOINT_URL": faults_url}
        emulator = ProcessGroup(
            [PYTHON, "-P", LAUNCH, "ministack", folder / "checks.jsonl"], settings, folder / "ministack.log"
        )
        stack.callback(emulator.end)
        wait_for(f"{url}/_ministack/health", emulator, START_SECONDS)
        if with_faults:
            proxy = ProcessGroup(
                [
                    PYTHON,
                    "-P",
                    LAUNCH,
                    "microburst",
                    "--upstream",
                    url,
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(faults_port),
                ],
                {},
                folder / "microburst.log",
            )
            stack.callback(proxy.end)
            wait_for(f"{faults_url}/_microburst/health", proxy, START_SECONDS)
        api = ApiAddress(port, _resource("Api"))
        stack.callback(api.stop)
        mailbox = MailboxSimulator(url, _resource("MailEvents"))
        stack.callback(mailbox.stop)
        Deployer(build, STACK).deploy(parameters(api.url))
        boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        yield Emulation(url, faults_url, build, folder, emulator)


def emulator_environment(port: int, folder: Path) -> dict[str, str]:
    """Return ministack's settings: this machine alone, IAM on, and nothing that listens beside its one port."""
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        "LAMBDA_ACCOUNT_CONCURRENCY": str(ACCOUNT_CONCURRENCY),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "TMPDIR": str(folder),
    }


def parameters(base_url: str) -> dict[str, str]:
    """Return what the stack is deployed with at first."""
    return {
        "Stage": "dev",
        "LogLevel": "DEBUG",
        "LogRetentionDays": "7",
        "Architecture": "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64",
        "SenderEmail": SENDER,
        "PublicBaseUrl": base_url,
        "TwoWayNumbers": f"CL={TWO_WAY_NUMBER}",
    }


def _resource(logical_id: str) -> Callable[[], str]:
    """Return what gives the physical id of a resource of the stack, which is asked for once."""

    @cache
    def physical_id() -> str:
        found = boto3.client("cloudformation").describe_stack_resource(
            StackName=STACK, LogicalResourceId=logical_id
        )
        name: str = found["StackResourceDetail"]["PhysicalResourceId"]
        return name

    return physical_id
