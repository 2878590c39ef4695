"""Styles and scripts of the survey's pages, which stand in them, and the logo of the brand, which does not."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from collect.touchpoints import SurveyTouchpoint
from lazo.store.brand_look import BrandLook
from lazo.web.pages import compact_script, compact_style
from lazo.web.responses import Response
from lazo.web.security_headers import content_security_policy, hash_source

STATIC: Final = Path(__file__).parent / "static"
_STYLES: Final = {"survey.html.j2": "survey", "thanks.html.j2": "survey", "thanks_part.html.j2": "survey"}
"""The styles of a template, where it needs no other."""
LOGO_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def of_page(template: str, look: BrandLook) -> tuple[str, str, str, str, str]:
    """Return the style of a template with the brand's colours, the script, style and script of the thanks, which are
    loaded once they are needed, and the policy that allows all four."""
    return _assets(_STYLES.get(template, "survey message"), look.style)


def logo(place: SurveyTouchpoint, known: str) -> Response:
    """Return the logo of the touchpoint's brand, 304 if the reader has it (`known`: If-None-Match), 404 without one.
    Its address changes with it."""
    look = place.look
    if not look.logo:
        return Response(404)
    tag = f'"{look.logo_id}"'
    kept = {"cache-control": "public, max-age=31536000, immutable", "etag": tag}
    if tag in known:
        return Response(304, headers=kept)
    # A browser that shows an SVG by itself runs nothing in it either.
    shown = {"content-type": look.logo_type, "content-security-policy": LOGO_POLICY}
    return Response(200, headers={**shown, **kept}, binary=look.logo)


@lru_cache(maxsize=64)
def _assets(styles: str, own: str) -> tuple[str, str, str, str, str]:
    """Return what `of_page` does, for these styles and the brand's `own`."""
    css, thanks_css = (
        "".join(compact_style((STATIC / f"{name}.css").read_text()) for name in each.split()) + brand
        for each, brand in ((styles, own), ("thanks", ""))
    )
    js, thanks_js = (compact_script((STATIC / f"{name}.js").read_text()) for name in ("survey", "thanks"))
    policy = content_security_policy(
        script=f"{hash_source(js)} {hash_source(thanks_js)}",
        style=f"{hash_source(css)} {hash_source(thanks_css)}",
        img="'self' data:",
        connect="'self'",
    )
    return css, js, thanks_css, thanks_js, policy
