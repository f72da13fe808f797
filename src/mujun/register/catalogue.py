"""Every kind of defect in one place: how much it matters, the sentence people read, and how to mend it.

``docs/reference/defects.md`` is written from :data:`CATALOGUE`. Codes are a promise: they are never renamed.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from mujun.base.defects import Defect, Severity
from mujun.register import catalogue_cells, catalogue_files, catalogue_register
from mujun.register.entry import Entry
from mujun.register.schema import TABLES
from mujun.register.tables import Register

SECTIONS: dict[str, dict[str, Entry]] = {
    "文件、工作表与标题": catalogue_files.ENTRIES,
    "单元格": catalogue_cells.ENTRIES,
    "图形与坐标": catalogue_cells.GEOMETRY_ENTRIES,
    "重复、合并与关联": catalogue_register.ENTRIES,
    "表内与表间核对": catalogue_register.CHECK_ENTRIES,
}
"""The entries by the part of the work that finds them."""

CATALOGUE: dict[str, Entry] = {code: entry for section in SECTIONS.values() for code, entry in section.items()}
"""Every code with its severity, sentence and mend."""

_LONGEST_VALUE = 80


def shorten(value: object) -> str:
    """Return ``value`` as text that fits a sentence: one line, at most 80 characters."""
    text = value if isinstance(value, str) else str(value)
    if len(text) > _LONGEST_VALUE:
        text = f"{text[:_LONGEST_VALUE]}…（共{len(text)}字）"
    return " ".join(text.split())


def field_label(table: str, field: str) -> str:
    """Return the Chinese name of a column; the name itself where the schema does not know it."""
    if table in TABLES:
        for column in TABLES[table].columns:
            if column.name == field:
                return column.label
    return field


def defect(
    code: str, /, *, severity: Severity | None = None, place: dict[str, Any] | None = None, **parts: Any
) -> Defect:
    """Build the defect ``code``. ``place`` and ``parts`` fill its fields and the gaps of its sentence.

    Parts named like a field of :class:`Defect` (``table``, ``field``, ``file``, ``sheet``, ``row``, ``column``,
    ``value``, ``key``) are stored; all of them may stand in the sentence, and ``label`` is the field's Chinese name.
    Raises KeyError for an unknown code or a gap that is not filled: both are faults of the program.
    """
    entry = CATALOGUE[code]
    parts = {**(place or {}), **parts}
    stored = {name: parts[name] for name in _STORED if name in parts}
    if "value" in stored:
        stored["value"] = parts["value"] = shorten(stored["value"])
    parts.setdefault("label", field_label(stored.get("table", ""), stored.get("field", "")))
    parts.setdefault("value", "")
    return Defect(
        code=code,
        severity=severity or entry.severity,
        message=entry.message.format(**parts),
        mend=entry.mend.format(**parts),
        **stored,
    )


_STORED = tuple(
    field.name for field in dataclasses.fields(Defect) if field.name not in {"code", "severity", "message", "mend"}
)


class Places:
    """Where the values of a register stand, for :func:`defect`. Holds the keys of a table once they were asked for."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._keys: dict[str, list[list[Any]]] = {}

    def of(self, table: str, position: int, field: str) -> dict[str, Any]:
        """Return ``table, field, file, sheet, row, column, key`` of a value.

        Where the column has no cell of its own (it is missing in the file), the row of the key stands in.
        """
        place: dict[str, Any] = {"table": table, "field": field, "key": self.key(table, position)}
        cell = self._register.cell(table, position, field)
        if cell is not None:
            return place | {"file": cell.file, "sheet": cell.sheet, "row": cell.row, "column": cell.column}
        for name in (*TABLES[table].key, *TABLES[table].column_names):
            found = self._register.cell(table, position, name)
            if found is not None:
                return place | {"file": found.file, "sheet": found.sheet, "row": found.row, "column": ""}
        return place

    def key(self, table: str, position: int) -> str:
        """Return the key of a row as text, its parts joined by ``|``."""
        if table not in self._keys:
            data = self._register.tables[table].data
            self._keys[table] = [data[name].tolist() for name in TABLES[table].key if name in data]
        return "|".join(_key_part(part[position]) for part in self._keys[table])


def _key_part(value: Any) -> str:
    return value.date().isoformat() if hasattr(value, "date") and value == value else str(value)
