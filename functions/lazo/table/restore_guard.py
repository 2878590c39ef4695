"""Detect a restored copy of the table: it holds messages that the original has sent since.

The first sweep writes the table's name into the table. A copy made by a restore or an export brings that name along but
is called otherwise. Nothing is sent from it until somebody adopts it (ops/restore.py).
"""

from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put


class RestoreGuard:
    """Tells whether a table is the one that its items were written to. Once it is, it is not read again: a table in use
    does not become a copy."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known = False

    def is_original(self) -> bool:
        """Return False for a copy that was not adopted."""
        self._known = self._known or _name(self._table) == self._table.name
        return self._known


def adopt_table(table: Table) -> None:
    """Make the table the owner of its items."""
    table.put(Put(keys.table_name().item(name=table.name)))


def _name(table: Table) -> str:
    key = keys.table_name()
    item = table.get(key)
    if item is None:  # unless another sweep writes it first
        item = table.put_or_get(Put(key.item(name=table.name), condition="attribute_not_exists(pk)"))
    return str(item["name"]) if item else table.name
