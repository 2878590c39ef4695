"""Lines of data files as templates."""

import pytest

from lazo.web.pages import line_template


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ("Números contados em {{ x }}.", "seg., 30 de nov.", "Números contados em seg., 30 de nov."),
        ("Figures counted on {{ x }}.", "Mon 30 Nov", "Figures counted on Mon 30 Nov."),
        (
            "You are a contact of {{ x }}. It is yours.",
            "Aurora S.A.",
            "You are a contact of Aurora S.A. It is yours.",
        ),
        ("{{ 'one' if x == 1 else 'many' }}.{% if x %} So.{% endif %}", 2, "many. So."),
        ("{{ x }}...", "Wait.", "Wait...."),
        ("{{ x }}.5", 3, "3.5"),
    ],
)
def test_a_sentence_has_one_full_stop(line: str, value: object, expected: str) -> None:
    assert line_template(line).render(x=value) == expected
