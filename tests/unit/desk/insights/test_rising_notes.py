"""What rises, as a reader of some stores is told."""

from datetime import UTC, date, datetime

from desk.insights.rising_notes import RisingNotes, rising_answers, rising_notes
from lazo.insight.rising_look import RisingLook
from lazo.insight.rising_themes import ThemeCounts

RISEN = ThemeCounts("norte", "price", 96, 640, 104, 2080, brand_share=0.05)
EVERYWHERE = ThemeCounts("Aurora", "comfort", 192, 1280, 104, 2080)
LOOK = RisingLook(date(2026, 11, 28), datetime(2026, 11, 29, 12, tzinfo=UTC), 20, 22, (RISEN,), (EVERYWHERE,))


def test_a_reader_is_told_of_their_own_stores_and_brands() -> None:
    found = rising_notes(LOOK, {"norte": "Aurora Norte"}, {"Aurora": "Aurora"}, "en")
    brand, store = found.notes
    assert (brand.where, brand.stores, brand.theme) == ("Aurora", {"brand": "Aurora"}, "comfort")
    assert (store.where, store.stores, store.theme) == ("Aurora Norte", {"shop": "norte"}, "price")
    assert store.sentence == (
        "Price is on the rise: 96 of 640 responses in the last 4 weeks (15 in 100), up from 5 in 100."
    )
    assert (store.first, store.last) == (date(2026, 11, 1), date(2026, 11, 28)), "28 days from a Sunday on"
    assert (found.more, found.says) == (0, ["2 shops of 22 were not looked at."])


def test_others_are_told_that_nothing_rises() -> None:
    found = rising_notes(LOOK, {"sur": "Aurora Sur"}, {}, "en")
    assert found.notes == []
    assert found.says[0] == "No topic has risen by more than chance in the last 4 weeks."
    assert rising_notes(None, {"sur": "Aurora Sur"}, {}, "en") == RisingNotes((), 0, ())


def test_only_the_most_certain_are_listed() -> None:
    stores = {f"s{n}": f"Store {n}" for n in range(8)}
    in_stores = tuple(ThemeCounts(store, "price", 96, 640, 104, 2080, brand_share=0.05) for store in stores)
    look = RisingLook(LOOK.week, LOOK.looked_at, 20, 20, in_stores, ())
    found = rising_notes(look, stores, {}, "es")
    assert [note.stores["shop"] for note in found.notes] == ["s0", "s1", "s2", "s3", "s4"]
    assert (found.more, found.says) == (3, [])


def test_a_note_leads_to_the_answers_that_it_counts() -> None:
    """Answers that may not be a customer's are in no figure, so neither in the list behind one."""
    brand, store = rising_notes(LOOK, {"norte": "Aurora Norte"}, {"Aurora": "Aurora"}, "en").notes
    rest = "opinion=complained&from=2026-11-01&to=2026-11-28&results=in"
    assert rising_answers(store) == f"/desk/answers?shop=norte&theme=price&{rest}"
    assert rising_answers(brand) == f"/desk/answers?brand=Aurora&theme=comfort&{rest}"
