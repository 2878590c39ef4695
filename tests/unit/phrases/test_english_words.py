"""English comments of many trades: what is said of each theme, noted before the rules were run on them."""

import pytest

from lazo.phrases.theme_opinions import Band
from lazo.phrases.themes import assess_comment

COMMENTS: list[tuple[Band, str, str, str]] = [
    ("detractor", "Passed from one desk to another and sent home without an answer", "service", ""),
    ("detractor", "I was bounced between three departments and still no explanation", "service", ""),
    ("detractor", "They could not have been less interested, carried on chatting", "staff_attitude", ""),
    ("detractor", "The barman was so offhand and the hostess blanked us", "staff_attitude", ""),
    ("detractor", "made to feel like an idiot by the pharmacist", "staff_attitude", ""),
    ("detractor", "Seven of ten checkouts closed, a crawl", "waiting_time", ""),
    ("detractor", "Two people behind the counter for thirty customers", "waiting_time", ""),
    ("detractor", "the kettle was dead within a week", "product_quality", ""),
    ("detractor", "Chewy beef, gristle all the way through", "product_quality", ""),
    ("detractor", "Over the odds, you pay for the name", "price", ""),
    ("detractor", "Bins overflowing and the trays greasy", "cleanliness", ""),
    ("detractor", "Draughty, elbow to elbow, and a telly on full blast", "comfort", ""),
    ("detractor", "Asked for oat and was given cow's milk", "order_error", ""),
    ("detractor", "The parcel turned up battered and two days late", "delivery", ""),
    ("detractor", "the buggy would not go through the door, no bus stop near", "location", ""),
    ("promoter", "the porter went out of his way for us", "", "service staff_attitude"),
    ("promoter", "Such a lovely bunch, always remember my dog", "", "staff_attitude"),
    ("promoter", "our nurse was an absolute star", "", "staff_attitude"),
    ("promoter", "Ten minutes and out", "", "waiting_time"),
    ("promoter", "The lamb fell off the bone, best I've ever had", "", "product_quality"),
    ("passive", "good prices", "", "price"),
    ("promoter", "Handy for the station", "", "location"),
    ("passive", "Paid by card and took my bag home", "", ""),
]


@pytest.mark.parametrize(("band", "text", "complained", "praised"), COMMENTS)
def test_what_is_said_of_themes(band: Band, text: str, complained: str, praised: str) -> None:
    found = assess_comment(text, (), "en", band=band)
    assert (" ".join(found.themes), " ".join(found.praised)) == (complained, praised)
