"""Where a request comes from, for limits: an address that is neither stored nor logged."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any


def source_of(event: Mapping[str, Any], *, behind_edge: bool) -> str:
    """Return the client's address; of IPv6 the /64 network, which one household has; "" if there is none.

    API Gateway puts the address that it sees at the end of x-forwarded-for. Behind the edge that is the edge's own, and
    the one before it is the client's, which the edge has put there. Anything further left the client may have made up.
    """
    seen = ((event.get("requestContext") or {}).get("http") or {}).get("sourceIp", "")
    if behind_edge:
        hops = [each.strip() for each in (event.get("headers") or {}).get("x-forwarded-for", "").split(",")]
        seen = hops[-2] if len(hops) > 1 else seen
    try:
        address = ip_address(seen)
    except ValueError:
        return ""
    return str(ip_network(f"{seen}/64", strict=False)) if isinstance(address, IPv6Address) else seen
