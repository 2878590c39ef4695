"""Which table the items belong to: a restored copy holds messages that its original has sent since.

The first sweep writes the table's name into the table. A copy, made by a restore from backup or by an export, brings
that name along and has another one itself, so that nothing is sent from it before somebody has made it a home of its
own (ops/restore.py).
"""

from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Put


class RestoreGuard:
    """Whether a table is where its items were written. Asked once; a table does not become a copy while it is used."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known = False

    def is_original(self) -> bool:
        """False for a copy, for as long as it is one."""
        self._known = self._known or _name(self._table) == self._table.name
        return self._known


def adopt_table(table: Table) -> None:
    """Make the table the home of its items from now on."""
    key = keys.table_name()
    table.put(Put({"pk": key.pk, "sk": key.sk, "name": table.name}))


def _name(table: Table) -> str:
    key = keys.table_name()
    item = table.get(key)
    if item is None:
        try:
            table.put(
                Put({"pk": key.pk, "sk": key.sk, "name": table.name}, condition="attribute_not_exists(pk)")
            )
        except ConditionFailed as there:
            item = there.item
    return str(item["name"]) if item else table.name
