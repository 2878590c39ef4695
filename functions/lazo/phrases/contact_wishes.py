"""Tell from a comment that its writer asks to be contacted."""

from lazo.phrases.theme_rules import FOLDER
from lazo.phrases.themes import language_of_text
from lazo.phrases.wish_rules import finds_wish

PATH = FOLDER / "contact_wishes.toml"


def asks_for_contact(text: str, language: str) -> bool:
    """Return whether the writer asks to be called or written to: "llámenme", not "no me llamen" or "me llamaron".

    `language` is the answer's ("pt-BR" counts as "pt"); the text is read in its own, as for themes.
    """
    return finds_wish(PATH, text, [language_of_text(text, language)])
