"""`lazo redrive`: what failed, back to work."""

from typing import Annotated, Any

import typer

from lazo import clock
from ops import redrive as letters
from ops.command_line import NOT_UNDERSTOOD, Here, Refusal
from ops.redrive import WAYS, Letter


def redrive(
    here: Here,
    stores: Annotated[
        list[str] | None, typer.Argument(help="Only these dead-letter stores, as an alarm names them.")
    ] = None,
    look: Annotated[bool, typer.Option("--look", help="Only look.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Bring back without asking.")] = False,
) -> None:
    """Look at what ended in the dead-letter stores, and bring it back to work.

    First all of it is listed: what it is, since when, and what bringing it back does. Then, if you say so, each is
    brought back and removed. Do that once the reason is mended: what fails again is here again. Coming twice does no
    harm.
    """
    strange = [store for store in stores or () if store not in WAYS]
    if strange:
        raise Refusal(f"{strange[0]}: must be one of {', '.join(WAYS)}", NOT_UNDERSTOOD)
    installation = here.installation
    wanted = [store for store in WAYS if not stores or store in stores]
    found = [letter for store in wanted for letter in letters.look(installation, store)]
    if not here.json:
        here.grid(("store", "since", "what", "brought back"), [_row(letter) for letter in found])
        here.say(f"{len(found)} in {len(wanted)} dead-letter stores.")
    done: list[Letter] = []
    try:
        if found and not look:
            here.sure(f"Bring {len(found)} back to work?", yes)
            for letter in found:
                letters.redrive(installation, letter, clock.now())
                done.append(letter)
    finally:
        for letter in found[len(done) :]:
            letters.release(installation, letter)
    here.show(
        {"found": [_told(letter) for letter in found], "redriven": len(done)},
        people=lambda: here.out.print(f"{len(done)} brought back to work.") if done else None,
    )


def _row(letter: Letter) -> list[object]:
    return [letter.store, f"{letter.since:%Y-%m-%d %H:%M}", letter.what, letter.back]


def _told(letter: Letter) -> dict[str, Any]:
    return {
        "store": letter.store,
        "message_id": letter.message_id,
        "since": letter.since.isoformat(),
        "what": letter.what,
        "back": letter.back,
    }
