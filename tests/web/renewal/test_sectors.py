"""A plan phased from the register: workshops go to standard factories of their own trade."""

from __future__ import annotations

import datetime as dt

import pytest

from mujun.web.findings.models import FindingsRun
from mujun.web.renewal import phases
from tests.web.evaluations.web_county import fill
from tests.web.renewal import ground


@pytest.fixture
def findings(db, analyst) -> FindingsRun:
    """The small county with three standard factories on a parcel of high yield."""
    rows = ground.tables()
    for number, sector in enumerate(("五金", "泵业", "太空飞船"), 1):
        rows["units"].append(
            {"unit_id": f"U{number}", "building_id": "BG23", "floor_area_m2": 50_000.0, "load_kn_m2": 10.0,
             "height_m": 6.0, "power_kva": 500.0, "sector": sector, "free_from": dt.date(2020, 1, 1)}
        )  # fmt: skip
    for firm in rows["firms"]:
        if firm["firm_id"] == "F00":
            firm["industry"] = "C3441"
    fill(rows)
    return ground.published(analyst)


def test_workshops_and_units_are_called_by_the_same_sectors(plan):
    wishes = phases.usual_wishes(plan.chosen, dt.date(2026, 11, 1)) | {"capacity_m2": 0.0}
    task, notes = phases.task_of(plan, plan.chosen, wishes)
    shops = dict(zip(task.workshops.firm, task.workshops.sector_code.tolist(), strict=True))
    units = dict(zip(task.units.unit, task.units.sector_code.tolist(), strict=True))
    named = {"": -1, **{name: code for code, name in enumerate(task.sectors)}}
    assert units == {"U1": named["33 金属制品业"], "U2": named["34 通用设备制造业"], "U3": named["太空飞船"]}
    assert shops
    for firm, code in shops.items():
        assert code == named["34 通用设备制造业" if firm == "F00" else "33 金属制品业"], firm
    assert notes == (
        "1个厂房单元（“太空飞船”）的行业不在用语表里，没有安排企业；请改用国标名称或代码，或在用语表里补上。",
    )


def test_what_could_not_be_told_is_kept_with_the_phasing(plan):
    from mujun.renewal.phasing import phase

    wishes = phases.usual_wishes(plan.chosen, dt.date(2026, 11, 1)) | {"capacity_m2": 0.0}
    task, notes = phases.task_of(plan, plan.chosen, wishes)
    found = phase(task, time_limit_s=10)
    kept = phases.phasing_from(plan.chosen, wishes, found, {}, notes)
    assert notes[0] in kept.notes
    allowed = {"U1": "33", "U2": "34"}
    trades = {"F00": "34"}
    moved = [move for move in kept.moves if move["kind"] == "unit"]
    assert moved
    assert all(allowed[move["to"]] == trades.get(move["firm_id"], "33") for move in moved)
