"""The link that opens a customer's chat on a manager's own WhatsApp, with a text to begin with.

https://faq.whatsapp.com/5913398998672934: the number in international format, digits alone, and the text URL-encoded.
"""

from urllib.parse import quote

from lazo.phrases.wording_guard import Cleared
from lazo.text.contact_details import is_landline


def whatsapp_link(phone: str | None, text: Cleared) -> str | None:
    """Return the link to the chat with a `phone` in E.164; None without one, and for a landline."""
    if phone is None or is_landline(phone):
        return None
    return f"https://wa.me/{phone.removeprefix('+')}?text={quote(text.text, safe='')}"
