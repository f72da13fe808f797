"""What a finding says, what it rests on, and what is never found."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.base.dates import full_months
from mujun.demo.world import draw_world
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, conform
from mujun.renewal.findings import find
from mujun.renewal.findings.clock import months_until, plus_months
from mujun.renewal.findings.figures import parcel_figures
from mujun.rulebook.findings.load import load_findings_rules
from tests.renewal.findings.parcels import YEAR, bare, held, plot, register, used

YK = load_findings_rules("YK")


def row(findings, criterion):
    table = findings.table
    place = table.index[table["criterion"] == criterion]
    assert len(place) == 1
    return table.loc[place[0]], findings.cells(int(place[0]))


def test_a_finding_names_value_threshold_clause_cells_and_since_when():
    parcel = plot(registered_area_m2=6_000.0)
    finding, cells = row(find(used(parcel, tax_wan=27.0), YK, YEAR), "low_tax_per_mu")
    assert (finding["value"], finding["threshold"], finding["distance"], finding["unit"]) == (3.0, 5.0, 2.0, "万元/亩")
    assert finding["sentence"] == "亩均税收3万元/亩，低于5万元/亩，相差2万元/亩。"
    assert finding["clause"].startswith("系统缺省")
    assert finding["since"] == pd.Timestamp("2024-12-31")
    assert {(cell["table"], cell["column"], cell["value"], cell["cell"]["address"]) for cell in cells} == {
        ("parcels", "registered_area_m2", 6_000.0, "宗地.xlsx / 一 / C42"),
        ("occupancy", "area_m2", 6_000.0, "用地关系.xlsx / 一 / C52"),
        ("measures", "tax_wan", 27.0, "年度指标.xlsx / 一 / C42"),
    }


def test_idle_land_owes_a_fifth_of_its_price_from_the_day_the_year_was_full():
    idle = find(bare(supplied_on="2023-01-01", start_due="2023-05-20", land_price_wan=181.0), YK, YEAR)
    finding, cells = row(idle, "idle_1y")
    assert finding["fee_wan"] == pytest.approx(36.2)
    assert finding["since"] == pd.Timestamp("2024-05-20")
    assert finding["sentence"] == "自约定开工日（2023-05-20）起已满19个月，达到12个月。"
    assert "第十四条第一项" in finding["clause"]
    assert {"start_due", "supplied_on", "started_on", "land_price_wan"} <= {cell["column"] for cell in cells}


def test_idle_land_without_a_price_is_found_without_a_fee():
    finding, _ = row(find(bare(supplied_on="2023-01-01", start_due="2023-05-20"), YK, YEAR), "idle_1y")
    assert math.isnan(finding["fee_wan"])


@pytest.mark.parametrize(
    ("due", "stage"),
    [("2025-01-01", "未到约定开工日"), ("2024-12-31", "逾期不满一年"), ("2023-12-31", "逾期满一年（闲置）"), ("2020-01-01", "逾期满两年（可收回）")],
)  # fmt: skip
def test_supplied_land_ages(due, stage):
    finding, _ = row(find(bare(supplied_on="2019-06-01", start_due=due), YK, YEAR), "supplied_not_used")
    assert finding["stage"] == stage


@pytest.mark.parametrize(
    ("county", "criterion", "needs"),
    [
        (used(plot(registered_area_m2=6e3), tax_wan=None), "low_tax_per_mu", "税收"),
        (used(plot(registered_area_m2=12e3), above_scale=None), "large_below_scale", "是否规上"),
        (bare(), "approved_not_supplied", "批准日期"),
        (bare(approved_on="2020-01-01", handed_over_on="2021-01-01"), "approved_not_supplied", "供地日期"),
        (bare(supplied_on="2020-01-01", finished_on="2021-01-01"), "supplied_not_used", "开工日期"),
        (bare(supplied_on="2020-01-01"), "idle_2y", "约定开工日期"),
        (used(plot(registered_area_m2=12e3, produced_on=None)), "built_not_producing", "投产日期"),
        (used(plot(registered_area_m2=6e3, illegal_use=None)), "illegal_use", "违法用地"),
    ],
)
def test_what_is_missing_is_told_and_never_finds(county, criterion, needs):
    findings = find(county, YK, YEAR)
    assert criterion not in set(findings.table["criterion"])
    reasons = findings.undecided.set_index("criterion")["reason"]
    assert needs in reasons[criterion]


def test_what_is_surely_not_needs_no_more_data():
    """Land that was supplied is not waiting for supply, whenever it was approved."""
    findings = find(bare(supplied_on="2020-01-01", started_on="2020-05-01"), YK, YEAR)
    assert "approved_not_supplied" not in set(findings.undecided["criterion"])
    assert "supplied_not_used" not in set(findings.undecided["criterion"])


def test_a_tenant_without_figures_or_a_name_leaves_the_yield_open():
    parcel = plot(registered_area_m2=6_000.0)
    firms = [{"firm_id": "F"}, {"firm_id": "T"}]
    own = held("F", "P", 6_000.0)
    for tenant in ("T", "stranger"):
        county = register(
            [parcel], firms=firms, occupancy=[own, held(tenant, "P", 1_000.0, "lease")], measures=[{"firm_id": "F", "tax_wan": 1.0}]
        )  # fmt: skip
        assert "low_tax_per_mu" in set(find(county, YK, YEAR).undecided["criterion"])


def test_tax_is_spread_by_net_area():
    """F holds 6,000 m² here and 3,000 there, lets 2,000 here to T: 4,000 : 3,000 of its tax, all of T's."""
    county = register(
        [plot(registered_area_m2=6e3), plot("Q", registered_area_m2=3e3)],
        firms=[{"firm_id": "F"}, {"firm_id": "T"}],
        occupancy=[held("F", "P", 6e3), held("F", "Q", 3e3), held("T", "P", 2e3, "lease", lessor_id="F")],
        measures=[{"firm_id": "F", "tax_wan": 70.0}, {"firm_id": "T", "tax_wan": 5.0}],
    )
    figures = parcel_figures(county, YEAR)
    assert figures.columns["tax_wan"].tolist() == pytest.approx([45.0, 30.0])
    assert figures.columns["tax_per_mu"].tolist() == pytest.approx([5.0, 30 / 4.5])
    assert figures.taxes.exactly(0) == 5
    assert "P" not in set(find(county, YK, YEAR).table.query("criterion == 'low_tax_per_mu'")["parcel_id"])


