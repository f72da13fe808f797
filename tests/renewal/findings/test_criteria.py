"""Every criterion of every shipped rule set: a case that is found, one that is not, and one on the line."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from mujun.register.tables import Register
from mujun.renewal.findings import find
from mujun.rulebook.findings.load import load_findings_rules, shipped_findings
from tests.renewal.findings.parcels import YEAR, bare, held, plot, register, used

GRADES = pd.DataFrame({"firm_id": ["F"], "grade": ["B"]})


def found(rules: str, county: Register, grade: str | None = "B", year: int = YEAR) -> set[str]:
    grades = None if grade is None else GRADES.assign(grade=grade)
    return set(find(county, load_findings_rules(rules), year, grades).table["criterion"])


def site(area_mu: float, tax_per_mu: float, above_scale: bool = True) -> Register:
    area_m2 = area_mu * 2000 / 3
    return used(plot(registered_area_m2=area_m2), tax_wan=tax_per_mu * area_mu, above_scale=above_scale)


def zone(area_m2: float, above_scale: bool, town: str = "开发区") -> Register:
    return used(plot(registered_area_m2=area_m2, town=town), tax_wan=10_000, above_scale=above_scale)


def built(floor_share: float, **more: Any) -> Register:
    return used(plot(registered_area_m2=12000.0, **more), floor_share=floor_share)


def let_in_part(free_m2: float) -> Register:
    """12,000 m² held by a village that lets all but ``free_m2``."""
    return register(
        [plot(registered_area_m2=12000.0)],
        firms=[{"firm_id": "F", "above_scale": True}],
        occupancy=[held("F", "P", 12000.0 - free_m2, "lease")],
        measures=[{"firm_id": "F", "tax_wan": 900.0}],
        buildings=[{"building_id": "B", "parcel_id": "P", "floor_area_m2": 18000.0}],
    )


BEGUN = {
    "approved_on": "2020-01-01",
    "supplied_on": "2020-06-01",
    "handed_over_on": "2020-07-01",
    "start_due": "2021-01-01",
}
HALF = {"finished_on": None, "produced_on": None}
CASES: list[tuple[str, str, Register, bool]] = [
    # tax per mu below 2 万元
    ("LX2019", "low_tax_per_mu", site(12, 1.99), True),
    ("LX2019", "low_tax_per_mu", site(12, 2.01), False),
    ("LX2019", "low_tax_per_mu", site(12, 2), False),
    # below scale in the development zone on ≥ 15 mu (10,000 m²)
    ("LX2019", "large_below_scale", zone(10_500.0, False), True),
    ("LX2019", "large_below_scale", zone(10_500.0, True), False),
    ("LX2019", "large_below_scale", zone(10_500.0, False, town="甲镇"), False),
    ("LX2019", "large_below_scale", zone(10_000.0, False), True),
    ("LX2019", "large_below_scale", zone(9_999.0, False), False),
    # above scale below 6, below scale below 3, ≥ 10 mu and still below scale
    ("HZ2021", "low_tax_above_scale", site(12, 5.9), True),
    ("HZ2021", "low_tax_above_scale", site(12, 5.9, above_scale=False), False),
    ("HZ2021", "low_tax_above_scale", site(12, 6), False),
    ("HZ2021", "low_tax_below_scale", site(6, 2.9, above_scale=False), True),
    ("HZ2021", "low_tax_below_scale", site(6, 2.9), False),
    ("HZ2021", "low_tax_below_scale", site(6, 3, above_scale=False), False),
    ("HZ2021", "large_below_scale", site(12, 50, above_scale=False), True),
    ("HZ2021", "large_below_scale", site(12, 50), False),
    ("HZ2021", "large_below_scale", zone(6_666.67, False), True),
    ("HZ2021", "large_below_scale", zone(6_666.66, False), False),
    # ≥ 10 mu and below 10 万元/亩, both
    ("XC2022", "double_ten", site(12, 9.9), True),
    ("XC2022", "double_ten", site(9, 9.9), False),
    ("XC2022", "double_ten", site(12, 10), False),
    # the default for Yongkang
    ("YK", "low_tax_per_mu", site(6, 4.9), True),
    ("YK", "low_tax_per_mu", site(2.9, 4.9), False),
    ("YK", "low_tax_per_mu", site(6, 5), False),
    ("YK", "low_tax_per_mu", used(plot(registered_area_m2=2_000.0), tax_wan=14.9), True),
    ("YK", "large_below_scale", site(16, 50, above_scale=False), True),
    ("YK", "large_below_scale", site(16, 50), False),
    ("YK", "large_below_scale", zone(10_000.0, False), True),
    ("YK", "low_far", built(0.99), True),
    ("YK", "low_far", built(1.01), False),
    ("YK", "low_far", built(1.0), False),
    ("YK", "low_far", used(plot(registered_area_m2=6_000.0), floor_share=0.5), False),
    ("YK", "approved_not_supplied", bare(approved_on="2024-05-01"), True),
    ("YK", "approved_not_supplied", bare(approved_on="2024-05-01", supplied_on="2024-11-01"), False),
    ("YK", "approved_not_supplied", bare(approved_on="2024-12-31"), True),
    ("YK", "approved_not_supplied", bare(approved_on="2025-01-01"), False),
    ("YK", "supplied_not_used", bare(**BEGUN), True),
    ("YK", "supplied_not_used", bare(**BEGUN, started_on="2024-12-31"), False),
    ("YK", "supplied_not_used", bare(**BEGUN, started_on="2025-01-01"), True),
    ("YK", "used_not_full_built", built(0.3), True),
    ("YK", "used_not_full_built", built(0.4), False),
    ("YK", "used_not_full_built", built(1 / 3), False),
    ("YK", "used_not_full_invested", used(plot(invested_wan=249.99, registered_area_m2=9e3)), True),
    ("YK", "used_not_full_invested", used(plot(invested_wan=300.0, registered_area_m2=9e3)), False),
    ("YK", "used_not_full_invested", used(plot(invested_wan=250.0, registered_area_m2=9e3)), False),
    ("YK", "used_not_full_area", let_in_part(3000.0), True),
    ("YK", "used_not_full_area", let_in_part(1200.0), False),
    ("YK", "used_not_full_area", let_in_part(2400.0), True),
    ("YK", "built_not_producing", bare(**BEGUN, started_on="2021-01-01", finish_due="2022-07-01", finished_on="2022-06-01"), True),
    ("YK", "built_not_producing", bare(**BEGUN, started_on="2021-01-01", finish_due="2022-07-01", finished_on="2022-06-01", produced_on="2023-01-01"), False),
    ("YK", "built_not_producing", bare(**BEGUN, started_on="2021-01-01", finish_due="2025-01-01", finished_on="2024-06-01"), False),
    ("YK", "built_not_producing", bare(**BEGUN, started_on="2021-01-01", finish_due="2024-12-31", finished_on="2024-06-01"), True),
    ("YK", "tax_below_promise", used(plot(registered_area_m2=6e3, tax_due_wan_per_mu=12.0), tax_wan=107.0), True),
    ("YK", "tax_below_promise", used(plot(registered_area_m2=6e3, tax_due_wan_per_mu=12.0), tax_wan=109.0), False),
    ("YK", "tax_below_promise", used(plot(registered_area_m2=6e3, tax_due_wan_per_mu=12.0), tax_wan=108.0), False),
    ("YK", "tax_below_promise", used(plot(registered_area_m2=6e3), tax_wan=1.0), False),
    ("YK", "investment_below_promise", used(plot(registered_area_m2=6e3, invested_wan=999.99)), True),
    ("YK", "investment_below_promise", used(plot(registered_area_m2=6e3, invested_wan=1200.0)), False),
    ("YK", "investment_below_promise", used(plot(registered_area_m2=6e3, invested_wan=1000.0)), False),
    ("YK", "far_below_promise", built(1.1, far_min=1.2), True),
    ("YK", "far_below_promise", built(1.3, far_min=1.2), False),
    ("YK", "far_below_promise", built(1.2, far_min=1.2), False),
    ("YK", "idle_1y", bare(supplied_on="2023-01-01", start_due="2023-06-30"), True),
    ("YK", "idle_1y", bare(supplied_on="2023-01-01", start_due="2023-12-31"), True),
    ("YK", "idle_1y", bare(supplied_on="2023-01-01", start_due="2024-01-01"), False),
    ("YK", "idle_1y", bare(supplied_on="2022-01-01", start_due="2022-12-31"), False),
    ("YK", "idle_2y", bare(supplied_on="2022-01-01", start_due="2022-12-31"), True),
    ("YK", "idle_2y", bare(supplied_on="2022-01-01", start_due="2023-01-01"), False),
    ("YK", "idle_2y", bare(supplied_on="2020-01-01", start_due="2020-07-01", started_on="2024-06-01"), False),
    ("YK", "idle_stopped", built(0.3, **HALF, stopped_on="2023-12-31"), True),
    ("YK", "idle_stopped", built(0.3, **HALF, stopped_on="2024-01-01"), False),
    ("YK", "idle_stopped", built(1.3, **HALF, stopped_on="2022-01-01"), False),
    ("YK", "idle_stopped", built(1.3, **HALF, stopped_on="2022-01-01", invested_wan=249.0), True),
    ("YK", "idle_stopped", built(0.3, stopped_on="2022-01-01"), False),
    ("YK", "illegal_use", used(plot(registered_area_m2=6e3, illegal_use=True)), True),
    ("YK", "illegal_use", used(plot(registered_area_m2=6e3)), False),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "criterion", "county", "expected"), CASES)
def test_by_hand(rules: str, criterion: str, county: Register, expected: bool) -> None:
    assert (criterion in found(rules, county)) is expected


@pytest.mark.parametrize("rules", ["LX2019", "YK"])
@pytest.mark.parametrize(("grade", "expected"), [("D", True), ("C", False), ("C-", False), ("", False), (None, False)])
def test_grade_of_the_main_user(rules: str, grade: str | None, expected: bool) -> None:
    assert ("grade_d" in found(rules, site(12, 50), grade)) is expected


def test_every_criterion_of_every_shipped_rule_set_has_its_cases() -> None:
    tried = {(rules, criterion, expected) for rules, criterion, _, expected in CASES}
    tried |= {(rules, "grade_d", expected) for rules in ("LX2019", "YK") for expected in (True, False)}
    wanted = {
        (name, criterion.name, expected)
        for name in shipped_findings()
        for criterion in load_findings_rules(name).criteria
        for expected in (True, False)
    }
    assert tried == wanted


def test_thresholds_are_not_in_force_before_their_first_date() -> None:
    county = site(12, 1.0)
    county.tables["measures"].data["year"] = 2018
    early = find(county, load_findings_rules("LX2019"), 2018, GRADES)
    assert early.table.empty
    assert early.undecided.empty
    assert any("还没有生效" in note for note in early.notes)


def test_kinds_overlap() -> None:
    county = bare(supplied_on="2020-01-01", start_due="2020-07-01", approved_on="2019-01-01", illegal_use=True)
    assert found("YK", county) == {"supplied_not_used", "idle_2y", "illegal_use"}
