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


def defect(code: str, /, *, severity: Severity | None = None, place: dict[str, Any] | None = None, **parts: Any) -> Defect:
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


_STORED = tuple(field.name for field in dataclasses.fields(Defect) if field.name not in {"code", "severity", "message", "mend"})


def place_of(register: Register, table: str, position: int, field: str) -> dict[str, Any]:
    """Return ``table, field, file, sheet, row, column, key`` of a value of the register, for :func:`defect`.

    Where the column has no cell of its own (it is missing in the file), the row of the key stands in.
    """
    key = TABLES[table].key
    place: dict[str, Any] = {"table": table, "field": field, "key": row_key(register, table, position)}
    cell = register.cell(table, position, field)
    candidates = [cell] if cell else [register.cell(table, position, name) for name in (*key, *TABLES[table].column_names)]
    for found in candidates:
        if found is not None:
            place |= {"file": found.file, "sheet": found.sheet, "row": found.row}
            place["column"] = found.column if cell else ""
            break
    return place


def row_key(register: Register, table: str, position: int) -> str:
    """Return the key of a row as text, its parts joined by ``|``."""
    held = register.tables[table].data
    parts = [held[name].iat[position] for name in TABLES[table].key if name in held]
    return "|".join(part.date().isoformat() if hasattr(part, "date") and part == part else str(part) for part in parts)
