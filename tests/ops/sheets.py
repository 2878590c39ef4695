"""Spreadsheets of stores, written to a file."""

import csv
from pathlib import Path
from typing import Any

import openpyxl

HEADER = [
    *("store_id", "name", "brand", "language", "timezone", "country"),
    *(f"hours.{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "special")),
    *(f"contacts.1.{field}" for field in ("contact_id", "name", "role", "level", "language", "phone")),
    *(f"contacts.2.{field}" for field in ("contact_id", "name", "role", "level", "language", "email")),
    *("policy.take_on_minutes", "policy.retention_days", "touchpoints"),
]
Cells = dict[str, str]


def store_row(n: int, **changes: str) -> Cells:
    """Return the n-th store of a brand in which twenty stores share an area manager."""
    area = n // 20
    week = dict.fromkeys(HEADER[6:12], "09:00-14:00; 15:30-21:00")
    return {
        "store_id": f"store-{n}",
        "name": f"Aurora {n}",
        "brand": "Aurora",
        "language": "es",
        "timezone": "America/Santiago",
        "country": "CL",
        **week,
        "hours.sun": "closed",
        "contacts.1.contact_id": f"m{n}",
        "contacts.1.name": f"Ana {n}",
        "contacts.1.role": "store",
        "contacts.1.level": "0",
        "contacts.1.language": "es",
        "contacts.1.phone": f"+569{61000000 + n}",
        "contacts.2.contact_id": f"area{area}",
        "contacts.2.name": f"Diego {area}",
        "contacts.2.role": "area",
        "contacts.2.level": "1",
        "contacts.2.language": "es",
        "contacts.2.email": f"diego{area}@aurora.example",
        "touchpoints": f"c{n}-1: Caja 1; c{n}-2: Caja 2",
        **{name.replace("__", "."): cell for name, cell in changes.items()},
    }


def write_csv(path: Path, rows: list[Cells], delimiter: str = ",", encoding: str = "utf-8") -> str:
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, HEADER, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def write_xlsx(path: Path, rows: list[dict[str, Any]]) -> str:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEADER)
    for row in rows:
        page.append([row.get(name) for name in HEADER])
    book.save(path)
    return str(path)
