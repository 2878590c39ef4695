"""Deploys a build folder into the emulator as `sam deploy` would: uploads artefact and nested template, makes a change
set of the SAM template, and executes it. The emulator's own transform translates it."""

import hashlib
import io
import time
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import yaml

from infra.artefact import artefact_folder
from tests.emulated.adapted_templates import adapt_main, adapt_observability

BUCKET = "artefacts"
WAIT_SECONDS = 120
"""For one change set; a first deployment takes 5 s on two cores."""


class DeploymentError(RuntimeError):
    """The emulator did not deploy the stack; the message has the events that failed."""


class Deployer:
    """Deploys a build folder under a stack name, with the credentials and the endpoint that boto3 finds.

    The artefact is zipped at each deployment, so that what is written into it before counts."""

    def __init__(self, build: Path, stack: str) -> None:
        self._build = build
        self._stack = stack
        self._s3 = boto3.client("s3")
        self._cloudformation = boto3.client("cloudformation")

    def deploy(self, parameters: Mapping[str, str]) -> None:
        """Create the stack, or change it: parameters that are not given keep their value. Raises DeploymentError."""
        self._s3.create_bucket(Bucket=BUCKET)
        stacks = self._cloudformation.describe_stacks()["Stacks"]
        before = next((each for each in stacks if each["StackName"] == self._stack), None)
        kept = (
            {}
            if before is None
            else {each["ParameterKey"]: each["ParameterValue"] for each in before["Parameters"]}
        )
        change_set = self._cloudformation.create_change_set(
            StackName=self._stack,
            ChangeSetName=f"change-{uuid.uuid4()}",
            ChangeSetType="CREATE" if before is None else "UPDATE",
            TemplateURL=self._upload(self._template(), "template"),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in {**kept, **parameters}.items()
            ],
        )["Id"]
        self._wait(lambda: self._cloudformation.describe_change_set(ChangeSetName=change_set), "Status")
        self._cloudformation.execute_change_set(ChangeSetName=change_set)
        self._wait(
            lambda: self._cloudformation.describe_stacks(StackName=self._stack)["Stacks"][0], "StackStatus"
        )

    def _template(self) -> bytes:
        template = adapt_main(yaml.safe_load((self._build / "template.yaml").read_bytes()))
        code = self._upload(self._artefact(), "zip").rpartition("/")[2]
        for each in template["Resources"].values():
            if each["Type"] == "AWS::Serverless::Function":
                each["Properties"]["CodeUri"] = f"s3://{BUCKET}/{code}"
            if each["Type"] == "AWS::CloudFormation::Stack":
                nested = yaml.safe_load((self._build / each["Properties"]["TemplateURL"]).read_bytes())
                each["Properties"]["TemplateURL"] = self._upload(
                    _text(adapt_observability(nested)), "template"
                )
        return _text(template)

    def _artefact(self) -> bytes:
        """Zip the artefact; the same files give the same bytes."""
        folder = artefact_folder(self._build)
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for file in sorted(each for each in folder.rglob("*") if each.is_file()):
                archive.writestr(
                    zipfile.ZipInfo(str(file.relative_to(folder))), file.read_bytes(), zipfile.ZIP_DEFLATED
                )
        return zipped.getvalue()

    def _upload(self, content: bytes, ending: str) -> str:
        """Upload under the content's own hash, as `sam package` does, and return the address."""
        key = f"{hashlib.sha256(content).hexdigest()[:32]}.{ending}"
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return f"https://s3.us-east-1.amazonaws.com/{BUCKET}/{key}"

    def _wait(self, describe: Any, status: str) -> None:
        ends = time.monotonic() + WAIT_SECONDS
        while (found := describe())[status].endswith(("_PENDING", "_IN_PROGRESS")):
            if time.monotonic() > ends:
                raise DeploymentError(f"{found[status]} after {WAIT_SECONDS} s")
            time.sleep(0.2)
        if found[status] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            events = self._cloudformation.describe_stack_events(StackName=self._stack)["StackEvents"]
            failed = [
                f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason')}"
                for each in events
                if "FAILED" in each["ResourceStatus"]
            ]
            reason = found.get("StatusReason") or found.get("StackStatusReason")
            raise DeploymentError("\n".join([f"{found[status]}: {reason}", *failed]))


def _text(template: dict[str, Any]) -> bytes:
    return yaml.safe_dump(template, sort_keys=False, width=1000).encode()
