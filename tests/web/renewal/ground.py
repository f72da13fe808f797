"""A small county of 6 × 6 touching parcels with low yield in two corners, its findings, and plans made of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import shapely
from django.utils import timezone

from mujun.register.schema import TABLES
from mujun.web.findings import actions as findings_actions
from mujun.web.findings import jobs as findings_jobs
from mujun.web.findings.models import FindingsRuleSet, FindingsRun
from mujun.web.register.queries import current_revision
from mujun.web.renewal import actions, jobs
from mujun.web.renewal.models import Plan
from mujun.web.renewal.queries import standing_locks
from tests.web.evaluations.web_county import DAY, TOWNS, fill

SIDE = 6
YEAR = 2022
WISHES: dict[str, Any] = {
    "objective": "benefit", "budget_wan": 11_000.0, "min_block_mu": 20.0, "max_block_mu": None, "max_blocks": 2,
    "gap_m": 30.0, "front_m": 1.0, "together": "none", "seconds": 60.0, "seed": 1, "gap": 0.0, "alternatives": 2,
}  # fmt: skip


def code(row: int, column: int) -> str:
    return f"G{row}{column}"


def tables() -> dict[str, list[dict[str, Any]]]:
    """Parcels of 12 mu each, 80 m wide; the two corners far from each other pay little tax."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for row in range(SIDE):
        for column in range(SIDE):
            name, firm = code(row, column), f"F{row}{column}"
            low = row + column <= 2 or row + column >= 8
            shape = shapely.box(
                120 + column * 0.0008, 28.9 + row * 0.0008, 120.0008 + column * 0.0008, 28.9008 + row * 0.0008
            )
            found["firms"].append(
                {"firm_id": firm, "name": f"试验{row}{column}厂", "industry": "C3351", "above_scale": not low,
                 "town": TOWNS[column // 3], "status": "active"}
            )  # fmt: skip
            found["parcels"].append(
                {"parcel_id": name, "town": TOWNS[column // 3], "holder_id": firm, "holder_name": f"试验{row}{column}厂",
                 "registered_area_m2": 8_000.0, "geometry": shapely.to_wkb(shape), "protected": (row, column) == (1, 1)}
            )  # fmt: skip
            found["buildings"].append(
                {"building_id": f"B{name}", "parcel_id": name, "floor_area_m2": 9_000.0 + 50 * (row + 2 * column),
                 "legal": True}
            )  # fmt: skip
            found["occupancy"].append(
                {"firm_id": firm, "parcel_id": name, "kind": "own", "area_m2": 8_000.0, "from": DAY}
            )
            tax = 12.0 + row + column if low else 600.0
            found["measures"].append({"firm_id": firm, "year": YEAR, "tax_wan": tax, "revenue_wan": 4_000.0})
    found["occupancy"].append(
        {"firm_id": "F55", "parcel_id": "G00", "kind": "lease", "area_m2": 1_000.0, "from": DAY, "lessor_id": "F00"}
    )
    return found


def county() -> int:
    return fill(tables())


def published(by: Any) -> FindingsRun:
    findings_actions.import_shipped_findings(by=by)
    rules = FindingsRuleSet.objects.get(name="YK")
    run = findings_actions.draft_findings(rules, YEAR, current_revision(), None, by=by)
    findings_jobs.rehearse_findings(run=run.pk)
    return findings_actions.publish_findings(run.pk, timezone.now() + dt.timedelta(days=5), by=by)


def drafted(run: FindingsRun, by: Any, title: str = "试验方案", replaces: Plan | None = None, **wishes: Any) -> Plan:
    """A plan whose problem is built."""
    plan = actions.draft_plan(title, run, current_revision(), WISHES | wishes, replaces=replaces, by=by)
    jobs.build_plan(plan=plan.pk)
    plan.refresh_from_db()
    return plan


def solved(plan: Plan, by: Any) -> Plan:
    """The plan after a full search, here and now."""
    actions.solve_plan(plan.pk, by=by)
    plan.refresh_from_db()
    forget_queue()
    jobs.solve_job(plan=plan.pk, round=plan.round, locks=standing_locks(plan))
    forget_queue()
    plan.refresh_from_db()
    return plan


def relocked(plan: Plan, parcel: str, kind: str, by: Any, why: str = "") -> Plan:
    """The plan after a lock and its search, here and now."""
    held = actions.lock_parcel(plan.pk, parcel, kind, why, by=by)
    forget_queue()
    jobs.relock_job(**held.arguments)
    plan.refresh_from_db()
    return plan


def forget_queue() -> None:
    """Nobody works off the queue in these tests: what waits is as good as done."""
    from mujun.web.register.models import JobProgress

    JobProgress.objects.filter(state="waiting").update(state="done")


def frame(plan: Plan) -> pd.DataFrame:
    from mujun.web.renewal.frozen import frozen_of

    return frozen_of(plan).nodes
