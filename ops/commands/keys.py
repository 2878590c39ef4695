"""`lazo keys`: the key that signs links, forms and sessions, and its rotation."""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from lazo import clock
from lazo.auth.links import CUSTOMER_LINK_VALID_FOR
from ops.command_line import Command, CommandContext

app = typer.Typer(no_args_is_help=True, help="The key that signs links, forms and sessions.")

SECRET: Final = "LinkKey"  # noqa: S105 - a name of the template
KEY_LENGTH: Final = 64
"""Letters and digits, as template.yaml has the first key generated."""
_ALPHABET: Final = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class KeyAge:
    """When the signing key was made, and whether a previous key still verifies, which the next rotation ends."""

    since: datetime
    has_previous: bool

    def ends_links_before(self, now: datetime) -> datetime | None:
        """A rotation at `now` ends the valid links that were made before this instant; None when it ends no link."""
        return self.since if self.has_previous and now - self.since < CUSTOMER_LINK_VALID_FOR else None


@app.command(cls=Command)
def show(context: CommandContext) -> None:
    """Show since when the key signs, and what rotating it now would end."""
    found = _key_age(context.installation.client("secretsmanager"), context.installation.resources[SECRET])
    ends = found.ends_links_before(clock.now())
    context.print_result(
        {"since": found.since.isoformat(), "rotating_ends_links_before": ends and ends.isoformat()},
        as_text=lambda: context.out.print(
            f"It signs since {found.since:%Y-%m-%d %H:%M} UTC. "
            + (
                "Rotating it now would end links from before that day."
                if ends
                else "Rotating it now ends no link."
            )
        ),
    )


@app.command(cls=Command)
def rotate(
    context: CommandContext,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Rotate without asking.")] = False,
) -> None:
    """Have a new key sign links, forms and sessions. The key before it still verifies, so links go on working.

    The key before that one ends: links, sessions and forms that it signed open nothing any more. Rotating twice in a
    row is therefore how to end all links at once. Functions take up to five minutes to sign with the new key. The key
    that names customers (CustomerKey) is never rotated: it would cut them off from their history.
    """
    client = context.installation.client("secretsmanager")
    secret_id = context.installation.resources[SECRET]
    ends = _key_age(client, secret_id).ends_links_before(clock.now())
    if ends:
        context.print_message(f"Links from before {ends:%Y-%m-%d %H:%M} UTC will end.", style="bold yellow")
    context.confirm("Rotate the key?", yes)
    value = "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))
    version = client.put_secret_value(SecretId=secret_id, SecretString=value)["VersionId"]
    context.print_result(
        {"version": version, "ended_links_before": ends and ends.isoformat()},
        as_text=lambda: context.out.print(
            "A new key signs, within five minutes; the one before it still verifies."
        ),
    )


def _key_age(client: Any, secret_id: str) -> KeyAge:
    """Read the versions of the secret. `client`: boto3's `secretsmanager`."""
    versions = client.list_secret_version_ids(SecretId=secret_id)["Versions"]
    by_stage = {stage: version for version in versions for stage in version.get("VersionStages", ())}
    return KeyAge(by_stage["AWSCURRENT"]["CreatedDate"], "AWSPREVIOUS" in by_stage)
