"""The weekly digest: what its reader is told of a week, in one line each, and the subject that says what matters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lazo.insight.response_rate import ResponseRate
from lazo.insight.rising_themes import ThemeCounts
from lazo.insight.score import ScoreFigure, score_figure
from lazo.insight.statements import (
    Statement,
    describe,
    meaning_statement,
    not_counted_statements,
    response_statement,
    score_statement,
    theme_statement,
)
from lazo.insight.week_figures import OpenCases, WeekFigures
from lazo.insight.weeks import Week
from lazo.rounding import rounded

CATALOG: Final = "digest"


@dataclass(frozen=True, slots=True)
class WeekNotes:
    """What else is known of a week: themes that rise beyond chance, each with the name of its store ("" where the
    digest is of one), and how many visitors answered (None: unknown)."""

    rising: tuple[tuple[str, ThemeCounts], ...] = ()
    response: ResponseRate | None = None


@dataclass(frozen=True, slots=True)
class WeekDigest:
    """A week of `stores` (how many), and the cases that are open now. Of `missing` stores there are no figures; as many
    as are `not_begun` did not ask their customers yet."""

    week: Week
    figures: WeekFigures
    open: OpenCases
    stores: int = 1
    missing: int = 0
    not_begun: int = 0
    notes: WeekNotes = WeekNotes()

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell."""
        heard = self.figures.bands.n or self.figures.suspect
        done = self.figures.solved or self.figures.promises.judged
        return not (heard or done or self.open.n or self.notes.rising or self.missing or self.not_begun)

    @property
    def is_before_all(self) -> bool:
        """Whether none of the stores asked its customers yet."""
        return 0 < self.stores == self.not_begun

    @property
    def score(self) -> ScoreFigure:
        """The score of the week's answers."""
        return score_figure(self.figures.bands, {"suspect": self.figures.suspect})


@dataclass(frozen=True, slots=True)
class DigestLines:
    """What a digest says, a sentence each, in its reader's language."""

    heard: tuple[str, ...]
    done: tuple[str, ...]
    open: tuple[str, ...]
    rising: tuple[str, ...]


def digest_lines(
    digest: WeekDigest, language: str, tell: Callable[[Statement, str, str], str] = describe
) -> DigestLines:
    """Return the sentences of a digest, as `tell` puts a statement in the words of a language and catalog. Those of a
    quiet week are the one that says so, in `heard`. Where all figures are missing, or no store asked its customers yet,
    nothing is said of what happened."""

    def said(statements: Iterator[Statement]) -> tuple[str, ...]:
        return tuple(tell(each, language, CATALOG) for each in statements)

    if digest.is_quiet:
        return DigestLines(said(iter([Statement("quiet.week", {})])), (), (), ())
    if digest.missing + digest.not_begun == digest.stores:
        return DigestLines(said(_missing(digest)), (), said(_open(digest.open)), ())
    score = digest.score
    meaning = [meaning_statement(score)] if meaning_statement(score) else []
    known = [*filter(None, meaning), *not_counted_statements(score)]
    if digest.notes.response:
        known.append(response_statement(digest.notes.response))
    return DigestLines(
        heard=(
            *said(_heard(digest)),
            *(tell(each, language, "insight") for each in known),
            *said(_missing(digest)),
        ),
        done=said(_done(digest)),
        open=said(_open(digest.open)),
        rising=tuple(
            (f"{place}: " if place else "") + tell(theme_statement(counts), language, "insight")
            for place, counts in digest.notes.rising
        ),
    )


def digest_subject(digest: WeekDigest, place: str, days: str, language: str) -> str:
    """Return the subject: the gravest that there is to say of `place` (the store's name, or how many stores), and the
    week as the reader writes its `days`."""
    statement = _subject(digest)
    values = {**statement.values, "place": place, "days": days}
    return describe(Statement(f"subject.{statement.code}", values), language, CATALOG)


def place_name(digest: WeekDigest, store_name: str, language: str) -> str:
    """Return the name of the one store, or how many there are."""
    if digest.stores == 1:
        return store_name
    return describe(Statement("place.stores", {"n": digest.stores}), language, CATALOG)


def _subject(digest: WeekDigest) -> Statement:
    figures, score = digest.figures, digest.score
    if digest.open.unattended:
        more = "_more" if digest.open.more_unattended else ""
        return Statement(f"unattended{more}", {"n": digest.open.unattended})
    if digest.is_quiet:
        return Statement("quiet", {})
    if score.is_enough and score.score is not None:
        return Statement("score", {"score": rounded(score.score), "n": score.n})
    if figures.bands.n:
        return Statement("heard", {"n": figures.bands.n})
    if digest.open.n:
        return Statement("open", {"n": digest.open.n})
    return Statement("solved", {"n": figures.solved}) if figures.solved else Statement("week", {})


def _heard(digest: WeekDigest) -> Iterator[Statement]:
    bands = digest.figures.bands
    yield score_statement(digest.score)
    if bands.n:
        yield Statement(
            "bands.some",
            {"promoters": bands.promoters, "passives": bands.passives, "detractors": bands.detractors},
        )


def _missing(digest: WeekDigest) -> Iterator[Statement]:
    if digest.missing:
        yield Statement("missing.stores", {"n": digest.missing})
    if digest.is_before_all:
        yield Statement("not_begun.every", {"n": digest.not_begun})
    elif digest.not_begun:
        yield Statement("not_begun.stores", {"n": digest.not_begun})


def _done(digest: WeekDigest) -> Iterator[Statement]:
    promises = digest.figures.promises
    yield Statement("solved.some" if digest.figures.solved else "solved.none", {"n": digest.figures.solved})
    if promises.judged:
        ended = {"kept": promises.kept, "late": promises.late, "broken": promises.broken}
        yield Statement("promises.ended", {"n": promises.judged, **ended})


def _open(cases: OpenCases) -> Iterator[Statement]:
    if not cases.n:
        yield Statement("open.none", {})
        return
    yield Statement("open.some" if cases.every else "open.more", {"n": cases.n})
    if cases.unattended:
        more = "_more" if cases.more_unattended else ""
        yield Statement(f"open.unattended{more}", {"n": cases.unattended})
    if cases.overdue and cases.every:
        yield Statement("open.overdue", {"n": cases.overdue})
    if cases.to_confirm and cases.every:
        yield Statement("open.to_confirm", {"n": cases.to_confirm})
