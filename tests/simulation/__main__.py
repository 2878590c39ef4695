"""`make simulate`: a fuller month than the tests have, its figures, and its picture in artefacts/."""

import argparse
import gc
import logging
import sys
from pathlib import Path

from tests.simulation import figures, plot, scale
from tests.simulation.end_state import differences
from tests.simulation.lived import lived, lived_again
from tests.simulation.stores import START

ARTEFACTS = Path(__file__).parents[2] / "artefacts"


def main() -> int:
    """The exit code: 1 when a rule was broken, or the two runs came to different ends."""
    given = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    given.add_argument("--answers", type=int, default=200, help="how many customers answer (%(default)s)")
    given.add_argument("--seed", type=int, default=1, help="another month (%(default)s)")
    given.add_argument(
        "--crash", type=float, default=0.005, help="how often a call is a function's last (%(default)s)"
    )
    asked = given.parse_args()
    # A cloud on moto leaves much behind: it is let go in large lots.
    gc.set_threshold(200_000, 20, 50)
    logging.disable(logging.CRITICAL)
    sys.stderr.write(f"Living through the month with {asked.answers} answers...\n")
    with lived(asked.seed, asked.answers, counted=True) as calm:
        said, days = figures.of(calm.month), figures.by_day(calm.month)
        at_scale = "\n".join(scale.report(scale.count(calm)))
    sys.stderr.write("Once more, while functions die and sweeps run twice...\n")
    with lived_again(calm.script, asked.seed, asked.answers, asked.crash) as stormy:
        pass
    differing = differences(calm.state, stormy.state)
    text = f"{figures.report(calm, stormy, differing, said)}\n{at_scale}\n"
    ARTEFACTS.mkdir(exist_ok=True)
    (ARTEFACTS / "simulated-month.txt").write_text(text, encoding="utf-8")
    picture = plot.draw(days, START, f"Follow-ups of {said['stores']} stores in a simulated month")
    (ARTEFACTS / "simulated-month.svg").write_text(picture, encoding="utf-8")
    sys.stdout.write(f"{text}\nWritten to {ARTEFACTS.name}/simulated-month.txt and .svg\n")
    return 1 if calm.problems or stormy.problems or differing else 0


sys.exit(main())
