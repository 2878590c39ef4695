"""Shops as the table holds them."""

from tests.builders import ANA, shop


def test_fields_of_a_newer_version_stop_nobody() -> None:
    """Shops may be imported before the functions are deployed."""
    store = shop(policy={"take_on_minutes": 7, "invented": 1}, contacts=[{**ANA, "invented": "x"}])
    assert store.policy.take_on_minutes == 7
    assert store.contacts[0].phone == ANA["phone"]
