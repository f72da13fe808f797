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
    by_table: dict[str, set[str]] = {}
    for name, columns in FIRM_COLUMNS.items():
        change = changes.get(name)
        if change is not None:
            frames = [change.rows, change.before, *([change.gone.data] if change.whole else [])]
            by_table[name] = _distinct(frame[column] for frame in frames for column in columns)
    by_table.setdefault("parcels", set()).update(_on_parcels(changes.get("parcels")))
    found: dict[str, str] = {}
    for name in (name for name in TABLES if name in by_table):
        known = by_table[name] & found.keys()
        found |= dict.fromkeys(by_table[name] - known, name) | {firm: f"{found[firm]},{name}" for firm in known}
    ids = sorted(found)
    words = [found[firm] for firm in ids]
    return pd.DataFrame({"firm_id": pd.Series(ids, dtype="str"), "tables": pd.Series(words, dtype="str")})


def _distinct(columns: Iterable[pd.Series]) -> set[str]:
    values: set[str] = set()
    for column in columns:
        values.update(column.unique().tolist())
    return values - {""}


def _on_parcels(change: TableChange | None) -> set[str]:
    """The firms that use land on a parcel that changes; a new parcel has no users yet."""
    if change is None:
        return set()
    ids = set(change.rows["parcel_id"][change.replaces != NEW].tolist())
    if change.whole:
        ids.update(change.gone.data["parcel_id"].tolist())
    if not ids:
        return set()
    users = queries.current_columns("occupancy", ["parcel_id", "firm_id"])
    return {firm for parcel, firm in users if parcel in ids} - {""}
