"""Whose grade an import will touch."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from mujun.register.schema import TABLES
from mujun.web.register import queries
from mujun.web.register.imports.compare import NEW, TableChange

FIRM_COLUMNS = {
    "firms": ("firm_id",),
    "measures": ("firm_id",),
    "taxes": ("firm_id",),
    "marks": ("firm_id",),
    "occupancy": ("firm_id", "lessor_id"),
    "parcels": ("holder_id",),
}
"""Columns that name a firm, per table that an evaluation reads."""


def firms_touched(changes: dict[str, TableChange]) -> pd.DataFrame:
    """Return ``firm_id`` and ``tables`` (joined with ``,``) of every firm with a row that is new, changed or gone.

    Of a parcel these are its holder and everybody who uses land on it.
    """
    found: dict[str, list[str]] = {}
    for name, columns in FIRM_COLUMNS.items():
        change = changes.get(name)
        if change is None:
            continue
        frames = [change.rows, change.before, *([change.gone.data] if change.whole else [])]
        for firm in _distinct(frame[column] for frame in frames for column in columns):
            found.setdefault(firm, []).append(name)
    for firm in _on_parcels(changes.get("parcels")):
        tables = found.setdefault(firm, [])
        if "parcels" not in tables:
            tables.append("parcels")
    firms = sorted(found)
    order = {name: place for place, name in enumerate(TABLES)}
    return pd.DataFrame(
        {
            "firm_id": pd.Series(firms, dtype="str"),
            "tables": pd.Series([",".join(sorted(found[firm], key=order.__getitem__)) for firm in firms], dtype="str"),
        }
    )


def _distinct(columns: Iterable[pd.Series]) -> list[str]:
    values: set[str] = set()
    for column in columns:
        values.update(column.unique().tolist())
    return sorted(values - {""})


def _on_parcels(change: TableChange | None) -> list[str]:
    """The firms that use land on a parcel that changes; a new parcel has no users yet."""
    if change is None:
        return []
    ids = set(change.rows["parcel_id"][change.replaces != NEW].tolist())
    if change.whole:
        ids.update(change.gone.data["parcel_id"].tolist())
    if not ids:
        return []
    users = queries.current_columns("occupancy", ["parcel_id", "firm_id"])
    return sorted({firm for parcel, firm in users if parcel in ids} - {""})
