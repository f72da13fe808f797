"""What every rule set must keep (section 14 of the trade's handbook), on random counties."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.evaluation import evaluate
from mujun.evaluation.distance import next_grade, ways
from mujun.rulebook.load import load_rules
from tests.evaluation.registers import register

RULES = ["HY2022", "WL2022", "HA2024"]
MEASURES = [
    "tax_wan",
    "value_added_wan",
    "revenue_wan",
    "rd_wan",
    "energy_tce",
    "electricity_kwh",
    "emission_t",
    "employees",
]
figure = st.one_of(st.none(), st.integers(0, 200_000).map(lambda n: n / 100))


@st.composite
def counties(draw, smallest=1):
    firms = []
    for number in range(draw(st.integers(smallest, 12))):
        firm = {
            "firm_id": f"F{number:02d}",
            "above_scale": draw(st.booleans()),
            "area_m2": draw(st.integers(0, 4_000_000)) / 100,
            "industry": draw(st.sampled_from(["C3311", "3441", "17", ""])),
        }
        firms.append(firm | {name: value for name in MEASURES if (value := draw(figure)) is not None})
    last = [{"firm_id": f["firm_id"], "year": 2021} | {m: f[m] for m in MEASURES if m in f} for f in firms]
    anchor = {"firm_id": "F00", "year": 2022, "tax_wan": 1.0}
    if len(firms[0]) == 4:
        last.append(anchor)
    return register(2022, firms, measures=last)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=12, deadline=None)
@given(county=counties())
def test_order_cap_ties_and_bounds(name, county):
    rules = load_rules(name)
    result = evaluate(county, rules, 2022)
    again = evaluate(county, rules, 2022)
    pd.testing.assert_frame_equal(result.grades, again.grades)
    shuffled = copy.deepcopy(county)
    for table in shuffled.tables.values():
        table.data = table.data.sample(frac=1, random_state=7).reset_index(drop=True)
    mixed = evaluate(shuffled, rules, 2022).grades.set_index("firm_id").loc[list(result.positions)].reset_index()
    pd.testing.assert_frame_equal(result.grades, mixed, check_dtype=False)
    for card in rules.cards:
        for item in card.items:
            scores = result.results.items[item.indicator.name]
            on_card = scores.on_card
            assert (scores.score[on_card] >= 0).all()
            assert (scores.score[on_card] <= np.round(float(item.cap) * scores.weight[on_card] * 10_000)).all()
    graded = result.grades[result.grades["rank"].notna()]
    for _, tied in graded.groupby(["group", result.results.total[graded.index]]):
        assert tied["grade"].nunique() == 1
        assert tied["rank"].nunique() == 1


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=8, deadline=None)
@given(county=counties(), factor=st.sampled_from([2, 4, 0.5]))
def test_scaling_everything_leaves_per_mu_values(name, county, factor):
    rules = load_rules(name)
    before = evaluate(county, rules, 2022).grades.set_index("firm_id")
    scaled = copy.deepcopy(county)
    scaled.tables["occupancy"].data["area_m2"] *= factor
    scaled.tables["measures"].data[MEASURES] *= factor
    after = evaluate(scaled, rules, 2022).grades.set_index("firm_id")
    both = [firm for firm in before.index if before.loc[firm, "reason"] == after.loc[firm, "reason"] == ""]
    for column in ("tax_per_mu", "va_per_mu", "revenue_per_mu"):
        if column in before:
            np.testing.assert_allclose(
                before.loc[both, column].to_numpy(float), after.loc[both, column].to_numpy(float)
            )


@pytest.mark.parametrize("name", ["HY2022", "HA2024"])
@settings(max_examples=12, deadline=None)
@given(county=counties(), more=st.integers(1, 10_000))
def test_more_tax_never_lowers_the_score(name, county, more):
    rules = load_rules(name)
    before = evaluate(county, rules, 2022)
    richer = copy.deepcopy(county)
    rows = richer.tables["measures"].data
    rows.loc[(rows["firm_id"] == "F00") & (rows["year"] == 2022), "tax_wan"] += more / 100
    after = evaluate(richer, rules, 2022)
    assert after.results.total[0] >= before.results.total[0]


@pytest.mark.parametrize("above", [True, False])
@settings(max_examples=10, deadline=None)
@given(tenants=st.integers(0, 6))
def test_more_tenants_never_raise_the_score(above, tenants):
    rules = load_rules("WL2022")
    firms = [{"firm_id": "L", "above_scale": above, "area_mu": 30.0, "tax_wan": 300.0}]
    firms += [{"firm_id": f"T{n}", "above_scale": False} for n in range(7)]
    leases = [{"firm_id": f"T{n}", "lessor_id": "L", "area_m2": 0.0} for n in range(tenants + 1)]
    fewer = evaluate(register(2022, firms, leases=leases[:-1]), rules, 2022)
    more = evaluate(register(2022, firms, leases=leases), rules, 2022)
    assert more.results.total[0] <= fewer.results.total[0]
    due = (max(0, 5 * (tenants - 1)) if above else (10 + 5 * (tenants - 1) if tenants else 0)) if tenants else 0
    assert fewer.grades["penalty"].iloc[0] == due


@settings(max_examples=8, deadline=None)
@given(county=counties(smallest=6))
def test_the_gap_is_what_is_missing_and_the_ways_lead_there(county):
    """Granting exactly the points (or the tax, or the land) that the account names moves the firm up one grade."""
    rules = load_rules("HY2022")
    result = evaluate(county, rules, 2022)
    for firm in range(len(result.frame)):
        target = next_grade(result, firm)
        if not target:
            continue
        for way in ways(result, firm):
            if way.change is None or way.kind == "years":
                continue
            changed = copy.deepcopy(county)
            if way.kind == "tax":
                rows = changed.tables["measures"].data
                mine = (rows["firm_id"] == result.positions[firm]) & (rows["year"] == 2022)
                rows.loc[mine, "tax_wan"] = round(rows.loc[mine, "tax_wan"].fillna(0) + way.change, 2)
            else:
                rows = changed.tables["occupancy"].data
                mine = rows["firm_id"] == result.positions[firm]
                rows.loc[mine, "area_m2"] = rows.loc[mine, "area_m2"] - way.change * 2000 / 3
            after = evaluate(changed, rules, 2022)
            if after.results.means == result.results.means:
                assert after.grade_names[firm] <= target


def test_a_firm_without_figures_is_measured_as_nothing_not_left_out():
    firms = [
        {"firm_id": "A", "above_scale": True, "area_mu": 5.0, "tax_wan": 10.0},
        {"firm_id": "B", "above_scale": True, "area_mu": 5.0},
    ]
    result = evaluate(register(2022, firms), load_rules("HY2022"), 2022)
    assert result.grades["total"].tolist()[1] == 0
    assert result.accounts["tax_per_mu_flag"].tolist() == ["", "no_data"]
