"""`lazo keys`: what signs links, forms and sessions."""

from typing import Annotated

import typer

from lazo import clock
from ops import key_rotation
from ops.command_line import Here, command

app = typer.Typer(no_args_is_help=True, help="The key that signs links, forms and sessions.")

SECRET = "LinkKey"  # noqa: S105 - a name of the template


@command(app)
def show(here: Here) -> None:
    """Show since when the key signs, and what rotating it now would end."""
    client = here.installation.client("secretsmanager")
    found = key_rotation.standing(client, here.installation.resources[SECRET])
    ends = found.ends_before(clock.now())
    here.show(
        {"since": found.since.isoformat(), "rotating_ends_links_before": ends and ends.isoformat()},
        people=lambda: here.out.print(
            f"It signs since {found.since:%Y-%m-%d %H:%M} UTC. "
            + (
                "Rotating it now would end links from before that day."
                if ends
                else "Rotating it now ends no link."
            )
        ),
    )


@command(app)
def rotate(
    here: Here,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Rotate without asking.")] = False,
) -> None:
    """Have a new key sign links, forms and sessions. The key before it still verifies, so links go on working.

    The key before that one ends: links, sessions and forms that it signed open nothing any more. Rotating twice in a
    row is therefore how to end all links at once. Functions take up to five minutes to sign with the new key. The key
    that names customers (CustomerKey) is never rotated: it would cut them off from their history.
    """
    client = here.installation.client("secretsmanager")
    secret_id = here.installation.resources[SECRET]
    found = key_rotation.standing(client, secret_id)
    ends = found.ends_before(clock.now())
    if ends:
        here.say(f"Links from before {ends:%Y-%m-%d %H:%M} UTC will end.", style="bold yellow")
    here.sure("Rotate the key?", yes)
    version = key_rotation.rotate(client, secret_id)
    here.show(
        {"version": version, "ended_links_before": ends and ends.isoformat()},
        people=lambda: here.out.print(
            "A new key signs, within five minutes; the one before it still verifies."
        ),
    )
