"""The text for a newsletter: what was improved in a period, in Markdown and in HTML, to be sent with other means."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final, Literal, get_args

from lazo.insight.improvements import Improvement
from lazo.insight.publication import ClearedImprovement, cleared_improvement
from lazo.translations import translations

NewsletterFormat = Literal["md", "html"]
FORMATS: Final[tuple[NewsletterFormat, ...]] = get_args(NewsletterFormat)
MEDIA_TYPES: Final[Mapping[NewsletterFormat, str]] = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}

_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LINE_START: Final = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def newsletter(
    shape: NewsletterFormat,
    improvements: Iterable[Improvement],
    language: str,
    brand: str,
    store_names: Mapping[str, str],
) -> str:
    """Return the text of these published improvements of a `brand`, in their order, in a language; each in the stores'
    own where it was not written in that. `store_names`: names of stores by id; others are not named. What the wording
    guard does not let pass is left out."""
    named = (brand, *store_names.values())
    entries = [
        (cleared, [store_names[each] for each in improvement.store_ids if each in store_names])
        for improvement in improvements
        if improvement.published_at and (cleared := cleared_improvement(improvement, (language,), named))
    ]
    write = _markdown if shape == "md" else _html
    return write(entries, language, brand)


_Entries = Sequence[tuple[ClearedImprovement, list[str]]]


def _markdown(entries: _Entries, language: str, brand: str) -> str:
    texts = translations("changes_page", language)
    letter = texts["newsletter"]
    lines = [
        f"# {_plain(letter['title'].format(brand=brand))}",
        letter["lead"] if entries else letter["none"],
    ]
    for each, stores in entries:
        lines.append(f"## {texts['themes'][each.theme]}")
        if stores:
            lines.append(f"*{_plain(letter['where'].format(shops=', '.join(stores)))}*")
        lines.append(f"**{texts['said']}:** {_plain(each.said.text)}")
        lines.append(f"**{texts['did']}:** {_plain(each.done.text)}")
    return "\n\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is (CommonMark 0.31, 2.4), with its line breaks."""
    marked = _LINE_START.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text))
    # A backslash before a digit is shown, one before its full stop is not.
    numbered = re.sub(r"^(\s*)\\(\d+)([.)])", r"\1\2\\\3", marked, flags=re.MULTILINE)
    return re.sub(r"\n+", "\\\n", numbered.strip())


def _html(entries: _Entries, language: str, brand: str) -> str:
    texts = translations("changes_page", language)
    letter = texts["newsletter"]
    lines = [
        f'<section lang="{language}">',
        f"<h1>{escape(letter['title'].format(brand=brand))}</h1>",
        f"<p>{escape(letter['lead'] if entries else letter['none'])}</p>",
    ]
    for each, stores in entries:
        lines.append(f"<h2>{escape(texts['themes'][each.theme])}</h2>")
        if stores:
            lines.append(f"<p><em>{escape(letter['where'].format(shops=', '.join(stores)))}</em></p>")
        own = "" if each.language == language else f' lang="{each.language}"'
        for label, said in ((texts["said"], each.said.text), (texts["did"], each.done.text)):
            shown = escape(said).replace("\n", "<br>")
            lines.append(f"<p><strong>{escape(label)}:</strong> <span{own}>{shown}</span></p>")
    return "\n".join([*lines, "</section>"]) + "\n"
