"""Phones and e-mails in a customer's words, as another system may read them."""

import pytest

from lazo.text.contact_details import mask_contact_details


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Llámenme al +56 9 8765 4321.", "Llámenme al ••••."),
        ("eva.rios@example.com o 98765-4321", "•••• o ••••"),
        ("(11) 98765-4321 ligue", "•••• ligue"),
        ("Fui el 12/03/2026 y pagué $12.990", "Fui el 12/03/2026 y pagué $12.990"),
        ("El 12/03/2026 llamé al 987654321", "El 12/03/2026 llamé al ••••"),
        ("Caja 3, 15 minutos", "Caja 3, 15 minutos"),
        ("\uff19\uff18\uff17\uff16\uff15\uff14\uff13\uff12\uff11", "••••"),
        ("", ""),
    ],
)
def test_what_reaches_somebody_is_masked_and_dates_and_sums_stay(text: str, masked: str) -> None:
    assert mask_contact_details(text) == masked
