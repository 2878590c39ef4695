"""What a key of the API may do. Each key names its rights; one from before there were several may post events alone."""

from typing import Final, Literal, get_args

ApiRight = Literal["post-events", "read-scores", "read-answers", "read-followups", "write-visitors"]

API_RIGHTS: Final[tuple[ApiRight, ...]] = get_args(ApiRight)
POSTING: Final[frozenset[ApiRight]] = frozenset({"post-events"})


def read_api_rights(names: frozenset[str]) -> frozenset[ApiRight]:
    """Return the rights of these names. Those that this version does not know give nothing."""
    return frozenset(right for right in API_RIGHTS if right in names)
