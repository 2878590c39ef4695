"""`lazo redrive`: brings the messages of the dead-letter queues back to work."""

from typing import Annotated, Any

import typer

from lazo import clock
from ops.command_line import EXIT_USAGE, CommandContext, CommandError
from ops.dead_letters import REDRIVES, DeadLetter, receive_letters, redrive_letter, release_letter


def redrive(
    context: CommandContext,
    queues: Annotated[
        list[str] | None, typer.Argument(help="Only these dead-letter queues, as an alarm names them.")
    ] = None,
    look: Annotated[bool, typer.Option("--look", help="Only look.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Bring back without asking.")] = False,
) -> None:
    """Look at what ended in the dead-letter queues, and bring it back to work.

    First all of it is listed: what it is, since when, and what bringing it back does. Then, if you say so, each is
    brought back and removed. Do that once the reason is mended: what fails again is here again. Coming twice does no
    harm.
    """
    unknown = [queue for queue in queues or () if queue not in REDRIVES]
    if unknown:
        raise CommandError(f"{unknown[0]}: must be one of {', '.join(REDRIVES)}", EXIT_USAGE)
    installation = context.installation
    selected = [queue for queue in REDRIVES if not queues or queue in queues]
    found = [letter for queue in selected for letter in receive_letters(installation, queue)]
    if not context.json:
        context.print_table(("queue", "since", "what", "brought back"), [_row(letter) for letter in found])
        context.print_message(f"{len(found)} in {len(selected)} dead-letter queues.")
    done: list[DeadLetter] = []
    try:
        if found and not look:
            context.confirm(f"Bring {len(found)} back to work?", yes)
            for letter in found:
                redrive_letter(installation, letter, clock.now())
                done.append(letter)
    finally:
        for letter in found[len(done) :]:
            release_letter(installation, letter)
    context.print_result(
        {"found": [_as_json(letter) for letter in found], "redriven": len(done)},
        as_text=lambda: context.out.print(f"{len(done)} brought back to work.") if done else None,
    )


def _row(letter: DeadLetter) -> list[object]:
    return [letter.queue, f"{letter.sent_at:%Y-%m-%d %H:%M}", letter.description, letter.effect]


def _as_json(letter: DeadLetter) -> dict[str, Any]:
    return {
        "store": letter.queue,
        "message_id": letter.message_id,
        "since": letter.sent_at.isoformat(),
        "what": letter.description,
        "back": letter.effect,
    }
