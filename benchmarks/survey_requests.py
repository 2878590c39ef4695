"""What the benchmarks send to the survey of the first demo store."""

import re
from html import unescape
from typing import Any

CODE = "caja3"
PATH = f"/s/{CODE}"
COMPLAINT: dict[str, Any] = {
    "score": 3,
    "comment": "Esperé veinte minutos en la fila y el café llegó frío. Nadie pidió disculpas.",
    "reasons": ["waiting_time", "product_quality"],
}
CONTACT: dict[str, Any] = {
    "name": "Rosa Vidal",
    "phone": "+56 9 2234 5679",
    "email": "rosa.vidal@example.com",
    "consent": True,
}


def hidden_fields(page: str) -> dict[str, str]:
    """Return the fields of a survey's form that nobody types."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def http_event(method: str, body: str | None = None) -> dict[str, Any]:
    """A request as API Gateway hands it to a function (payload format 2.0)."""
    event = {
        "version": "2.0",
        "routeKey": f"{method} /s/{{code}}",
        "rawPath": PATH,
        "rawQueryString": "",
        "headers": {
            "accept": "application/json" if body else "text/html,application/xhtml+xml,*/*;q=0.8",
            "accept-encoding": "gzip, deflate, br",
            "accept-language": "es-CL,es;q=0.9,en;q=0.8",
            "content-length": str(len(body or "")),
            "content-type": "application/json",
            "host": "abcdef1234.execute-api.us-east-1.amazonaws.com",
            "user-agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "abcdef1234",
            "http": {
                "method": method,
                "path": PATH,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "Mozilla/5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} /s/{{code}}",
            "stage": "$default",
            "time": "03/Mar/2026:15:00:00 +0000",
            "timeEpoch": 1772550000000,
        },
        "pathParameters": {"code": CODE},
        "isBase64Encoded": False,
    }
    return {**event, "body": body} if body else event
