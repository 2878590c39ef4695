"""`lazo posters`: what hangs at each touchpoint."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.progress import track

from lazo.store.model import Touchpoint
from lazo.table import stores as store_table
from ops import poster, poster_files, poster_type
from ops.command_line import NOT_UNDERSTOOD, Here, Refusal
from ops.poster import Notice, Size
from ops.poster_type import NoSuchLetter, Typeface

FORMATS: Final = ("pdf", "svg")

Choice = TypeVar("Choice", bound=str)


def posters(
    here: Here,
    out: Annotated[Path, typer.Option(help="Folder for the files; one folder a shop is made in it.")] = Path(
        "posters"
    ),
    stores: Annotated[
        list[str] | None, typer.Option("--store", help="Only this shop; may be repeated.")
    ] = None,
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

    Each is in its shop's language and has the QR code of the touchpoint's survey, with medium error correction and its
    quiet zone, and the address below it for whoever types. The address is that of the stack's output BaseUrl: set
    PublicBaseUrl to a short domain of your own before you print.
    """
    base_url = here.installation.base_url
    if "execute-api" in base_url:
        here.say(
            f"The address on the posters is {base_url}. It is long, and a new stack has another one: "
            "set PublicBaseUrl to a domain of your own before you print.",
            style="bold yellow",
        )
    chosen = _choices("--size", sizes, tuple(poster.PAGES))
    kinds = _choices("--format", formats, FORMATS)
    try:
        typeface = poster_type.of(font, bold)
        picture = poster_files.logo(logo) if logo else None
    except ValueError as error:
        raise Refusal(str(error)) from error
    places = _places(here, stores, codes)
    shops = store_table.imported_settings(here.installation.table, {place.store_id for place in places})
    made: list[str] = []
    for place in track(places, "Making posters", console=here.err, disable=here.json):
        shop = shops[place.store_id]
        notice = Notice(
            poster.address(base_url, place.code),
            shop["name"],
            shop["brand"],
            place.label,
            shop["language"],
            picture,
        )
        try:
            made += [
                str(file)
                for file in _written(out / place.store_id, place.code, notice, typeface, chosen, kinds)
            ]
        except NoSuchLetter as error:
            raise Refusal(f"{place.store_id}, {place.code}: {error}") from error
    here.show(
        {"files": made},
        people=lambda: here.out.print(f"{len(made)} files for {len(places)} touchpoints in {out}"),
    )


def _choices(option: str, given: list[str] | None, known: Sequence[Choice]) -> tuple[Choice, ...]:
    strange = [each for each in given or () if each.lower() not in known]
    if strange:
        raise Refusal(f"{option} {strange[0]}: must be {' or '.join(known)}", NOT_UNDERSTOOD)
    return tuple(each for each in known if not given or each in map(str.lower, given))


def _places(here: Here, stores: list[str] | None, codes: list[str] | None) -> list[Touchpoint]:
    table = here.installation.table
    every: list[str | None] = [*stores] if stores else [None]
    found = [place for store in every for place in store_table.touchpoints_of(table, store)]
    missing = [store for store in stores or () if store not in {place.store_id for place in found}]
    if missing:
        raise Refusal(f"There is no touchpoint in the shop {missing[0]!r}.")
    places = [place for place in found if place.active and (not codes or place.code in codes)]
    lacking = [code for code in codes or () if code not in {place.code for place in places}]
    if lacking:
        raise Refusal(f"There is no touchpoint in use with the code {lacking[0]!r}.")
    return places


def _written(
    folder: Path,
    code: str,
    notice: Notice,
    typeface: Typeface,
    sizes: tuple[Size, ...],
    formats: tuple[str, ...],
) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        for kind in formats:
            file = folder / f"{code}-{size}.{kind}"
            if kind == "pdf":
                file.write_bytes(poster_files.pdf(notice, size, typeface))
            else:
                file.write_text(poster_files.svg(notice, size, typeface), encoding="utf-8")
            yield file
