"""A head, an excerpt and a link in one SMS segment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.text.gsm7 import fit_one_segment, segment_count
from tests.unit.text.gsm7_tables import (
    CLICKABLE,
    LINK,
    any_text,
    septets_of,
)


def test_an_example_of_an_alert() -> None:
    message = fit_one_segment(
        "Plaza Norte, Caja 3: 2/10",
        "Esperé 40 minutos y nadie me atendió. La cajera hablaba por teléfono y cuando reclamé se rió.",
        LINK,
    )
    assert message == (
        'Plaza Norte, Caja 3: 2/10 "Esperé 40 minutos y nadie me atendio. La cajera hablaba por teléfono y..." '
        + LINK
    )
    # 25 for the head, 73 for the gist (with "cuando" it would be 80, and there are 76), 55 for the link, 4 between.
    assert len(septets_of(message)) == 157


@pytest.mark.parametrize(
    ("head", "comment", "tail", "message"),
    [
        ("Centro: 0/10", "", LINK, f"Centro: 0/10 {LINK}"),
        ("Centro: 0/10", "👎", LINK, f"Centro: 0/10 {LINK}"),
        ("", "Malo", LINK, f'"Malo" {LINK}'),
        ("", "", LINK, LINK),
        # Accents stay where 70 characters are enough (UCS-2), and go with the 71st.
        ("São José", "Não", "", 'São José "Não"'),
        ("São José", "Não", "x" * 55, 'São José "Não" ' + "x" * 55),
        ("São José", "Não", "x" * 56, 'Sao José "Nao" ' + "x" * 56),
        # Also there no phone finds a link.
        ("Mesón 1", "más en evil.example/a", "", 'Mesón 1 "más en evil. example/a"'),
        # 160 - 119 - 1 - 25 = 15 for ' "..."' and the words: 12.
        (
            "Plaza Norte, Caja 3: 2/10",
            "Pésimo servicio",
            "x" * 119,
            'Plaza Norte, Caja 3: 2/10 "Pésimo..." ' + "x" * 119,
        ),
        # 7 are too few for a gist.
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 124, "Plaza Norte, Caja 3: 2/10 " + "x" * 124),
        # Then the head gives way.
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 134, "Plaza Norte, Caja 3: 2/10 " + "x" * 134),
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 135, "Plaza Norte, Caja 3... " + "x" * 135),
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 151, "Plaza... " + "x" * 151),
        ("Plaza Norte, Caja 3: 2/10", "Pésimo", "x" * 152, "x" * 152),
        ("Centro", "Pésimo", "x" * 153, "Centro " + "x" * 153),
        ("Centro", "Pésimo", "x" * 159, "x" * 159),
        ("Centro", "Pésimo", "x" * 160, "x" * 160),
    ],
)
def test_the_link_comes_first_then_head_then_excerpt(
    head: str, comment: str, tail: str, message: str
) -> None:
    assert fit_one_segment(head, comment, tail) == message


@pytest.mark.parametrize("tail", ["x" * 161, "€" * 81, "https://café.example/ã"])
def test_a_link_that_cannot_be_sent_is_refused(tail: str) -> None:
    with pytest.raises(ValueError, match=r"^(tail: 16|U\+00E3)"):
        fit_one_segment("Centro: 0/10", "Malo", tail)


def assert_one_segment(message: str) -> None:
    """Of UCS-2 up to 70 UTF-16 units, else of GSM-7 up to 160 septets."""
    assert segment_count(message) == 1
    if len(message.encode("utf-16-le")) > 140:
        assert len(septets_of(message)) <= 160


@given(
    head=st.sampled_from(["", "Plaza Norte, Caja 3: 2/10", "Ñuñoa, Mesón 1: 0/10", "Łódź " * 40]),
    comment=any_text,
    tail=st.integers(24, 160).map(lambda length: f"https://lazo.example/f/{'x' * (length - 23)}"),
)
def test_every_alert_is_one_segment_with_one_link_at_its_end(head: str, comment: str, tail: str) -> None:
    message = fit_one_segment(head, comment, tail)
    assert_one_segment(message)
    assert message.endswith(tail)
    before = message.removesuffix(tail)
    assert before in ("", before.rstrip() + " ")
    assert not CLICKABLE.search(before)
    assert before.count('"') in (0, 2)


@given(head=st.text(max_size=80), comment=any_text, tail=st.text(st.sampled_from("ab€ñ /"), max_size=90))
def test_every_alert_fits_with_any_head(head: str, comment: str, tail: str) -> None:
    if len(septets_of(tail)) > 160:
        with pytest.raises(ValueError, match="tail"):
            fit_one_segment(head, comment, tail)
    else:
        message = fit_one_segment(head, comment, tail)
        assert_one_segment(message)
        assert message.endswith(tail)
