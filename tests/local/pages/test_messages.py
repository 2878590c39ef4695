"""A message on a page: its links, and what an SMS costs."""

import pytest

from infra.local.pages import messages
from tests.local.pages.evening import BASE


def test_only_links_of_lazo_are_clickable() -> None:
    text = f"Caja 3 <b> {BASE}/f/Ab_1-9 and {BASE}/other https://evil.example/f/x"
    assert messages.linked(text, BASE) == (
        f'Caja 3 &lt;b&gt; <a href="{BASE}/f/Ab_1-9" target="_blank" rel="noopener">{BASE}/f/Ab_1-9</a> '
        f"and {BASE}/other https://evil.example/f/x"
    )
    assert f'<a href="{BASE}/desk/in/Ab_1-9" ' in messages.linked(f"Aurora: {BASE}/desk/in/Ab_1-9", BASE)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        (
            "a" * 160,
            "1 segment · 160 of 160",
        ),  # 3GPP TS 23.040, 9.2.3.24.1: 153 septets each when there are several
        ("a" * 161, "2 segments · 161 characters"),
        ("a" * 307, "3 segments · 307 characters"),
        ("é" * 160, "1 segment · 160 of 160"),
        ("á" * 70, "1 segment · 70 of 70"),  # UCS-2: 140 octets, 134 when there are several
        ("á" * 71, "2 segments · 71 characters"),
        ("😀" * 35, "1 segment · 70 of 70"),
    ],
)
def test_what_an_sms_costs(text: str, cost: str) -> None:
    assert messages.cost_of(text) == cost
