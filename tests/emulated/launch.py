"""Starts ministack or microburst in the emulator's own venv, with this Python and nothing of the project:

    .venv-emulated/bin/python tests/emulated/launch.py ministack CHECKS
    .venv-emulated/bin/python tests/emulated/launch.py microburst --upstream URL --port N

CHECKS is the file that gets one line of JSON for each permission that IAM is asked for: `role`, `action`, `resource`
and `allowed`. ministack's own log names denials alone, and a transaction by its name instead of the actions in it.
The process ends with whoever started it, also when that one is killed.
"""

import hashlib
import json
import os
import signal
import sys
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def end_with_parent() -> None:
    """End this process and those that it started as soon as its parent is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def record_checks(file: Path) -> None:
    """Write down what IAM is asked for by functions; calls with the account's own key are not."""
    from ministack.core import iam_evaluator
    from ministack.core.responses import get_account_id

    enforce = iam_evaluator.enforce
    out = file.open("a", buffering=1, encoding="utf-8")

    def recording(access_key_id: str, iam_action: str, *args: Any, **named: Any) -> Any:
        denied = enforce(access_key_id, iam_action, *args, **named)
        principal = iam_evaluator.resolve_principal(access_key_id or "", get_account_id())
        arn = getattr(principal, "arn", "")
        if ":assumed-role/" in arn:
            resource = named.get("resource_arn", "*")
            check = {"role": arn.split("/")[1], "action": iam_action, "resource": resource}
            out.write(json.dumps({**check, "allowed": denied is None}) + "\n")
        return denied

    iam_evaluator.enforce = recording


def move_cookies() -> None:
    """Hand a request's cookies over where format 2.0 of API Gateway's payload has them; ministack leaves them among the
    headers ("Create AWS Lambda proxy integrations for HTTP APIs", API Gateway Developer Guide)."""
    from ministack.core.lambda_runtime import Worker

    invoke = Worker.invoke

    def with_cookies(self: Worker, event: Any, *args: Any, **named: Any) -> Any:
        if (
            isinstance(event, dict)
            and event.get("version") == "2.0"
            and event.get("headers", {}).get("cookie")
        ):
            cookies = event["headers"]["cookie"].split(";")
            headers = {name: value for name, value in event["headers"].items() if name != "cookie"}
            event = {**event, "headers": headers, "cookies": [each.strip() for each in cookies]}
        return invoke(self, event, *args, **named)

    Worker.invoke = with_cookies


def unpack_once(folder: Path) -> None:
    """Unpack each artefact once instead of at each cold start, and link its files: 5,300 of them for each process of a
    function took seconds, and longer to delete. On AWS no function may write there either."""
    from ministack.core import lambda_runtime

    unpacking = threading.Lock()

    class LinkedZip(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
            digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
            unpacked = folder / digest
            with unpacking:
                if not unpacked.exists():
                    super().extractall(unpacked, members, pwd)
            for entry in unpacked.iterdir():
                (Path(path) / entry.name).symlink_to(entry)

    names = {"ZipFile": LinkedZip, "BadZipFile": zipfile.BadZipFile, "LargeZipFile": zipfile.LargeZipFile}
    lambda_runtime.zipfile = SimpleNamespace(**names)


def main() -> None:
    program, *arguments = sys.argv[1:]
    sys.argv = [program, *arguments]
    end_with_parent()
    if program == "microburst":
        from microburst import models
        from microburst.cli import main as run

        # Both versions of SES are signed for as "ses", which microburst takes for the older one; ours is the other.
        models._SCOPE_ALIASES["ses"] = "sesv2"
        run()
        return
    from ministack import app

    checks = Path(arguments[0])
    record_checks(checks)
    unpack_once(checks.with_name("artefacts"))
    move_cookies()
    sys.argv = [program]
    app.main()


if __name__ == "__main__":
    main()
