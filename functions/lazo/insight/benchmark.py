"""A score of the industry that the operator enters: a line in a chart, in no figure of ours."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A published score (-100 to 100), who published it, and of when it is. Raises ValueError for another score or
    without a source."""

    score: float
    source: str
    on: date

    def __post_init__(self) -> None:
        if not -100 <= self.score <= 100:
            raise ValueError(f"score {self.score} is outside -100 to 100")
        if not self.source.strip():
            raise ValueError("a benchmark needs its source")