def test_the_main_user_decides_scale_and_grade():
    county = register(
        [plot(registered_area_m2=12e3)],
        firms=[{"firm_id": "F", "above_scale": True}, {"firm_id": "T", "above_scale": False}],
        occupancy=[held("F", "P", 12e3), held("T", "P", 7e3, "lease", lessor_id="F")],
    )
    grades = pd.DataFrame({"firm_id": ["F", "T"], "grade": ["A", "D"]})
    assert {"grade_d", "large_below_scale"} <= set(find(county, YK, YEAR, grades).table["criterion"])


def test_blank_registered_area_is_taken_from_the_drawing():
    import shapely

    square = shapely.to_wkb(shapely.box(120.0, 28.9, 120.001, 28.901))
    county = used(plot(registered_area_m2=10_000.0))
    county.tables["parcels"].data["registered_area_m2"] = np.nan
    county.tables["parcels"].data["geometry"] = [square]
    assert parcel_figures(county, YEAR).columns["area_mu"][0] == pytest.approx(16.2, abs=0.2)


def test_an_empty_register_has_no_findings():
    findings = find(Register(), YK, YEAR)
    assert len(findings.table) == len(findings.undecided) == 0


def world(seed: int) -> Register:
    drawn = draw_world(seed, firms=400, parcels=320)
    county = Register()
    for name, table in TABLES.items():
        county.tables[name] = RegisterTable(conform(drawn.frames[name], table))
    return county


