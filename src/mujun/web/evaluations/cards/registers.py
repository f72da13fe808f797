"""The part of the register that concerns a few firms, read by index only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from django.db import connection

from mujun.register.schema import TABLES
from mujun.register.tables import Register
from mujun.web.register.queries import as_register, rows_where
from mujun.web.register.storage import Held


def register_of(firm_ids: Sequence[str], revision: int | None = None) -> Register:
    """Return what the register holds of the firms, now or as known at ``revision``.

    Their rows, shares of land, figures, taxes and marks; the shares that others have from them, also where no lessor
    is named and the parcel is theirs; and the parcels all these lie on. Ten look-ups, whatever the number of firms
    in the register; rows in the order in which they were written.
    """
    held = {
        table: rows_where(table, "firm_id", firm_ids, revision) for table in ("firms", "measures", "taxes", "marks")
    }
    holding = rows_where("parcels", "holder_id", firm_ids, revision)
    held["occupancy"] = together(
        "occupancy",
        rows_where("occupancy", "firm_id", firm_ids, revision),
        rows_where("occupancy", "lessor_id", firm_ids, revision),
        rows_where("occupancy", "parcel_id", sorted(set(holding.data["parcel_id"]) - {""}), revision),
    )
    used = sorted(set(held["occupancy"].data["parcel_id"]) - set(holding.data["parcel_id"]) - {""})
    held["parcels"] = together("parcels", holding, rows_where("parcels", "parcel_id", used, revision))
    return as_register(held)


def changed_since(firm_ids: Sequence[str], revision: int) -> bool:
    """Tell whether any row that :func:`register_of` reads was added or ended after ``revision``. One look-up."""
    marks = ", ".join(["%s"] * len(firm_ids))
    holding = f"SELECT parcel_id FROM {_named('parcels')} WHERE holder_id IN ({marks})"  # noqa: S608
    places = [
        *((table, f"firm_id IN ({marks})") for table in ("firms", "measures", "taxes", "marks", "occupancy")),
        ("occupancy", f"lessor_id IN ({marks})"),
        ("occupancy", f"parcel_id IN ({holding})"),
        ("parcels", f"holder_id IN ({marks})"),
        ("parcels", f"parcel_id IN (SELECT parcel_id FROM {_named('occupancy')} WHERE firm_id IN ({marks}))"),  # noqa: S608
    ]
    parts = [
        f"SELECT 1 FROM {_named(table)} WHERE {where} AND (since > %s OR until > %s)"  # noqa: S608
        for table, where in places
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " LIMIT 1", [*firm_ids, revision, revision] * len(parts))
        return cursor.fetchone() is not None


def _named(table: str) -> str:
    return connection.ops.quote_name(f"register_{table}")


def together(table: str, *parts: Held) -> Held:
    """Join rows of one table, each once, in the order of their ids."""
    ids = np.concatenate([part.ids for part in parts])
    numbers, places = np.unique(ids, return_index=True)
    data = pd.concat([part.data for part in parts], ignore_index=True).take(places).reset_index(drop=True)
    codes = {
        column: np.concatenate([part.codes[column] for part in parts])[places] for column in TABLES[table].column_names
    }
    return Held(numbers, data, codes)
