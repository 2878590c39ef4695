"""The identity of a customer: phone, else e-mail."""

import pytest

from lazo.text import contact_details


@pytest.mark.parametrize(
    ("phone", "email", "known_as"),
    [
        ("+56922345671", "ana@example.com", "phone:+56922345671"),
        (None, "Ana@example.com", "email:ana@example.com"),
        (None, None, None),
    ],
)
def test_a_customer_is_known_by_phone_else_by_email(
    phone: str | None, email: str | None, known_as: str | None
) -> None:
    assert contact_details.contact_identity(phone, email) == known_as
