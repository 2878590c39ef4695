"""Read counters by their names: of a day, of a month, and of months rolled up."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions
from lazo.insight.bands import BandCounts, bands_of_scores
from lazo.insight.response_rate import VisitorFigures, visitor_figures
from lazo.survey.nps import SCORES
from lazo.table.dynamodb import counter_names

_SCORES: Final = {counter_names.score(given, suspect=False): given for given in SCORES}
_SUSPECT: Final = frozenset(counter_names.score(given, suspect=True) for given in SCORES)
_OPINIONS: Final = {"t": "complained", "p": "praised", "m": "mentioned"}
_BANDS: Final = {"promoter": "promoters", "passive": "passives", "detractor": "detractors"}


def answer_counts(counted: Mapping[str, int]) -> AnswerCounts:
    """Return what counters (by name, of answers) count."""
    hours, weekdays, touchpoints = _groups(), _groups(), _groups()
    opinions: defaultdict[tuple[str, str], Counter[str]] = _groups()
    signs: dict[str, int] = {}
    suspect_touchpoints: dict[str, int] = {}
    for name, n in counted.items():
        mark, _, rest = name.partition("#")
        of, _, band = rest.rpartition("#")
        if not rest:
            continue
        if mark in _OPINIONS:
            opinions[of, _OPINIONS[mark]][band] += n
        elif mark == "q" and band == "suspect":
            suspect_touchpoints[of] = n
        elif mark == "q":
            touchpoints[of][band] += n
        elif mark == "z":
            signs[rest] = n
        elif mark[0] in "hw":
            (hours if mark[0] == "h" else weekdays)[int(mark[1:])][rest] += n
    themes: defaultdict[str, dict[str, BandCounts]] = defaultdict(dict)
    for (theme, opinion), bands in opinions.items():
        themes[theme][opinion] = _bands(bands)
    return AnswerCounts(
        bands=bands_in(counted),
        themes={theme: ThemeOpinions(**found) for theme, found in themes.items()},
        hours=_by_key(hours),
        weekdays=_by_key(weekdays),
        touchpoints=_by_key(touchpoints),
        suspect=sum(counted.get(name, 0) for name in _SUSPECT),
        signs=signs,
        suspect_touchpoints=suspect_touchpoints,
    )


def bands_in(counted: Mapping[str, Any]) -> BandCounts:
    """Return the answers of a day by band, without suspect ones."""
    return bands_of_scores({given: counted[name] for name, given in _SCORES.items() if name in counted})


def visitor_counts(visitors: Mapping[date, int], answers: Mapping[date, BandCounts]) -> dict[str, int]:
    """Return the counters of the visitors of some days, and of the answers of the same days by band."""
    found = visitor_figures(answers, visitors)
    return {"visitors": found.visitors} | {band: getattr(found.bands, of) for band, of in _BANDS.items()}


def visitor_figures_of(counted: Mapping[str, int]) -> VisitorFigures:
    """Return what the counters of `visitor_counts` count."""
    return VisitorFigures(counted.get("visitors", 0), _bands(counted))


def weekday_counts(counted: Mapping[str, int], weekday: int) -> dict[str, int]:
    """Return the counters of a day's answers by weekday and band."""
    bands = bands_in(counted)
    sizes = {band: getattr(bands, attribute) for band, attribute in _BANDS.items()}
    return {counter_names.weekday_band(weekday, band): n for band, n in sizes.items() if n}


def _groups() -> defaultdict[Any, Counter[str]]:
    return defaultdict(Counter)


def _bands(counted: Mapping[str, int]) -> BandCounts:
    return BandCounts(**{attribute: counted.get(band, 0) for band, attribute in _BANDS.items()})


def _by_key(groups: Mapping[Any, Mapping[str, int]]) -> dict[Any, BandCounts]:
    return {key: _bands(bands) for key, bands in groups.items()}
