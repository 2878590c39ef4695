"""`lazo posters`: makes the poster of each touchpoint."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.progress import track

from lazo.store.model import Touchpoint
from lazo.table import stores as store_table
from ops.command_line import EXIT_USAGE, CommandContext, CommandError, StoreIds
from ops.posters.files import poster_pdf, poster_svg
from ops.posters.layout import PAGES, Poster, Size, survey_url
from ops.posters.logo import read_logo
from ops.posters.typeface import Typeface, load_typeface

FORMATS: Final = ("pdf", "svg")

Choice = TypeVar("Choice", bound=str)


def posters(
    context: CommandContext,
    out: Annotated[Path, typer.Option(help="Folder for the files; one folder a store is made in it.")] = Path(
        "posters"
    ),
    stores: StoreIds = None,
    codes: Annotated[
        list[str] | None, typer.Option("--code", help="Only the touchpoint with this code; may be repeated.")
    ] = None,
    sizes: Annotated[
        list[str] | None, typer.Option("--size", help="a4 or a6; may be repeated. Both, if left out.")
    ] = None,
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="pdf or svg; may be repeated. Both, if left out.")
    ] = None,
    logo: Annotated[
        Path | None, typer.Option(help="A PNG or JPEG; without one the brand's name stands there.")
    ] = None,
    font: Annotated[Path | None, typer.Option(help="A TrueType font, for names in other letters.")] = None,
    bold: Annotated[Path | None, typer.Option(help="Its bold font; the same font, if left out.")] = None,
) -> None:
    """Make a poster for each touchpoint in use: A4 and A6, as PDF for a printer and SVG for a designer.

    Each is in its store's language and has the QR code of the touchpoint's survey, with medium error correction and its
    quiet zone, and the address below it for whoever types. The address is that of the stack's output BaseUrl: set
    PublicBaseUrl to a short domain of your own before you print.
    """
    base_url = context.installation.base_url
    if "execute-api" in base_url:
        context.print_message(
            f"The address on the posters is {base_url}. It is long, and a new stack has another one: "
            "set PublicBaseUrl to a domain of your own before you print.",
            style="bold yellow",
        )
    page_sizes = _choices("--size", sizes, tuple(PAGES))
    file_formats = _choices("--format", formats, FORMATS)
    try:
        typeface = load_typeface(font, bold)
        picture = read_logo(logo) if logo else None
    except ValueError as error:
        raise CommandError(str(error)) from error
    touchpoints = _touchpoints_in_use(context, stores, codes)
    settings = store_table.imported_settings(
        context.installation.table, {touchpoint.store_id for touchpoint in touchpoints}
    )
    made: list[str] = []
    failed: list[dict[str, str]] = []
    for touchpoint in track(touchpoints, "Making posters", console=context.err, disable=context.json):
        try:
            store = settings.get(touchpoint.store_id)
            if store is None:
                raise ValueError("there is no such store")
            poster = Poster(
                survey_url(base_url, touchpoint.code),
                store["name"],
                store["brand"],
                touchpoint.label,
                store["language"],
                picture,
            )
            folder = out / touchpoint.store_id
            files = _write_posters(folder, touchpoint.code, poster, typeface, page_sizes, file_formats)
            made += [str(file) for file in files]
        except (ValueError, LookupError, OSError) as error:  # of this store: all others are made
            failed.append({"store_id": touchpoint.store_id, "code": touchpoint.code, "reason": str(error)})
    context.print_result(
        {"files": made, "failed": failed},
        as_text=lambda: context.out.print(
            f"{len(made)} files for {len(touchpoints) - len(failed)} touchpoints in {out}"
        ),
    )
    for each in failed:
        context.print_message("{store_id}, {code}: {reason}".format(**each))
    if failed:
        raise CommandError(f"{len(failed)} of {len(touchpoints)} touchpoints have no poster; see above.")


def _choices(option: str, given: list[str] | None, known: Sequence[Choice]) -> tuple[Choice, ...]:
    unknown = [each for each in given or () if each.lower() not in known]
    if unknown:
        raise CommandError(f"{option} {unknown[0]}: must be {' or '.join(known)}", EXIT_USAGE)
    return tuple(each for each in known if not given or each in map(str.lower, given))


def _touchpoints_in_use(
    context: CommandContext, stores: list[str] | None, codes: list[str] | None
) -> list[Touchpoint]:
    table = context.installation.table
    every: list[str | None] = [*stores] if stores else [None]
    found = [touchpoint for store in every for touchpoint in store_table.list_touchpoints(table, store)]
    missing = [store for store in stores or () if store not in {touchpoint.store_id for touchpoint in found}]
    if missing:
        raise CommandError(f"There is no touchpoint in the store {missing[0]!r}.")
    touchpoints = [
        touchpoint for touchpoint in found if touchpoint.active and (not codes or touchpoint.code in codes)
    ]
    missing_codes = [
        code for code in codes or () if code not in {touchpoint.code for touchpoint in touchpoints}
    ]
    if missing_codes:
        raise CommandError(f"There is no touchpoint in use with the code {missing_codes[0]!r}.")
    return touchpoints


def _write_posters(
    folder: Path,
    code: str,
    poster: Poster,
    typeface: Typeface,
    sizes: tuple[Size, ...],
    formats: tuple[str, ...],
) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        for file_format in formats:
            file = folder / f"{code}-{size}.{file_format}"
            if file_format == "pdf":
                file.write_bytes(poster_pdf(poster, size, typeface))
            else:
                file.write_text(poster_svg(poster, size, typeface), encoding="utf-8")
            yield file
