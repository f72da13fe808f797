"""The cell that an objection is about: does it exist, is it the firm's own, what does it hold."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from mujun.base.errors import Refused
from mujun.register.schema import TABLES, Column, Kind
from mujun.web.register.models import MODELS, Parcel, Version

OPEN_TABLES = ("firms", "measures", "taxes", "marks", "occupancy", "parcels")
"""Tables with figures that an evaluation reads; a firm may object to their cells."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the register as it stands. ``key`` maps key columns to text; ``held`` is the present value."""

    table: str
    key: dict[str, str]
    column: Column
    held: str
    row: Version

    @property
    def label(self) -> str:
        """The cell for people: table, key, column with its unit."""
        unit = UNITS.get(self.column.unit, "")
        where = " ".join(value for name, value in self.key.items() if name != "firm_id" and value)
        return f"{TABLES[self.table].label} {where} {self.column.label}{unit}".replace("  ", " ")


UNITS = {
    "wan": "（万元）", "m2": "（平方米）", "kwh": "（千瓦时）", "tce": "（吨标煤）", "t": "（吨）", "person": "（人）",
    "point": "（分）", "wan/mu": "（万元/亩）",
}  # fmt: skip


def find_cell(table: str, key: Mapping[str, str], column: str) -> Cell:
    """Return the current cell; raise Refused with a sentence where it cannot be objected to."""
    schema = TABLES.get(table)
    if schema is None or table not in OPEN_TABLES:
        raise Refused("这张表不接受异议。", next_step="请在算账单或面积公示中点击要提出异议的数据。")
    names = [part.name for part in schema.columns]
    if column not in names or column in schema.key or schema.column(column).kind is Kind.GEOMETRY:
        raise Refused("这一列不接受异议。", next_step="请在算账单或面积公示中点击要提出异议的数据。")
    wanted = {name: str(key.get(name, "")) for name in schema.key}
    row = MODELS[table]._default_manager.filter(**_conditions(table, wanted), until=None).first()
    if row is None:
        raise Refused("登记数据中没有这一行，可能刚刚更正过。", next_step="请刷新页面后重新选择。")
    return Cell(table, wanted, schema.column(column), as_text(getattr(row, column)), row)


def _conditions(table: str, key: Mapping[str, str]) -> dict[str, Any]:
    schema = TABLES[table]
    conditions: dict[str, Any] = {}
    for name, text in key.items():
        kind = schema.column(name).kind
        try:
            value: Any = text
            if kind is Kind.YEAR:
                value = int(text)
            elif kind is Kind.DATE:
                value = dt.date.fromisoformat(text) if text else None
        except ValueError:
            raise Refused(f"“{text}”不是{schema.column(name).label}。") from None
        conditions[f"{name}__isnull" if value is None else name] = True if value is None else value
    return conditions


def is_of_firm(cell: Cell, firm_id: str) -> bool:
    """Whether the row is about the firm: its own, let by it, or a parcel it holds."""
    row: Any = cell.row
    if cell.table == "parcels":
        return bool(row.holder_id == firm_id)
    if row.firm_id == firm_id:
        return True
    if cell.table != "occupancy":
        return False
    if row.lessor_id:
        return bool(row.lessor_id == firm_id)
    return Parcel._default_manager.filter(Q(holder_id=firm_id), parcel_id=row.parcel_id, until=None).exists()


def as_text(value: Any) -> str:
    """A value as it is written in a table: numbers so that they read back the same, truth as 是 or 否."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
