"""Small registers for tests of findings: one parcel, its users, its buildings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, Source, conform, origin_code

YEAR = 2024
MU = 2000 / 3


def days(values: dict[str, Any]) -> dict[str, Any]:
    names = {column.name for column in TABLES["parcels"].columns if column.kind == "date"}
    return {name: pd.Timestamp(value) if name in names and value else value for name, value in values.items()}


def held(firm: str, parcel: str, area_m2: float | None, kind: str = "own", **more: Any) -> dict[str, Any]:
    return {
        "firm_id": firm,
        "parcel_id": parcel,
        "kind": kind,
        "area_m2": area_m2,
        "from": pd.Timestamp("2010-01-01"),
        **more,
    }


def register(
    parcels: list[dict[str, Any]],
    *,
    firms: list[dict[str, Any]] = (),  # type: ignore[assignment]
    occupancy: list[dict[str, Any]] = (),  # type: ignore[assignment]
    measures: list[dict[str, Any]] = (),  # type: ignore[assignment]
    buildings: list[dict[str, Any]] = (),  # type: ignore[assignment]
) -> Register:
    """Build a register in which every value has a cell: row 2 is the first row of each sheet."""
    rows = {
        "parcels": [days(parcel) for parcel in parcels],
        "firms": list(firms),
        "occupancy": list(occupancy),
        "measures": [{"year": YEAR, **measure} for measure in measures],
        "buildings": list(buildings),
    }
    built = Register()
    for name, records in rows.items():
        table = TABLES[name]
        columns = {column.name: (f"C{place}", column.label) for place, column in enumerate(table.columns)}
        built.sources.append(Source(f"{table.label}.xlsx", "一", columns))
        codes = origin_code(len(built.sources) - 1, np.arange(2, len(records) + 2))
        built.tables[name] = RegisterTable(
            conform(pd.DataFrame(records), table), dict.fromkeys(table.column_names, codes)
        )
    return built


def plot(parcel_id: str = "P", area_mu: float = 20.0, **more: Any) -> dict[str, Any]:
    """A parcel in normal use since long ago."""
    normal = {
        "approved_on": "2009-01-10", "supplied_on": "2009-06-01", "handed_over_on": "2009-07-01", "start_due": "2010-01-01",
        "finish_due": "2011-07-01", "started_on": "2009-12-01", "finished_on": "2011-05-01", "produced_on": "2011-12-01",
        "far_min": 1.0, "invest_due_wan": 1000.0, "invested_wan": 1000.0, "illegal_use": False,
    }  # fmt: skip
    area = {} if "registered_area_m2" in more else {"registered_area_m2": area_mu * 2000 / 3}
    return {"parcel_id": parcel_id, "town": "甲镇", **normal, **area, **more}


def used(
    parcel: dict[str, Any], *, tax_wan: float | None = 400.0, above_scale: bool | None = True, floor_share: float = 1.5
) -> Register:
    """One parcel held by one firm, with one building of ``floor_share`` times its area."""
    area = parcel["registered_area_m2"]
    return register(
        [parcel],
        firms=[{"firm_id": "F", "above_scale": above_scale}],
        occupancy=[held("F", parcel["parcel_id"], area)],
        measures=[{"firm_id": "F", "tax_wan": tax_wan}],
        buildings=[{"building_id": "B", "parcel_id": parcel["parcel_id"], "floor_area_m2": area * floor_share}],
    )


def bare(**dates: Any) -> Register:
    """One parcel of 12,000 m² (18 mu) nobody has built on, with nothing but the dates given."""
    blank = dict.fromkeys(
        (
            "approved_on",
            "supplied_on",
            "handed_over_on",
            "start_due",
            "finish_due",
            "started_on",
            "finished_on",
            "produced_on",
        )
    )
    return register([plot(registered_area_m2=12000.0, **{**blank, **dates})])
