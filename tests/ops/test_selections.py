"""What commands are asked to select: a slip is told, since the empty result would read like an answer."""

from pathlib import Path

import pytest

from tests.ops.conftest import Lazo

REVERSED = ("--since", "2026-03-11", "--until", "2026-03-10")


def test_days_that_are_the_wrong_way_round_are_told(lazo: Lazo, tmp_path: Path) -> None:
    lazo.product.open_store()
    file = tmp_path / "answers.csv"
    file.write_text("as it was")
    for command in (
        ("answers", "export", str(file)),
        ("themes", "try", "functions/lazo/data/themes/es.toml"),
        ("improvements", "newsletter"),
    ):
        assert "--until 2026-03-10 is before --since 2026-03-11" in lazo(*command, *REVERSED, code=2).err
    assert file.read_text() == "as it was", "an export of nothing is not put over it"


@pytest.mark.parametrize(
    "command",
    [
        ("answers", "export", "answers.csv"),
        ("themes", "try", "functions/lazo/data/themes/es.toml"),
        ("followups", "list"),
        ("recount",),
        ("recount", "--followups"),
        ("stores", "export", "stores.csv"),
    ],
)
def test_a_store_that_does_not_exist_is_told(lazo: Lazo, command: tuple[str, ...]) -> None:
    lazo.product.open_store()
    said = lazo(*command, "--store", "norte", "--store", "nix", code=1).err
    assert said == "There is no store 'nix'. `lazo stores show` lists all.\n"


def test_an_owner_of_what_nobody_has_is_told(lazo: Lazo) -> None:
    assert "nothing is both" in lazo("followups", "list", "--nobody", "--owner", "ana", code=2).err
