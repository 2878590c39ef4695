"""infra/edge.yaml: what it logs, and what it sends along, fit to what the functions read."""

import re
from pathlib import Path
from typing import Any

from infra.local.cloudformation.template_yaml import read_yaml
from lazo.web import origin
from lazo.web.security_headers import SECURITY_HEADERS

ROOT = Path(__file__).resolve().parents[2]
RESOURCES: dict[str, Any] = read_yaml((ROOT / "infra" / "edge.yaml").read_text(encoding="utf-8"))["Resources"]
HARMLESS = {
    "accept",
    "accept-encoding",
    "accept-language",
    "content-type",
    "if-none-match",
    "sec-fetch-site",
    "x-amz-crc32",
    "x-amzn-requestid",
    "x-forwarded-for",
    "x-forwarded-proto",
}
"""Headers that functions read, of requests and of AWS's answers, and that hold no secret."""


def test_the_firewall_logs_no_header_that_holds_a_secret() -> None:
    redacted = RESOURCES["WebAclLogging"]["Properties"]["RedactedFields"]
    headers = {field["SingleHeader"]["Name"] for field in redacted if "SingleHeader" in field}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "functions").rglob("*.py"))
    read = set(re.findall(r"""headers(?:"\) or \{\}\))?\.get\("([\w-]+)""", code)) - HARMLESS
    assert read == {"authorization", "x-api-key"}
    # Sessions; and an address that somebody came from may hold a link's token.
    assert headers == read | {"cookie", "referer"}
    assert {"UriPath": {}} in redacted
    assert {"QueryString": {}} in redacted


def test_the_edge_sends_its_secret_in_the_header_that_functions_look_at() -> None:
    (sent_along,) = (
        header
        for place in RESOURCES["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
        for header in place["OriginCustomHeaders"]
    )
    assert sent_along == {"HeaderName": origin.HEADER, "HeaderValue": {"Ref": "OriginSecret"}}


def test_what_api_gateway_answers_by_itself_gets_the_headers_that_functions_send() -> None:
    """All but cache-control: the edge keeps no page anyway. Whatever a function sends stays."""
    config = RESOURCES["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security, custom = config["SecurityHeadersConfig"], config["CustomHeadersConfig"]["Items"]
    transport = security["StrictTransportSecurity"]
    sent = {each["Header"]: each["Value"] for each in custom} | {
        "content-security-policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "strict-transport-security": f"max-age={transport['AccessControlMaxAgeSec']}; includeSubDomains",
        "x-content-type-options": "nosniff",
    }
    assert transport["IncludeSubdomains"] is True
    assert sent == {name: value for name, value in SECURITY_HEADERS.items() if name != "cache-control"}
    assert {each["Override"] for each in (*security.values(), *custom)} == {False}
    distribution = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    for behaviour in (distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]):
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}
