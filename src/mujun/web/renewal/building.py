"""From the register to a frozen block problem, and the figures by which people check it before anything is solved."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.register.tables import Register, RegisterTable
from mujun.renewal.adjacency import Adjacency, Rule, parcel_adjacency
from mujun.renewal.blocks.problem import Objective, Terms
from mujun.renewal.findings.figures import parcel_figures
from mujun.renewal.instance import Instance, Options, Together, build_instance
from mujun.rulebook.worth import load_worth
from mujun.web.campaign.models import BlockParcel
from mujun.web.campaign.queries.lineage import lineage_around
from mujun.web.findings.models import Finding
from mujun.web.register.queries import load_register
from mujun.web.renewal.frozen import pack
from mujun.web.renewal.graph import graph_of
from mujun.web.renewal.models import Plan
from mujun.web.renewal.pairs.queries import for_adjacency

Progress = Callable[[str, int, int], None]
TABLES_READ = ("parcels", "buildings", "firms", "occupancy", "measures", "barriers")


@dataclasses.dataclass(frozen=True, slots=True)
class Built:
    """A problem ready to be kept, and what is said of it."""

    digest: str
    content: bytes
    rehearsal: dict[str, Any]


def build(plan: Plan, progress: Progress) -> Built:
    """Build the problem of ``plan`` from its revision, findings and wishes; raises MujunError where it cannot."""
    wishes = plan.wishes
    progress("读取登记数据", 0, 0)
    register = _named_once(load_register(plan.revision, TABLES_READ))
    year = plan.findings.year
    day = dt.date(year, 12, 31)
    progress("判定相邻", 0, 0)
    rule = Rule(gap_m=wishes["gap_m"], front_m=wishes["front_m"])
    decisions = for_adjacency()
    adjacency = parcel_adjacency(register["parcels"], rule, register["barriers"], decisions)
    progress("计算每宗地的效益和费用", 0, 0)
    found = set(Finding.objects.filter(run=plan.findings, found=True).values_list("parcel_id", flat=True))
    figures = parcel_figures(register, year)
    table = pd.DataFrame({name: figures.columns[name] for name in ("area_mu", "tax_per_mu")})
    table["used"] = (figures.users.main >= 0) | figures.users.unclear
    worth = load_worth()
    options = Options(Together(wishes["together"]))
    instance = build_instance(register, table, adjacency, worth.on(day), day, found, options)
    notes = _lock_what_cannot_be_signed(plan, register, instance)
    graph = graph_of(adjacency, register["parcels"], decisions)
    digest, content = pack(instance.nodes, instance.edges, terms_of(wishes), graph)
    said = _said(instance, adjacency, len(found))
    notes = [*instance.notes, *adjacency.notes, *notes]
    return Built(digest, content, said | {"worth": worth.sentences(day), "notes": notes})


def terms_of(wishes: dict[str, Any]) -> Terms:
    """The terms that the wishes of a form come to."""
    return Terms(
        objective=Objective(wishes["objective"]),
        budget=wishes["budget_wan"],
        min_block_mu=wishes["min_block_mu"],
        max_block_mu=wishes["max_block_mu"],
        max_blocks=wishes["max_blocks"],
    )


def _named_once(register: Register) -> Register:
    parcels = register["parcels"]
    kept = (~parcels["parcel_id"].duplicated() & (parcels["parcel_id"] != "")).to_numpy()
    if not kept.any():
        raise Refused(_("登记簿里没有宗地，不能做方案。"), next_step=_("请先导入宗地。"))
    data = RegisterTable(parcels[kept].reset_index(drop=True))
    return Register({**register.tables, "parcels": data}, register.sources)


def _lock_what_cannot_be_signed(plan: Plan, register: Register, instance: Instance) -> list[str]:
    """Lock out what is in a block at work (but of the plan that this one replaces) and what has no registered area."""
    held = BlockParcel.objects.filter(to_day=None)
    if plan.replaces_id:
        held = held.exclude(block__plan_ref=f"plan:{plan.replaces_id}")
    inside = set(held.values_list("parcel_id", flat=True))
    lineage = lineage_around(inside) if inside else None
    relatives = set().union(*(lineage.family(code) for code in inside)) if lineage else set()
    nodes = instance.nodes
    taken = nodes["id"].isin(sorted(relatives)).to_numpy()
    area = register["parcels"]["registered_area_m2"].to_numpy(dtype=np.float64)
    bare = ~(np.nan_to_num(area) > 0)
    for chosen, why in ((bare, "没有登记面积"), (taken, "已在整治区块")):
        fresh = chosen & (nodes["lock"] == "").to_numpy()
        nodes.loc[fresh, "lock"], nodes.loc[fresh, "lock_reason"] = "out", why
    return [f"{int(taken.sum())}宗地已在整治区块，不再列入。"] if taken.any() else []


def _said(instance: Instance, adjacency: Adjacency, found: int) -> dict[str, Any]:
    nodes = instance.nodes
    out = nodes["lock"] == "out"
    low = (nodes["benefit"] > 0) & ~out
    sizes = np.unique(adjacency.pieces(), return_counts=True)[1]
    reasons = nodes.loc[out, "lock_reason"].value_counts()
    kinds = pd.Series(adjacency.kind, dtype="str").value_counts()
    return {
        "rule": adjacency.rule.describe(),
        "parcels": len(nodes),
        "found": found,
        "edges": len(adjacency),
        "refused": len(adjacency.refused),
        "kinds": {str(kind): int(number) for kind, number in kinds.items()},
        "pieces": len(sizes),
        "largest": int(sizes.max()),
        "low_parcels": int(low.sum()),
        "low_mu": round(float(nodes.loc[low, "area_mu"].sum()), 4),
        "low_cost_wan": round(float(nodes.loc[low, "cost"].sum()), 4),
        "locked": {str(why): int(number) for why, number in reasons.items()},
        "grouped": int((nodes["together"] != "").sum()),
        "repairs": len(adjacency.repairs),
        "passages": len(adjacency.passages),
    }
