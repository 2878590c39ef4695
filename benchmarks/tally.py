"""Counts what was found against what is labelled."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """How many labels were found (`right`), missed, and found without a label (`wrong`)."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    def add(self, labelled: Collection[str], found: Collection[str]) -> None:
        """Count the labels of one text, each id once."""
        wanted, got = set(labelled), set(found)
        self.right += len(wanted & got)
        self.missed += len(wanted - got)
        self.wrong += len(got - wanted)

    @property
    def precision(self) -> float | None:
        """Percent of what was found that is labelled; None if nothing was found."""
        found = self.right + self.wrong
        return 100 * self.right / found if found else None

    @property
    def recall(self) -> float | None:
        """Percent of the labels that were found; None if there is none."""
        labels = self.right + self.missed
        return 100 * self.right / labels if labels else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both: 2 right / (2 right + missed + wrong), in percent; None without any."""
        both = 2 * self.right + self.missed + self.wrong
        return 200 * self.right / both if both else None


def table(head: str, parts: Sequence[str], rows: Iterable[tuple[str, Sequence[Tally]]]) -> str:
    """Return a Markdown table: for each of the `parts` labels, precision, recall and F1 of a row's tally. Rows without
    labels and finds are left out."""
    names = ("labels", "precision", "recall", "F1")
    titles = [f"{part}: {name}" if name == names[0] else name for part in parts for name in names]
    lines = [f"| {' | '.join([head, *titles])} |", f"|---|{'--:|' * len(titles)}"]
    for name, tallies in rows:
        if any(tally.right + tally.missed + tally.wrong for tally in tallies):
            cells = [cell for tally in tallies for cell in _cells(tally)]
            lines.append(f"| {' | '.join([name, *cells])} |")
    return "\n".join(lines)


def _cells(tally: Tally) -> list[str]:
    figures = (tally.precision, tally.recall, tally.f1)
    return [
        str(tally.right + tally.missed),
        *("–" if figure is None else f"{figure:.0f}" for figure in figures),
    ]
