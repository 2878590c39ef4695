"""`lazo improvements`: the text for a newsletter."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from lazo.insight.newsletter import FORMATS, newsletter
from lazo.table import improvements
from lazo.table import stores as store_table
from lazo.translations import LANGUAGES
from ops.command_line import EXIT_USAGE, Command, CommandContext, CommandError
from ops.commands.answers import require_order
from ops.commands.brand import require_brand

app = typer.Typer(no_args_is_help=True, help="Improvements: what was changed, and told to customers.")


@app.callback()
def _only() -> None:
    """Improvements: what was changed, and told to customers."""


@app.command("newsletter", cls=Command)
def newsletter_(
    context: CommandContext,
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day.")],
    brand: Annotated[
        str | None, typer.Option(help="Only this brand; needed where there are several.")
    ] = None,
    language: Annotated[str, typer.Option(help="es, en or pt.")] = LANGUAGES[0],
    shape: Annotated[str, typer.Option("--format", help="md (Markdown) or html.")] = "md",
) -> None:
    """Write what is published and began between two days, as text for a newsletter.

    Every text passes the wording guard, as on the public page; what it does not let pass is left out.
    """
    chosen = next((each for each in FORMATS if each == shape), None)
    if chosen is None:
        raise CommandError(f"--format {shape}: must be one of {', '.join(FORMATS)}", EXIT_USAGE)
    if language not in LANGUAGES:
        raise CommandError(f"--language {language}: must be one of {', '.join(LANGUAGES)}", EXIT_USAGE)
    require_order(since.date(), until.date())
    table = context.installation.table
    found = improvements.published_between(table, since.date(), until.date())
    brands = sorted({each.brand for each in found})
    if brand is None and len(brands) > 1:
        raise CommandError(f"There are several brands: --brand {', --brand '.join(brands)}", EXIT_USAGE)
    if brand and brand not in brands:
        require_brand(context, brand)
    brand = brand or next(iter(brands), "")
    shown = [each for each in found if each.brand == brand]
    named = store_table.imported_settings(table, {store for each in shown for store in each.store_ids})
    text = newsletter(chosen, shown, language, brand, {key: str(each["name"]) for key, each in named.items()})
    context.print_result(
        {"brand": brand, "improvements": [each.improvement_id for each in shown], "text": text},
        as_text=lambda: sys.stdout.write(text),
    )
    if not context.json:
        context.print_message(f"{len(shown)} improvements")
