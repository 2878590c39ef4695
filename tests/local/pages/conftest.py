"""The local cloud with the demo stores on a Saturday evening, and its pages after some answers."""

from collections.abc import Iterator

import pytest

from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed
from infra.local.demo.visitor import Visitor
from infra.local.pages.outbox_page import outbox_page
from infra.local.pages.start_page import start_page
from tests.local.pages.evening import (
    COLD,
    HOSTILE,
    PARAMETERS,
    SATURDAY_EVENING,
    TEMPLATE,
    WAITED,
    EveningPages,
    submit,
)


@pytest.fixture(scope="session")
def evening() -> EveningPages:
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=SATURDAY_EVENING) as cloud:
        seed(cloud)
        submit(cloud, "cafeteria", score="10", comment="Todo perfecto")
        submit(cloud, "caja3", score="3", comment=WAITED, reasons="waiting_time")
        cloud.advance(11 * 60)
        submit(cloud, "caja1", score="0", comment=HOSTILE)
        alert = next(
            m for m in reversed(cloud.outbox()) if m["channel"] == "sms" and m["to"] == "+56922345671"
        )
        manager = Visitor(cloud)
        manager.send(manager.open(alert["text"].split()[-1]))
        submit(cloud, "till2", "?lang=en", score="5", comment=COLD)
        submit(cloud, "mesa4", "?lang=pt", score="2", remark="https://spam.example")
        return EveningPages(
            start=start_page(cloud),
            outbox=outbox_page(cloud, {}),
            chosen={
                "sms": outbox_page(cloud, {"channel": "sms"}),
                "diego": outbox_page(cloud, {"to": "diego.rojas@aurora.example", "page": "99"}),
                "nobody": outbox_page(cloud, {"to": "nobody@example.com", "page": "second"}),
            },
            sent=cloud.outbox(),
        )


@pytest.fixture
def fresh_cloud() -> Iterator[LocalCloud]:
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=SATURDAY_EVENING) as cloud:
        seed(cloud)
        yield cloud
