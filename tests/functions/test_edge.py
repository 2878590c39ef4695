"""The edge in front of the API: requests without its secret are rejected, and static files may be cached for ever."""

import hashlib
import re

import pytest

from infra.local.cloud import LocalCloud
from tests.product import Product

SECRET, BEFORE = "the edge's own secret", "the one before it"
DIGESTS = ",".join(hashlib.sha256(each.encode()).hexdigest() for each in (SECRET, BEFORE))


@pytest.fixture
def guarded(product: Product) -> LocalCloud:
    """A cloud whose parameter OriginDigests is DIGESTS."""
    for name, function in product.cloud.functions.items():
        if "ORIGIN_DIGESTS" in function.environment:
            function.environment["ORIGIN_DIGESTS"] = DIGESTS
            product.restart(name)
    return product.cloud


def status_by_route(cloud: LocalCloud, **headers: str) -> dict[str, int]:
    """Request each route; return the status by its key."""
    assert cloud._gateway
    return {
        route.key: cloud.request(
            route.method,
            re.sub(r"\{[^}]+\}", "none", route.path),
            {name.replace("_", "-"): value for name, value in headers.items()},
            b"a=b" if route.method == "POST" else b"",
        ).status
        for route in cloud._gateway.routes
    }


def test_no_route_answers_without_the_edge(guarded: LocalCloud) -> None:
    for headers in ({}, {"x_lazo_origin": ""}, {"x_lazo_origin": DIGESTS.partition(",")[0]}):
        answered = status_by_route(guarded, **headers)
        assert len(answered) > 20
        assert set(answered.values()) == {403}


def test_every_route_answers_through_the_edge(guarded: LocalCloud) -> None:
    for secret in (SECRET, BEFORE):
        assert 403 not in set(status_by_route(guarded, x_lazo_origin=secret).values())


def test_the_look_of_the_desk_may_be_kept_for_ever(guarded: LocalCloud) -> None:
    through = {"x-lazo-origin": SECRET, "accept-encoding": "gzip"}
    page = guarded.request("GET", "/desk/sign-in", {"x-lazo-origin": SECRET}).text
    for attribute, media_type in (('rel="stylesheet" href', "text/css"), ("script src", "text/javascript")):
        (path, *_) = re.findall(rf'{attribute}="(/desk/static/[^"]+)"', page)
        got = guarded.request("GET", path, through)
        assert got.status == 200
        assert got.headers["content-type"].startswith(media_type)
        assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert got.headers["content-encoding"] == "gzip"
        plain = guarded.request("GET", path, {"x-lazo-origin": SECRET}).body
        assert hashlib.sha256(plain).hexdigest()[:16] in path, "named by what it holds"
        older = re.sub(r"[0-9a-f]{16}", "0" * 16, path)
        served = guarded.request("GET", older, {"x-lazo-origin": SECRET})
        assert (served.status, served.headers["cache-control"]) == (200, "no-store")
    assert guarded.request("GET", "/desk/static/desk.css", through).status == 404


def test_every_function_behind_the_api_knows_the_digests(product: Product) -> None:
    assert product.cloud._gateway
    behind = {route.function.logical_id for route in product.cloud._gateway.routes}
    guarded_functions = {
        name for name, f in product.cloud.functions.items() if "ORIGIN_DIGESTS" in f.environment
    }
    assert guarded_functions == behind
