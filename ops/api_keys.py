"""Keys for systems that post customer events: made, listed, retired.

`python -m ops.api_keys --table NAME make SYSTEM | list | retire KEY_ID`, with functions on PYTHONPATH and the rights of
whoever runs it. A key is printed once, when it is made; the table keeps its hash.
"""

import argparse
import base64
import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import boto3

from lazo import clock
from lazo.customer_event import OWN
from lazo.table import api_keys
from lazo.table.api_keys import ApiKey
from lazo.table.dynamo import Table

PREFIX: Final = "lazo_"
"""By it a key is recognised where it should not be, in a log or a repository."""
RANDOM_BYTES: Final = 32
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def make(table: Table, name: str, now: datetime, entropy: Callable[[int], bytes]) -> str:
    """A new key for the system `name`, whose hash now stands in the table; ValueError for a name that will not do."""
    if not NAME.fullmatch(name) or name == OWN:
        raise ValueError(
            f"{name!r}: a name has 1 to 40 of a-z, 0-9 and -, begins with no -, and is not {OWN!r}"
        )
    secret = PREFIX + base64.urlsafe_b64encode(entropy(RANDOM_BYTES)).rstrip(b"=").decode()
    api_keys.put(table, ApiKey(api_keys.digest_of(secret), name, True, now))
    return secret


def retire(table: Table, key_id: str) -> ApiKey:
    """Retire the key that a list shows under `key_id`; LookupError when there is none. A copy of the function that has
    just read it goes on taking it for up to a minute."""
    found = [key for key in api_keys.every(table) if key.key_id == key_id]
    if not found or not api_keys.retire(table, found[0].digest):
        raise LookupError(f"there is no key {key_id}")
    return found[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0, or 1 when it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m ops.api_keys", description=__doc__)
    parser.add_argument("--table", required=True, help="the stack's output TableName")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make", help="make a key").add_argument("name", help="of the system that uses it")
    commands.add_parser("list", help="list the keys")
    commands.add_parser("retire", help="retire a key").add_argument("key_id", help="as in the list")
    asked = parser.parse_args(arguments)
    table = Table(boto3.client("dynamodb"), asked.table)
    try:
        for line in _done(asked, table):
            sys.stdout.write(f"{line}\n")
    except (ValueError, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _done(asked: argparse.Namespace, table: Table) -> list[str]:
    if asked.command == "make":
        return [make(table, asked.name, clock.now(), os.urandom), "It is shown only now. Keep it safe."]
    if asked.command == "retire":
        return [f"{retire(table, asked.key_id).name}: retired, within a minute"]
    return [
        f"{key.key_id}  {key.created_at:%Y-%m-%d}  {'active ' if key.active else 'retired'}  {key.name}"
        for key in api_keys.every(table)
    ]


if __name__ == "__main__":
    sys.exit(main())
