"""What a person types and no route takes, on the local cloud."""

from lazo.store.model import Touchpoint
from lazo.table import stores
from tests.desk import Desk
from tests.product import Product
from tests.surveys import Survey


def test_no_address_ends_in_the_json_of_the_gateway_or_reads_the_table(survey: Survey) -> None:
    survey.product.cloud.faults.clear()
    for path in ("/", "/desk/", "/S/caja3/", "/s", "/x/y", "/favicon.ico", "/robots.txt", "/s/caja3/x"):
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "POST"):
            reply = survey.product.cloud.request(method, path, {"accept-language": "pt"})
            assert reply.status in (200, 204, 303, 308, 404, 405), (method, path)
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert "application/json" not in reply.headers.get("content-type", ""), (method, path)
    assert survey.product.calls("Collect") == []


def test_a_code_with_a_small_slip_leads_to_its_survey(survey: Survey) -> None:
    ask = survey.product.cloud.request
    for typed in ("Caja3", "CAJA3", "caja3.", "caja%203", "caja3%E2%80%9D"):
        reply = ask("GET", f"/s/{typed}?lang=en")
        assert (reply.status, reply.headers["location"]) == (303, "/s/caja3?lang=en")
        assert ask("HEAD", f"/s/{typed}/thanks").headers["location"] == "/s/caja3/thanks"


def test_a_code_in_capitals_is_found_and_another_is_not_guessed(survey: Survey) -> None:
    stores.put_touchpoint(survey.product.table, Touchpoint("MESA-4", "norte", "Mesa 4"))
    assert survey.product.cloud.request("GET", "/s/mesa-4").headers["location"] == "/s/MESA-4"
    assert survey.product.cloud.request("GET", "/s/MESA-4").status == 200
    for other in ("mesa-5", "mesa4", "caja", "...", "%20"):
        assert survey.product.cloud.request("GET", f"/s/{other}").status == 404


def test_head_is_get_without_a_body(unhappy: Product, ana: Desk) -> None:
    for path in ("/desk/sign-in", "/s/caja3/thanks", "/desk", "/desk/answers"):
        shown, head = (unhappy.cloud.request(method, path) for method in ("GET", "HEAD"))
        assert (head.status, head.body) == (shown.status, b"")
        assert head.headers.keys() - {"apigw-requestid"} == shown.headers.keys() - {"apigw-requestid"}
