"""Write the e-mail that stands for several messages to one person: a line and a link for each case."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from lazo.survey.doubts import describe_doubts
from lazo.text.cleaning import one_line
from lazo.text.links import defang
from lazo.translations import translations
from notify.alert_email import headline
from notify.alert_facts import Alert
from notify.rendering import Email, render_email, render_line

CASES_AT_MOST: Final = 20
"""How many cases a bundle lists; the others are on the board."""
STORES_NAMED: Final = 3
_EXCERPT: Final = 140


def build_bundle_email(alerts: Sequence[Alert], total: int, stores: Sequence[str], board: str) -> Email:
    """Return the e-mail about `total` follow-ups of `stores`, of which it lists those of the given alerts; alerts of
    one follow-up stand together. `board`: the link to the board."""
    first = alerts[0]
    text = first.text["email"]
    shop = ", ".join(stores) if len(stores) <= STORES_NAMED else first.store.brand
    facts = {"shop": shop, "count": total}
    cases = [[*group] for _, group in groupby(alerts, key=lambda each: each.followup.followup_id)]
    left = total - len(cases)
    values = {
        "language": first.contact.language,
        "subject": render_line(text["bundle"]["subject"], facts),
        "shop": shop,
        "lead": text["bundle"]["lead"],
        "cases": [_case(group) for group in cases],
        "more": render_line(text["bundle"]["more"], {"count": left}) if left else "",
        "button": text["button"],
        "board": board,
        "to_board": text["bundle"]["button"],
        "why_you": render_line(text["why_you"], facts),
    }
    return render_email("bundle", first.store.brand, values)


def _case(alerts: Sequence[Alert]) -> dict[str, Any]:
    """Return what is said of one case: what each message that it would have been is about."""
    first = alerts[0]
    language = first.contact.language
    comment = one_line(first.answer.comment) if first.answer else ""
    answered = render_line(
        translations("alerts", language)["email"]["bundle"]["answered"],
        dict(zip(("time", "day"), first.local_moment(first.followup.answered_at), strict=True)),
    )
    return {
        "lines": list(dict.fromkeys(headline(each) for each in alerts)),
        "answered": answered if first.answer else "",
        "comment": defang(comment if len(comment) <= _EXCERPT else comment[: _EXCERPT - 1] + "…"),
        "doubt": describe_doubts(first.followup.doubts, language),
        "link": first.link,
    }
