"""The cell that an objection is about: does it exist, is it the firm's own, what does it hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pandas as pd
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.register.schema import TABLES, Column, Kind
from mujun.web.evaluations.wording import cell_label
from mujun.web.register import queries, wording
from mujun.web.register.models import Parcel
from mujun.web.register.values import typed

OPEN_TABLES = ("firms", "measures", "taxes", "marks", "occupancy", "parcels", "buildings")
"""Tables with figures that an evaluation or a finding reads; their cells may be objected to."""

ADVICE = gettext_lazy("请在算账单或面积公示中点击要提出异议的数据。")


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the register as it stands. ``key`` are the key's parts as text; ``held`` is the present value."""

    table: str
    key: tuple[str, ...]
    column: Column
    held: str
    row: dict[str, Any]

    @property
    def label(self) -> str:
        """The cell for people: table, key without the firm's own code, column with its unit."""
        return cell_label(self.table, self.key, self.column.name)

    def read(self, text: str) -> str:
        """Return ``text`` as a value of this column is written; raise Refused where it does not fit."""
        value = typed(self.column, text)
        if value is None:
            return ""
        kind = {Kind.NUMBER: "float64", Kind.TRUTH: "boolean", Kind.DATE: "datetime64[us]"}.get(
            self.column.kind, "object"
        )
        return wording.texts(self.column, pd.Series([value], dtype=kind))[0]


def find_cell(table: str, key: Sequence[str], column: str) -> Cell:
    """Return the current cell; raise Refused with a sentence where it cannot be objected to."""
    schema = TABLES.get(table)
    if schema is None or table not in OPEN_TABLES or len(key) != len(schema.key):
        raise Refused(_("这张表不接受异议。"), next_step=str(ADVICE))
    if column not in schema.column_names or column in schema.key or schema.column(column).kind is Kind.GEOMETRY:
        raise Refused(_("这一列不接受异议。"), next_step=str(ADVICE))
    held = queries.current_row(table, list(key))
    if held is None:
        raise Refused(_("登记数据中没有这一行，可能刚刚更正过。"), next_step=_("请刷新页面后重新选择。"))
    text = wording.texts(schema.column(column), held.data[column])[0]
    return Cell(
        table, tuple(key), schema.column(column), text, {str(name): value for name, value in held.data.iloc[0].items()}
    )


def is_of_firm(cell: Cell, firm_id: str) -> bool:
    """Whether the row is about the firm: its own, let by it, or a parcel it holds."""
    if cell.table == "parcels":
        return bool(cell.row["holder_id"] == firm_id)
    if cell.table == "buildings":
        return _holds(cell.row["parcel_id"], firm_id)
    if cell.row["firm_id"] == firm_id:
        return True
    if cell.table != "occupancy":
        return False
    if cell.row["lessor_id"]:
        return bool(cell.row["lessor_id"] == firm_id)
    return _holds(cell.row["parcel_id"], firm_id)


def is_behind(finding: Any, table: str, key: Sequence[str], column: str) -> bool:
    """Whether a finding (with its ``cells``) was computed from this cell."""
    wanted = (table, column, [str(part) for part in key])
    return any((cell["table"], cell["column"], [str(p or "") for p in cell["key"]]) == wanted for cell in finding.cells)


def _holds(parcel_id: str, firm_id: str) -> bool:
    parcels: Any = Parcel._default_manager
    held = parcels.filter(parcel_id=parcel_id, holder_id=firm_id, until=None)
    return bool(held.exists())
