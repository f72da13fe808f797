"""Which values of the register a figure of a parcel was computed from, and the cell of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from mujun.base.exact import Ints
from mujun.register.schema import TABLES
from mujun.renewal.findings.figures import ParcelFigures
from mujun.rulebook.findings.figures import GRADE, PARCEL_FIGURES
from mujun.rulebook.findings.ruleset import Criterion

Place = tuple[str, int, str]
"""Table, row (0-based), column."""

_PARCEL_COLUMNS: dict[str, tuple[str, ...]] = {
    "area_mu": ("registered_area_m2",),
    "far": ("registered_area_m2",),
    "built_share": ("registered_area_m2", "far_min"),
    "invested_share": ("invested_wan", "invest_due_wan"),
    "unused_share": ("registered_area_m2",),
    "unproductive_months": ("finished_on", "finish_due"),
    "supplied": ("supplied_on",),
    "started": ("started_on",),
    "finished": ("finished_on",),
    "produced": ("produced_on",),
    "stopped": ("stopped_on",),
    **{name: (name,) for name in ("illegal_use", "protected", "far_min", "invest_due_wan", "invested_wan")},
    **{name: (name,) for name in ("tax_due_wan_per_mu", "land_price_wan")},
}
_WITH_BUILDINGS = {"far", "built_share"}
_WITH_LAND = {"used_mu", "tax_wan", "tax_per_mu", "unused_share", GRADE, "above_scale", "below_scale"}
_WITH_TAX = {"tax_wan", "tax_per_mu"}
_WITH_SCALE = {"above_scale", "below_scale"}


class Sources:
    """Finds the values behind the figures of one register; looks each column up once, however many findings ask."""

    def __init__(self, figures: ParcelFigures) -> None:
        self._figures = figures
        users = figures.users
        self._buildings = _Grouped(figures.building_parcel, np.arange(len(figures.building_parcel)))
        self._land = _Grouped(users.row_parcel, users.rows)
        self._of_firm = _Grouped(users.row_firm, users.rows)
        self._columns: dict[tuple[str, str], list[Any]] = {}

    def behind(self, criterion: Criterion, parcel: int) -> list[dict[str, Any]]:
        """Return what a criterion read of the parcel at row ``parcel``: figure, table, column, label, unit, key, value,

        and the cell as a dict, or None where the value has none.
        """
        names = [*criterion.names, *(("land_price_wan",) if criterion.fee else ())]
        seen: dict[Place, str] = {}
        for name in names:
            for place in self.places(name, parcel):
                seen.setdefault(place, name)
        return [self._described(place, name) for place, name in seen.items()]

    def places(self, name: str, parcel: int) -> Iterator[Place]:
        """Yield the values that figure ``name`` of the parcel at row ``parcel`` was computed from."""
        columns = _PARCEL_COLUMNS.get(name) or ((PARCEL_FIGURES[name].dated,) if name in PARCEL_FIGURES else ())
        for column in columns:
            if column:
                yield "parcels", parcel, column
        if name in _WITH_BUILDINGS:
            for row in self._buildings[parcel]:
                yield "buildings", row, "floor_area_m2"
        if name in _WITH_LAND:
            for row in self._land[parcel]:
                yield "occupancy", row, "area_m2"
        if name in _WITH_TAX:
            yield from self._taxes(parcel)
        main = int(self._figures.users.main[parcel])
        if name in _WITH_SCALE and main >= 0:
            yield "firms", main, "above_scale"

    def _taxes(self, parcel: int) -> Iterator[Place]:
        """Yield the tax of each user, and the land it has elsewhere over which that tax is spread."""
        users = self._figures.users
        firms = users.firm[users.pairs_of(parcel)].tolist()
        for firm in firms:
            row = int(self._figures.taxes.measure_row[firm])
            if row >= 0:
                yield "measures", row, "tax_wan"
        here = set(self._land[parcel])
        for row in sorted({row for firm in firms for row in self._of_firm[firm]} - here):
            yield "occupancy", row, "area_m2"

    def _column(self, table: str, column: str) -> list[Any]:
        if (table, column) not in self._columns:
            self._columns[table, column] = [_plain(value) for value in self._figures.register[table][column].tolist()]
        return self._columns[table, column]

    def _described(self, place: Place, name: str) -> dict[str, Any]:
        table, row, column = place
        schema = TABLES[table]
        cell = self._figures.register.cell(table, row, column)
        return {
            "figure": name,
            "table": table,
            "column": column,
            "label": f"{schema.label}·{schema.column(column).label}",
            "unit": schema.column(column).unit,
            "key": [self._column(table, part)[row] for part in schema.key],
            "value": self._column(table, column)[row],
            "cell": cell.as_dict() if cell else None,
        }


class _Grouped:
    """Rows by the position they belong to, each group in ascending order."""

    def __init__(self, owners: Ints, rows: Ints) -> None:
        order = np.lexsort((rows, owners))
        self._owners, self._rows = owners[order], rows[order]

    def __getitem__(self, owner: int) -> list[int]:
        start, end = np.searchsorted(self._owners, [owner, owner + 1])
        found: list[int] = self._rows[start:end].tolist()
        return found


def _plain(value: Any) -> Any:
    """Return a value of a table as JSON can hold it; None for nothing."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value
