"""Which values of the register a figure of a parcel was computed from, and the cell of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

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


def places_behind(figures: ParcelFigures, name: str, parcel: int) -> Iterator[Place]:
    """Yield the values that figure ``name`` of the parcel at row ``parcel`` was computed from."""
    columns = _PARCEL_COLUMNS.get(name) or ((PARCEL_FIGURES[name].dated,) if name in PARCEL_FIGURES else ())
    for column in columns:
        if column:
            yield "parcels", parcel, column
    if name in _WITH_BUILDINGS:
        rows, owners = figures.buildings_by_parcel
        start, end = np.searchsorted(owners, [parcel, parcel + 1])
        for row in rows[start:end].tolist():
            yield "buildings", row, "floor_area_m2"
    if name in _WITH_LAND:
        for row in np.sort(figures.users.rows[figures.users.row_parcel == parcel]).tolist():
            yield "occupancy", row, "area_m2"
    users = figures.users
    if name in _WITH_TAX:
        yield from _taxes(figures, parcel)
    if name in _WITH_SCALE and users.main[parcel] >= 0:
        yield "firms", int(users.main[parcel]), "above_scale"


def _taxes(figures: ParcelFigures, parcel: int) -> Iterator[Place]:
    """Yield the tax of each user, and the land it has elsewhere over which that tax is spread."""
    users = figures.users
    firms = users.firm[users.pairs_of(parcel)]
    for row in figures.taxes.measure_row[firms].tolist():
        if row >= 0:
            yield "measures", row, "tax_wan"
    for row in np.sort(users.rows[np.isin(users.row_firm, firms) & (users.row_parcel != parcel)]).tolist():
        yield "occupancy", row, "area_m2"


def cells_behind(figures: ParcelFigures, criterion: Criterion, parcel: int) -> list[dict[str, Any]]:
    """Return what a criterion read of one parcel: figure, table, column, label, key, value, and the cell or None."""
    names = [*criterion.names, *(("land_price_wan",) if criterion.fee else ())]
    seen: dict[Place, str] = {}
    for name in names:
        for place in places_behind(figures, name, parcel):
            seen.setdefault(place, name)
    return [_described(figures, place, name) for place, name in seen.items()]


def _described(figures: ParcelFigures, place: Place, name: str) -> dict[str, Any]:
    table, row, column = place
    schema = TABLES[table]
    record = figures.register[table].iloc[row]
    cell = figures.register.cell(table, row, column)
    return {
        "figure": name,
        "table": table,
        "column": column,
        "label": f"{schema.label}·{schema.column(column).label}",
        "unit": schema.column(column).unit,
        "key": [_plain(record[part]) for part in schema.key],
        "value": _plain(record[column]),
        "cell": cell.as_dict() if cell else None,
    }


def _plain(value: Any) -> Any:
    """Return a value of a table as JSON can hold it; None for nothing."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if isinstance(value, np.generic) else value