@pytest.fixture(scope="module")
def demo() -> Register:
    return world(3)


def key(findings) -> set[tuple[str, str, str]]:
    return set(findings.table[["parcel_id", "criterion", "value_text"]].itertuples(index=False, name=None))


def test_order_of_rows_does_not_matter(demo):
    shuffled = Register(dict(demo.tables))
    for name in ("parcels", "firms", "occupancy", "measures", "buildings"):
        data = demo[name].sample(frac=1, random_state=7).reset_index(drop=True)
        shuffled.tables[name] = RegisterTable(data)
    assert key(find(demo, YK, YEAR)) == key(find(shuffled, YK, YEAR))


def test_all_tax_of_those_with_land_lies_on_some_parcel(demo):
    figures = parcel_figures(demo, YEAR)
    users, taxes = figures.users, figures.taxes
    landed = np.unique(users.firm[users.area_m2 > 0])
    with np.errstate(invalid="ignore"):
        spread = taxes.firm_tax[users.firm] * users.area_m2 / users.firm_area_m2[users.firm]
    per_firm = np.bincount(
        users.firm[users.area_m2 > 0], weights=spread[users.area_m2 > 0], minlength=len(taxes.firm_tax)
    )
    np.testing.assert_allclose(per_firm[landed], taxes.firm_tax[landed], rtol=1e-9)


def test_found_undecided_and_cleared_are_apart(demo):
    findings = find(demo, YK, YEAR)
    pairs = [
        set(table[["parcel_id", "criterion"]].itertuples(index=False, name=None))
        for table in (findings.table, findings.undecided)
    ]
    assert not pairs[0] & pairs[1]
    assert len(pairs[0]) == len(findings.table)


def test_taking_data_away_never_finds_more(demo):
    before = key(find(demo, YK, YEAR))
    rng = np.random.default_rng(5)
    holes = Register(dict(demo.tables))
    for table, column in (
        ("measures", "tax_wan"),
        ("buildings", "floor_area_m2"),
        ("parcels", "invested_wan"),
        ("parcels", "start_due"),
    ):
        data = holes[table].copy()
        data.loc[rng.random(len(data)) < 0.3, column] = None
        holes.tables[table] = RegisterTable(data)
    after = key(find(holes, YK, YEAR))
    assert after < before


def test_the_demonstration_county_holds_every_kind(demo):
    grades = pd.DataFrame({"firm_id": demo["firms"]["firm_id"], "grade": ["D", "B", "B", "C"] * 100})
    counts = find(demo, YK, YEAR, grades).table["kind"].value_counts()
    assert set(counts.index) == {criterion.kind for criterion in YK.criteria}
    assert counts.min() >= 1
    assert counts["yield_per_mu"] < 320 * 0.7


@settings(max_examples=200, deadline=None)
@given(
    start=st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)), end=st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))
)
def test_months_are_those_of_the_calendar(start, end):
    days = np.array([start], dtype="datetime64[D]")
    assert months_until(days, end)[0] == full_months(start, end)


@settings(max_examples=200, deadline=None)
@given(start=st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)), months=st.integers(0, 60))
def test_months_are_full_on_the_day_they_are_said_to_be(start, months):
    days = np.array([start], dtype="datetime64[D]")
    day = plus_months(days, np.array([months]))[0].item()
    assert full_months(start, day) == months
    assert months == 0 or full_months(start, day - dt.timedelta(days=1)) == months - 1


@settings(max_examples=60, deadline=None)
@given(tax=st.decimals(0, 100, places=2), area=st.integers(1, 40_000))
def test_the_yield_is_compared_exactly(tax, area):
    from fractions import Fraction

    county = used(plot(registered_area_m2=float(area)), tax_wan=float(tax))
    low = Fraction(tax) / (Fraction(area) * 3 / 2000) < 10 and Fraction(area) * 3 / 2000 >= 10
    assert ("double_ten" in set(find(county, load_findings_rules("XC2022"), YEAR).table["criterion"])) is low
