"""A small county in the database, cell by cell, and the way from there to a published run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from django.db import transaction

from mujun.register.schema import TABLES
from mujun.register.tables import conform
from mujun.web.evaluations import jobs
from mujun.web.evaluations.models import Run
from mujun.web.evaluations.rulesets.actions import import_shipped
from mujun.web.evaluations.rulesets.queries import usable_versions
from mujun.web.evaluations.runs import actions
from mujun.web.register.actions.rows import add, next_revision
from mujun.web.register.models import RevisionKind, SourceSheet
from mujun.web.register.queries import current_revision
from mujun.web.register.storage import ROW_BITS

TOWNS = ("甲镇", "乙镇")
DAY = pd.Timestamp("2010-01-01")


def firm_id(number: int) -> str:
    return f"F{number:02d}"


def tables(count: int = 20, year: int = 2022) -> dict[str, list[dict[str, Any]]]:
    """``count`` firms below scale with falling tax, five above scale; F00 lets 2 mu of its land to F01."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for n in range(count + 5):
        above = n >= count
        firm, parcel = firm_id(n), f"P{n:02d}"
        found["firms"].append(
            {"firm_id": firm, "name": f"测试{n:02d}厂", "industry": "C3311", "above_scale": above, "town": TOWNS[n % 2]}
        )
        found["parcels"].append(
            {"parcel_id": parcel, "town": TOWNS[n % 2], "holder_id": firm, "registered_area_m2": 8000.0}
        )
        found["buildings"].append(
            {"building_id": f"B{n:02d}", "parcel_id": parcel, "floor_area_m2": 5000.0, "storeys": 3.0}
        )
        found["occupancy"].append(
            {"firm_id": firm, "parcel_id": parcel, "kind": "own", "area_m2": 20000 / 3, "from": DAY}
        )
        for back in range(2):
            found["measures"].append(
                {
                    "firm_id": firm, "year": year - back, "tax_wan": 200.0 - 8 * n - 10 * back, "value_added_wan": 900.0 + n,
                    "revenue_wan": 4000.0, "rd_wan": 90.0, "energy_tce": 300.0, "electricity_kwh": 900_000.0,
                    "emission_t": 0.2 if n % 2 else None, "employees": 60.0,
                }
            )  # fmt: skip
    found["occupancy"].append(
        {"firm_id": firm_id(1), "parcel_id": "P00", "kind": "lease", "area_m2": 4000 / 3, "from": DAY, "lessor_id": ""}
    )
    found["marks"].append(
        {"firm_id": firm_id(2), "year": year, "code": "veto_safety", "points": 0.0, "document": "甲〔2023〕1号"}
    )
    return found


@transaction.atomic
def fill(rows: dict[str, list[dict[str, Any]]]) -> int:
    """Write the tables as one revision, each from a sheet of its own; return the revision."""
    revision = next_revision(RevisionKind.IMPORT, by=None)
    for name, records in rows.items():
        if not records:
            continue
        data = conform(pd.DataFrame(records), TABLES[name])
        letters = {
            column: [chr(65 + place), TABLES[name].column(column).label] for place, column in enumerate(data.columns)
        }
        sheet = SourceSheet.objects.create(file=f"{TABLES[name].label}.xlsx", sheet="Sheet1", columns=letters)
        codes = (np.int64(sheet.pk) << ROW_BITS) | np.arange(2, len(data) + 2, dtype=np.int64)
        add(TABLES[name], data, dict.fromkeys(data.columns, codes), revision, None)
    return revision.pk


def rehearsed(by: Any, name: str = "HY2022", year: int = 2022, **options: Any) -> Run:
    """Draft a run of what is known now and compute it here."""
    import_shipped(by=by)
    version = usable_versions().get(name=name)
    run = actions.draft_run(version, year, current_revision(), by=by, **options)
    jobs.rehearse_run(run=run.pk)
    run.refresh_from_db()
    return run


def published(by: Any, **options: Any) -> Run:
    """Rehearse and sign."""
    return actions.publish_run(rehearsed(by, **options).pk, by=by)
