"""Small registers for tests of the ruler."""

from __future__ import annotations

import pandas as pd

from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, conform

MU = 2000 / 3


def register(year: int, firms: list[dict], *, leases: list[dict] = (), marks: list[dict] = (), taxes: list[dict] = (),
             measures: list[dict] = ()) -> Register:  # fmt: skip
    """Build a register from dicts: each firm has firm_id, area_mu (or area_m2), above_scale and its measures."""
    columns = {"firms": [], "occupancy": [], "measures": list(measures), "marks": [], "taxes": []}
    names = TABLES["measures"].column_names
    for firm in firms:
        columns["firms"].append({k: v for k, v in firm.items() if k in TABLES["firms"].column_names})
        area_m2 = firm["area_m2"] if "area_m2" in firm else round(firm.get("area_mu", 0) * 2000 / 3, 6)
        columns["occupancy"].append(
            {"firm_id": firm["firm_id"], "parcel_id": "P" + firm["firm_id"], "kind": "own", "area_m2": area_m2,
             "from": pd.Timestamp("2000-01-01")}
        )  # fmt: skip
        own = {k: v for k, v in firm.items() if k in names}
        if len(own) > 1:
            columns["measures"].append({"year": year, **own})
    for lease in leases:
        columns["occupancy"].append({"kind": "lease", "from": pd.Timestamp("2010-01-01"), "parcel_id": "L", **lease})
    columns["marks"] += [{"year": year, **mark} for mark in marks]
    columns["taxes"] += [{"year": year, **tax} for tax in taxes]
    built = Register()
    for name, rows in columns.items():
        table = TABLES[name]
        built.tables[name] = RegisterTable(conform(pd.DataFrame(rows), table), {})
    return built
