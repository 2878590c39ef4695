"""A mark of where an answer came from: a number below 64, which tells of nobody that two answers are theirs.

Its first four bits are of the network, the same for all touchpoints of a store on a day; the other two are of the
network with what the browser says of itself, at one touchpoint. Each mark stands for one in 64 of all the sources that
there are, so that nobody can be found by it, also with the key; of 20 answers some three pairs share one by chance.
Marks of two days, or of two stores, have nothing to do with each other.
"""

from datetime import date
from typing import Final

from lazo.auth.keyring import KeyRing

_NETWORKS: Final = 16
_DEVICES: Final = 4


def network_mark(keys: KeyRing, source: str, store_id: str, day: date) -> int:
    """Return the mark (0-15) of a network (`lazo.web.source.source_of`) on a day of a store's calendar."""
    return _hashed(keys, "network mark", f"{day} {store_id} {source}", _NETWORKS)


def source_mark(keys: KeyRing, source: str, browser: str, store_id: str, code: str, day: date) -> int | None:
    """Return the mark (0-63) of whoever answers at a touchpoint (its code) on a day; None without an address. `browser`
    is what it says of itself."""
    if not source:
        return None
    device = f"{day} {store_id} {code} {source} {browser}"
    network = network_mark(keys, source, store_id, day)
    return network * _DEVICES + _hashed(keys, "device mark", device, _DEVICES)


def network_of(mark: int) -> int:
    """Return the network's part (0-15) of a source's mark."""
    return mark // _DEVICES


def _hashed(keys: KeyRing, purpose: str, message: str, below: int) -> int:
    return keys.sign(purpose, message.encode(), 1)[0] % below
