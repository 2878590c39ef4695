"""Find themes, urgency, an intent to leave and competitors in a customer's comment.

The rules are phrases in data/themes/{es,en,pt}.toml, which operators may edit (docs/themes.md).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lazo.phrases.matching import Hit, tokens, without_enye, without_excused
from lazo.phrases.theme_opinions import NEGATION_REACH, Band, free_negators, read_opinions
from lazo.phrases.theme_rules import (
    THEMES,
    URGENCY,
    ThemeRules,
    load_theme_rules,
    typical_words,
)
from lazo.translations import LANGUAGES

LEAVING = "leaving"

_SIGNAL_TEXT = ("urgency", "leaving", "unless", "not_negators")

# A comment is in another language than its page if it has this many more words that are typical of that one.
CLEAR_LEAD = 2


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of `assess_comment`.

    themes: ids of THEMES that the customer complains about
    urgency: ids of URGENCY, in the order of URGENCY
    leaving: the customer says that they will not come back
    competitors: names as configured, in the order given
    praised, mentioned: ids of THEMES that the customer praises, or names without an opinion. A theme is in one of the
    three at most, all in the order of THEMES: a complaint outranks praise, and praise a mention.
    """

    themes: tuple[str, ...]
    urgency: tuple[str, ...]
    leaving: bool
    competitors: tuple[str, ...]
    praised: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    rule_problems: tuple[str, ...] = ()
    """Mistakes in the rule file, because of which something may not have been found."""


def assess_comment(
    comment: str,
    reasons: Iterable[str],
    language: str,
    competitors: Iterable[str] = (),
    *,
    band: Band | None = None,
) -> Findings:
    """Return themes, urgency, leaving and competitors of an answer.

    `reasons` are the theme ids that the customer ticked: what a promoter liked, what others complain about, whatever
    the comment says. Unknown ids are left out, so that answers from before an id was renamed stay readable. `language`
    is the answer's ("pt-BR" counts as "pt"). The comment is read by the rules of its own language alone, because of
    false friends ("legal" is fine in Portuguese, "barata" a cockroach): `language_of_text`. `band` of the answer's
    score, None where there is none: see `theme_opinions.read_opinions`.
    """
    found = tokens(comment)
    rules = load_theme_rules(_language_of_tokens(found, language))
    return _assess(rules, found, reasons, competitors, band)


def assess_by_rules(
    rules: ThemeRules, comment: str, reasons: Iterable[str], competitors: Iterable[str], band: Band | None
) -> Findings:
    """Return what these rules find in an answer; the arguments are those of `assess_comment`."""
    return _assess(rules, tokens(comment), reasons, competitors, band)


def _assess(
    rules: ThemeRules,
    found: Sequence[str],
    reasons: Iterable[str],
    competitors: Iterable[str],
    band: Band | None,
) -> Findings:
    words = rules.phrasebook.expand_shorthand(found)
    hits = without_excused(rules.phrasebook.find(words))
    signals = _signals(hits)
    read = read_opinions(hits, words, band)
    liked = band == "promoter"
    complained = set(read.complained) | {rules.implied[each] for each in signals & rules.implied.keys()}
    complained |= set() if liked else set(reasons)
    praised = (read.praised | (set(reasons) if liked else set())) - complained
    return Findings(
        themes=_in_order(complained),
        urgency=tuple(each for each in URGENCY if each in signals),
        leaving=LEAVING in signals,
        competitors=_competitors_in(found, competitors),
        praised=_in_order(praised),
        mentioned=_in_order(read.mentioned - complained - praised),
        rule_problems=rules.problems,
    )


def _in_order(found: Collection[str]) -> tuple[str, ...]:
    return tuple(theme for theme in THEMES if theme in found)


def language_of_text(text: str, language: str) -> str:
    """Return the language of LANGUAGES that a comment is written in: the answer's `language`, unless the words of the
    text are clearly of another one."""
    return _language_of_tokens(tokens(text), language)


def _language_of_tokens(found: Sequence[str], language: str) -> str:
    base = language.lower().replace("_", "-").split("-")[0]
    score = {each: sum(map(typical.matches, found)) for each, typical in typical_words().items()}
    own = score.get(base)
    likeliest = max(LANGUAGES, key=score.__getitem__)
    if own is None or score[likeliest] >= own + (CLEAR_LEAD if own else 1):
        return likeliest
    return base


def _signals(hits: Sequence[Hit]) -> set[str]:
    """Return ids of URGENCY, and LEAVING. A danger is denied only by a negator right before it, or with nothing but
    links between ("nunca me he intoxicado"): a missed danger is worse than a false alarm."""
    negators = free_negators(hits, _SIGNAL_TEXT)
    links = {at for hit in hits if hit.kind == "links" for at in hit.positions}
    harmless = {at for hit in hits if hit.kind == "harmless" for at in hit.positions}
    dangers = [hit for hit in hits if hit.kind == "urgency" and harmless.isdisjoint(hit.positions)]
    # What a denied danger consists of is denied too: the "poisoning" of "no food poisoning".
    denied = {(d.subject, at) for d in dangers if _is_denied(d, negators, links) for at in d.positions}
    signals = {d.subject for d in dangers if not denied.issuperset((d.subject, at) for at in d.positions)}
    if "allergic_reaction" in signals:
        signals.discard("allergy")  # it means one without harm
    return signals | {LEAVING for hit in hits if hit.kind == "leaving"}


def _is_denied(hit: Hit, negators: set[int], links: set[int]) -> bool:
    for before in range(hit.start - 1, hit.start - 2 - NEGATION_REACH, -1):
        if before in negators:
            return True
        if before not in links:
            return False
    return False


def _competitors_in(found: Sequence[str], competitors: Iterable[str]) -> tuple[str, ...]:
    """Return the competitors whose names are in the text as whole words; marks between the words do not matter."""
    text = " ".join(["", *_without_marks(found), ""])
    named = []
    for name in dict.fromkeys(competitors):
        words = _without_marks(tokens(name))
        if words and " ".join(["", *words, ""]) in text:
            named.append(name)
    return tuple(named)


def _without_marks(found: Iterable[str]) -> list[str]:
    return [without_enye(token) for token in found if token[:1].isalnum()]
