"""Cards of the board, and its filters in the address."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from desk.board import filters as board_filters
from desk.board.cards import FollowUpCard, build_card, comment_excerpt
from desk.board.filters import BoardFilters
from lazo.auth.users import Scope, StoreRef, user_id_of
from lazo.followup import lifecycle, opening
from lazo.followup.model import FollowUp, SignalReason
from lazo.store.contacts import Contact
from tests.builders import ANA, DIEGO, MARTA, START, answer, classified, make_store
from tests.builders import minutes as after

STORE = make_store()
DIEGO_THERE = user_id_of(Contact(**DIEGO))
NORTH, SOUTH = StoreRef("norte", "Norte", "area", "diego"), StoreRef("sur", "Sur", "area", "diego")
SCOPE = Scope(DIEGO_THERE, "Diego", "en", "area", (NORTH, SOUTH))
THEMES = {"price": "Price"}


def open_followup(**changes: object) -> FollowUp:
    opened = opening.open_for_answer(classified(answer(score=5), themes=("price",)), STORE)
    assert opened
    return replace(opened, **changes)  # type: ignore[arg-type]


def card_of(about: FollowUp, language: str = "en", at: int = 0) -> FollowUpCard:
    return build_card(about, None, STORE, DIEGO_THERE, language, START + after(at))


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("", ""),
        (" two\n\nlines ", "two lines"),
        ("x" * 150, "x" * 150),
        ("x" * 151, "x" * 150 + "…"),
        ("x" * 149 + " y", "x" * 149 + "…"),
        ("x" * 148 + " y", "x" * 148 + " y"),
        ("x" * 140 + ", " + "y" * 20, "x" * 140 + "…"),
        ("short " + "y" * 300, "short " + "y" * 144 + "…"),
        ("نفد صبري " * 30, ("نفد صبري " * 16).strip() + " نفد" + "…"),
    ],
)
def test_the_excerpt_is_cut_at_a_word(comment: str, kept: str) -> None:
    assert comment_excerpt(comment) == kept


def test_overdue_from_the_deadline() -> None:
    """Ten minutes to take it on."""
    assert not card_of(open_followup(), at=9).overdue
    assert card_of(open_followup(), at=10).overdue


def test_each_stage_names_the_next() -> None:
    taken = lifecycle.take_on(open_followup(), "diego", STORE, START)
    spoken = lifecycle.record_contact(taken, STORE, START, reached=True)
    solved = lifecycle.resolve(spoken, STORE, START, root_cause_theme="price", root_cause="x", done="y")
    cards = [card_of(each) for each in (open_followup(), taken, spoken, solved)]
    assert [each.followup.awaits for each in cards] == ["taken_on", "contacted", "resolved", "confirmed"]
    assert [each.followup.step for each in cards] == [0, 1, 2, 3]
    assert [(each.owner, each.mine) for each in cards[:2]] == [(None, False), ("Diego", True)]
    assert cards[3].followup.deadline == START + timedelta(days=7)
    with pytest.raises(ValueError, match="ended"):
        card_of(lifecycle.confirm(solved, STORE, START))


def test_owner_of_a_card() -> None:
    held = {"stage": "taken_on", "taken_on_at": START}
    assert (
        card_of(open_followup(owner="ana", **held)).owner,
        card_of(open_followup(owner="ana", **held)).mine,
    ) == ("Ana", False)
    assert card_of(open_followup(owner="left", **held)).owner == ""


def test_labels_are_in_the_readers_language() -> None:
    danger = open_followup(urgency=("theft", "new_danger"), priority="urgent", themes=("price", "new_theme"))
    assert (card_of(danger).dangers, card_of(danger).themes) == ("theft, new_danger", ("Price", "new_theme"))
    assert card_of(danger, "pt").themes == ("Preço", "new_theme")


def test_signals_are_listed_once_with_their_count() -> None:
    signals = tuple(SignalReason(kind, START) for kind in ("complaint", "new_sign", "complaint", "refund"))
    listed = card_of(open_followup(origin="signals", signals=signals)).signals
    assert listed == ("2 complaints", "new sign", "1 refund")


def test_names_of_the_staff_are_masked() -> None:
    """The board is read by more people than the one who works on the case."""
    given = answer(comment="La cajera Rosario me gritó", language="es")
    there = make_store(staff=["Rosario"])
    assert "Rosario" not in build_card(open_followup(), given, there, DIEGO_THERE, "es", START).comment


@pytest.mark.parametrize(
    ("filters", "address"),
    [
        (BoardFilters(), "/desk"),
        (BoardFilters(store_id="norte", owner="me"), "/desk?shop=norte&owner=me"),
        (
            BoardFilters("norte", "open", "price", "ana@sur"),
            "/desk?shop=norte&stage=open&theme=price&owner=ana%40sur",
        ),
        (
            BoardFilters(view="unattended", order="age", owner="nobody"),
            "/desk?owner=nobody&view=unattended&sort=age",
        ),
    ],
)
def test_filters_round_trip_through_the_address(filters: BoardFilters, address: str) -> None:
    assert filters.address() == address
    query = dict(parse_qsl(address.partition("?")[2]))
    assert board_filters.read_filters({"queryStringParameters": query}, SCOPE, THEMES) == filters


def test_an_address_may_hold_a_cursor() -> None:
    assert BoardFilters(stage="open").address("1#~#a") == "/desk?stage=open&after=1%23~%23a"
    assert BoardFilters("norte", owner="me").address(owner=None) == "/desk?shop=norte"


@pytest.mark.parametrize(
    "query",
    [
        None,
        {},
        {"shop": "este", "stage": "confirmed", "theme": "none", "owner": "ana@este"},
        {"shop": "norte,sur", "stage": "open,open", "owner": "nobody,me"},
        {"owner": "ana@norte@sur"},
    ],
)
def test_invalid_filters_are_ignored(query: dict[str, str] | None) -> None:
    filters = board_filters.read_filters(
        {"queryStringParameters": query} if query is not None else {}, SCOPE, THEMES
    )
    assert filters == BoardFilters()
    assert not filters.any


def test_a_user_of_one_store_has_no_store_filter() -> None:
    one = replace(SCOPE, stores=(NORTH,))
    assert (
        board_filters.read_filters({"queryStringParameters": {"shop": "norte"}}, one, THEMES)
        == BoardFilters()
    )


def test_owner_choices() -> None:
    """Each person once; namesakes with their stores; without the reader."""
    other = {**ANA, "contact_id": "ana2", "phone": "+56922345699"}
    south = make_store(store_id="sur", name="Aurora Sur", contacts=[other, DIEGO, MARTA])

    def offered(filters: BoardFilters) -> list[tuple[str, str]]:
        return board_filters.owner_choices([south, STORE], DIEGO_THERE, filters.owner)

    ana, ana2 = ("ana@norte", "Ana (Aurora Norte)"), ("ana2@sur", "Ana (Aurora Sur)")
    assert offered(BoardFilters()) == [ana, ana2, ("marta@norte", "Marta")]
    assert offered(BoardFilters(owner="marta@sur")) == [ana, ana2, ("marta@sur", "Marta")]
