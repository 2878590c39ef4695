"""What a log may say of a failure: where and of what kind, never the message, which can quote a customer."""

import traceback
from pathlib import Path

from botocore.exceptions import ClientError


def facts(error: BaseException) -> dict[str, str]:
    """`error` (its class), `where` (file:line of the last frames, ours first) and, from AWS, `code`."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    found = {
        "error": type(error).__name__,
        "where": " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames)),
    }
    if isinstance(error, ClientError):
        found["code"] = error.response.get("Error", {}).get("Code", "")
    return found
