"""`lazo brand`: the colour and logo of a brand on the pages that customers open."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from lazo.store.brand_look import DARK_PAPER, LIGHT_PAPER, PLAIN, BrandLook, contrast, parse_colour, shades_of
from lazo.table import brand_looks
from lazo.table import stores as store_table
from ops.brand_logo import read_brand_logo
from ops.command_line import EXIT_USAGE, Command, CommandContext, CommandError

app = typer.Typer(no_args_is_help=True, help="Brands: colour and logo on the pages that customers open.")

Brand = Annotated[str, typer.Argument(help="The brand, as the stores have it.")]


@app.command("set", cls=Command)
def set_(
    context: CommandContext,
    brand: Brand,
    colour: Annotated[
        str | None, typer.Option(help="The colour of buttons and links: #0a5 or #00aa55.")
    ] = None,
    logo: Annotated[Path | None, typer.Option(help="An SVG, PNG or JPEG; shown 40 pixels high.")] = None,
) -> None:
    """Set the colour, the logo, or both; what is not named stays. Pages show it within a minute.

    A colour that is hard to read is made darker on light pages and lighter on dark ones. An SVG may hold no script and
    nothing from outside.
    """
    if colour is None and logo is None:
        raise CommandError("Nothing to set: give --colour, --logo or both.", EXIT_USAGE)
    table = context.installation.table
    require_brand(context, brand)
    look = brand_looks.get_look(table, brand)
    try:
        if colour is not None:
            look = replace(look, colour=parse_colour(colour))
        if logo is not None:
            data, kind, width, height = read_brand_logo(logo)
            look = replace(look, logo=data, logo_type=kind, width=width, height=height)
    except ValueError as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    brand_looks.put_look(table, brand, look)
    _print(context, brand, look)


@app.command(cls=Command)
def show(context: CommandContext, brand: Brand) -> None:
    """Show the look of a brand, and how readable its colours are."""
    require_brand(context, brand)
    _print(context, brand, brand_looks.get_look(context.installation.table, brand))


@app.command(cls=Command)
def clear(context: CommandContext, brand: Brand) -> None:
    """Remove colour and logo: pages look as they did without."""
    brand_looks.clear_look(context.installation.table, brand)
    _print(context, brand, PLAIN)


def require_brand(context: CommandContext, brand: str) -> None:
    """Raise CommandError, with the brands that there are, if no store has this one."""
    table = context.installation.table
    found = store_table.imported_settings(table, store_table.every_store_id(table))
    brands = sorted({str(each["brand"]) for each in found.values()})
    if brand not in brands:
        raise CommandError(f"No store has the brand {brand!r}; there are: {', '.join(brands) or 'none'}.")


def _print(context: CommandContext, brand: str, look: BrandLook) -> None:
    result: dict[str, Any] = {"brand": brand, "colour": look.colour, "logo_bytes": len(look.logo)}
    logo = f"a logo of {len(look.logo)} bytes" if look.logo else "no logo"
    lines = [f"{brand}: {look.colour or 'no colour of its own'}, {logo}"]
    if look.colour:
        papers = (("light", LIGHT_PAPER), ("dark", DARK_PAPER))
        for (name, paper), shade in zip(papers, shades_of(look.colour), strict=True):
            result[name] = {
                "accent": shade.accent,
                "on_page": round(contrast(shade.accent, paper), 2),
                "text_on_it": round(contrast(shade.accent, shade.on), 2),
            }
            changed = "" if shade.accent == look.colour else f" in place of {look.colour}"
            lines.append(
                f"{name} pages: {shade.accent}{changed}, {result[name]['on_page']} to 1 on the page, text on it "
                f"{result[name]['text_on_it']} to 1 (4.5 are asked for)"
            )
    context.print_result(result, as_text=lambda: context.out.print("\n".join(lines)))
