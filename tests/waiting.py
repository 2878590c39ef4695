"""Calls of AWS that fail are repeated at once in tests, whichever client makes them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

from lazo.table.dynamodb.table import Table

UNHURRIED = SimpleNamespace(**{**vars(time), "sleep": lambda _seconds: None})


@contextmanager
def no_waiting() -> Iterator[None]:
    """Keep botocore, the client without it and the table from waiting before they try again."""
    defaults = Table.__init__.__kwdefaults__
    assert defaults, "the table takes its pause by keyword"
    with (
        mock.patch("botocore.endpoint.time", UNHURRIED),
        mock.patch("lazo.runtime.aws_json.time", UNHURRIED),
        mock.patch.dict(defaults, pause=UNHURRIED.sleep),
    ):
        yield
