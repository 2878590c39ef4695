"""`lazo improvements newsletter`."""

from datetime import date

from lazo.table import improvements
from tests.builders import START
from tests.functions.test_improvements_table import made
from tests.ops.conftest import Lazo


def test_the_newsletter_has_what_is_published_of_a_brand_and_period(lazo: Lazo) -> None:
    lazo.product.open_store()
    for each in (
        made(1, published_at=START),
        made(2),
        made(3, published_at=START, in_place_from=date(2026, 1, 5)),
        made(4, published_at=START, brand="Boreal", store_ids=()),
    ):
        improvements.save_improvement(lazo.product.table, None, each, START)
    wanted = ("improvements", "newsletter", "--since", "2026-03-01", "--until", "2026-03-31")
    assert "--brand Aurora, --brand Boreal" in lazo(*wanted, code=2).err
    told = lazo(*wanted, "--brand", "Aurora")
    assert told.out.count("## ") == 1
    assert "*En Aurora Norte*" in told.out
    assert "**Lo que hicimos:** Otra caja" in told.out
    html = lazo(*wanted, "--brand", "Boreal", "--language", "pt", "--format", "html", "--json").json
    assert html["improvements"] == ["01KKC2X0000000000000000004"]
    assert html["text"].startswith('<section lang="pt">')
    assert "must be one of" in lazo(*wanted, "--format", "pdf", code=2).err
    assert "must be one of" in lazo(*wanted, "--language", "fr", code=2).err
    assert "there are: Aurora" in lazo(*wanted, "--brand", "Auroar", code=1).err
    reversed_days = ("improvements", "newsletter", "--since", "2026-03-31", "--until", "2026-03-01")
    assert "--until 2026-03-01 is before --since 2026-03-31" in lazo(*reversed_days, code=2).err
