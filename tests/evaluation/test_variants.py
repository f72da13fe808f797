"""Every variant that a rule set can choose: each test fails if the variant is not there."""

from __future__ import annotations

import pytest
import yaml

from mujun.evaluation import evaluate
from mujun.rulebook.load import parse_rules
from tests.evaluation.registers import register

BASE = {
    "name": "TEST",
    "cards": [{"name": "all", "items": [{"indicator": "tax_per_mu", "weight": 100, "baseline": 10}]}],
    "groups": [{"name": "all", "cuts": {"by": "rank", "top": {"A": 20, "B": 60}, "bottom": {"D": 20}, "rest": "C"}}],
}


def rules(**changes):
    return parse_rules(yaml.safe_dump({**BASE, **changes}, allow_unicode=True), "TEST")


def card(*items, **rest):
    return [{"name": "all", "items": list(items), **rest}]


def county(*tax, **more):
    firms = [
        {"firm_id": f"F{n}", "above_scale": False, "area_mu": 10.0, "tax_wan": float(value)}
        | {k: v[n] for k, v in more.items() if v[n] is not None}
        for n, value in enumerate(tax)
    ]
    return register(2022, firms)


def totals(result):
    return result.grades["total"].tolist()


def grades(result):
    return "".join(result.grades["grade"])


def test_an_indicator_and_its_formula_are_data():
    own = {"wage_like": {"label": "自定", "numerator": "revenue_wan - tax_wan", "denominator": "employees * 2"}}
    ruler = rules(indicators=own, cards=card({"indicator": "wage_like", "weight": 100, "baseline": 10}))
    result = evaluate(county(20, revenue_wan=[120.0], employees=[5.0]), ruler, 2022)
    assert totals(result) == [100]
    assert result.grades["wage_like"].tolist() == [10]


def test_weights_are_dated():
    item = {"indicator": "tax_per_mu", "weight": {2020: 60, 2022: 100}, "baseline": {2020: 10, 2023: 99}}
    other = {"indicator": "rd_ratio", "weight": {2020: 40, 2022: 0}, "baseline": 1}
    data = register(2022, [{"firm_id": "F", "area_mu": 10.0, "tax_wan": 100.0}],
                    measures=[{"firm_id": "F", "year": 2021, "tax_wan": 100.0}])  # fmt: skip
    ruler = rules(cards=card(item, other))
    assert totals(evaluate(data, ruler, 2022)) == [100]
    assert totals(evaluate(data, ruler, 2021)) == [60]


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [
        (10, [100, 300]),
        ({"kind": "mean", "over": "group"}, [50, 150]),
        ({"kind": "mean", "over": "group", "factor": 2}, [25, 75]),
        ({"kind": "previous_mean", "factor": 2, "over": "county"}, [250, 750]),
    ],
)
def test_baselines(baseline, expected):
    last = [{"firm_id": "F0", "year": 2021, "tax_wan": 10.0}, {"firm_id": "F1", "year": 2021, "tax_wan": 30.0}]
    firms = [{"firm_id": f"F{n}", "area_mu": 10.0, "tax_wan": tax} for n, tax in enumerate((100.0, 300.0))]
    ruler = rules(cards=card({"indicator": "tax_per_mu", "weight": 100, "baseline": baseline}))
    assert totals(evaluate(register(2022, firms, measures=last), ruler, 2022)) == expected


def test_a_mean_of_the_group_differs_from_one_of_the_county():
    groups = [
        {"name": "above", "when": "above_scale", "cuts": BASE["groups"][0]["cuts"]},
        {"name": "below", "when": "below_scale", "cuts": BASE["groups"][0]["cuts"]},
    ]
    data = register(2022, [{"firm_id": "A", "above_scale": True, "area_mu": 10.0, "tax_wan": 300.0},
                           {"firm_id": "B", "above_scale": False, "area_mu": 10.0, "tax_wan": 100.0}])  # fmt: skip
    for over, expected in (("group", [100, 100]), ("county", [150, 50])):
        item = {"indicator": "tax_per_mu", "weight": 100, "baseline": {"kind": "mean", "over": over}}
        assert totals(evaluate(data, rules(groups=groups, cards=card(item)), 2022)) == expected


def test_cap_and_floor():
    free = {"indicator": "tax_per_mu", "weight": 100, "baseline": 10}
    assert totals(evaluate(county(500, -50), rules(cards=card(free)), 2022)) == [500, -50]
    bound = {**free, "cap": 1.5, "floor": 0}
    result = evaluate(county(500, -50), rules(cards=card(bound)), 2022)
    assert totals(result) == [150, 0]
    assert result.accounts["tax_per_mu_flag"].tolist() == ["capped", "floored"]
    assert totals(evaluate(county(500, -50), rules(cards=card({**bound, "floor": 10})), 2022)) == [150, 10]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [("zero", [60, 30, 30]), ("mean", [60, 30, 52.5]), ("full", [60, 30, 70]), ("skip", [60, 30, 50])],
)
def test_missing_values(missing, expected):
    items = [
        {"indicator": "tax_per_mu", "weight": 60, "baseline": 10},
        {"indicator": "rd_ratio", "weight": 40, "baseline": 1, "missing": missing},
    ]
    data = county(50, 0, 50, rd_wan=[75.0, 75.0, None], revenue_wan=[100.0, 100.0, None])
    ruler = rules(cards=card(*items))
    assert totals(evaluate(data, ruler, 2022)) == [expected[0], 30, expected[2] if missing != "mean" else 60]


def test_negative_values_may_be_taken_as_zero():
    item = {"indicator": "tax_per_mu", "weight": 100, "method": "minmax", "floor_share": 0.2}
    assert totals(evaluate(county(-100, 0, 100), rules(cards=card(item)), 2022)) == [20, 60, 100]
    zero = {**item, "negative": "zero"}
    assert totals(evaluate(county(-100, 0, 100), rules(cards=card(zero)), 2022)) == [20, 20, 100]


def test_min_max_of_jingde_with_all_equal_gives_full_marks():
    item = {"indicator": "tax_per_mu", "weight": 100, "method": "minmax", "floor_share": 0.2}
    assert totals(evaluate(county(100, 50, 75), rules(cards=card(item)), 2022)) == [100, 20, 60]
    assert totals(evaluate(county(50, 50), rules(cards=card(item)), 2022)) == [100, 100]


def test_best_gets_full_marks_and_lower_may_be_better():
    best = {"indicator": "tax_per_mu", "weight": 100, "method": "best"}
    assert totals(evaluate(county(100, 50), rules(cards=card(best)), 2022)) == [100, 50]
    thrifty = {"indicator": "energy_per_revenue", "weight": 100, "method": "best", "cap": 1}
    data = county(1, 1, 1, energy_tce=[1.0, 4.0, 4.0], revenue_wan=[10.0, 10.0, 10.0])
    assert totals(evaluate(data, rules(cards=card(thrifty)), 2022)) == [100, 66.6667, 66.6667]


def test_rank_by_the_indicator_alone():
    item = {"indicator": "tax_per_mu", "weight": 100, "method": "value"}
    result = evaluate(county(30, 70, 50), rules(cards=card(item)), 2022)
    assert totals(result) == [3, 7, 5]
    assert result.grades["rank"].tolist() == [3, 1, 2]


def test_groups_by_size_and_industry():
    groups = [{
        "name": "g", "sectors": [{"name": "metal", "divisions": [33]}, {"name": "rest"}],
        "cuts": {"by": "rank", "top": {"A": 50}, "rest": "B"},
    }]  # fmt: skip
    firms = [
        {"firm_id": f"F{n}", "area_mu": 10.0, "tax_wan": float(10 - n), "industry": industry}
        for n, industry in enumerate(("C3311", "33", "1711", "", "C3340", "2110"))
    ]
    result = evaluate(register(2022, firms), rules(groups=groups), 2022)
    assert result.grades["group"].tolist() == ["g-metal", "g-metal", "g-rest", "g-rest", "g-metal", "g-rest"]
    assert grades(result) == "ABABBB"


def test_cuts_by_score():
    groups = [{"name": "all", "cuts": {"by": "score", "top": {"A": 90, "B": 70, "C": 50}, "rest": "D"}}]
    result = evaluate(county(90, 89.99, 70, 50, 49), rules(groups=groups), 2022)
    assert grades(result) == "ABBCD"
    assert result.grades["next_grade_gap"].tolist()[1:] == [0.01, 20, 20, 1]


def test_c_minus_lies_between_c_and_d():
    groups = [
        {"name": "all", "cuts": {"by": "rank", "top": {"A": 20, "B": 40}, "bottom": {"D": 10, "C-": 30}, "rest": "C"}}
    ]
    result = evaluate(county(*range(100, 0, -10)), rules(groups=groups), 2022)
    assert result.grades["grade"].tolist() == ["A", "A", "B", "B", "C", "C", "C", "C-", "C-", "D"]


def test_ties_share_the_better_rank_or_are_broken_by_an_indicator():
    data = county(50, 50, 80, 20, 50, rd_wan=[1.0, 3.0, 1.0, 1.0, 2.0], revenue_wan=[10.0] * 5)
    assert evaluate(data, rules(), 2022).grades["rank"].tolist() == [2, 2, 1, 5, 2]
    items = [
        {"indicator": "tax_per_mu", "weight": 100, "baseline": 10},
        {"indicator": "rd_ratio", "weight": 0, "baseline": 1, "cap": None},
    ]
    items[0]["weight"], items[1]["weight"] = 100, 0
    broken = rules(cards=card(*items), tie_break=["tax_per_mu"])
    assert evaluate(data, broken, 2022).grades["rank"].tolist() == [2, 2, 1, 5, 2]
    items[0] |= {"weight": 99, "method": "minmax", "baseline": None}
    items[1] |= {"weight": 1}
    ranked = evaluate(data, rules(cards=card(*items), tie_break=["rd_ratio"]), 2022).grades["rank"].tolist()
    assert ranked == [4, 2, 1, 5, 3]


def test_vetoes_and_protections():
    data = county(100, 90, 80, 20, 10)
    for firm, code in (("F0", "veto_safety"), ("F4", "new_firm"), ("F3", "veto_task")):
        data.tables["marks"].data.loc[len(data.tables["marks"].data), ["firm_id", "year", "code"]] = [firm, 2022, code]
    ruler = rules(
        vetoes=[{"name": "v", "when": "mark_veto_safety or mark_veto_task", "not_better_than": "C"}],
        protections=[{"name": "p", "when": "mark_new_firm", "not_worse_than": "C"}],
    )
    assert grades(evaluate(data, rules(), 2022)) == "ABBCD"
    result = evaluate(data, ruler, 2022)
    assert grades(result) == "CBBCC"
    assert result.grades["next_grade_gap"].isna().tolist() == [True, False, False, True, False]


def test_a_vetoed_firm_is_not_protected():
    data = county(100, 10)
    for code in ("veto_safety", "new_firm"):
        data.tables["marks"].data.loc[len(data.tables["marks"].data), ["firm_id", "year", "code"]] = ["F1", 2022, code]
    groups = [{"name": "all", "cuts": {"by": "rank", "top": {"A": 50}, "bottom": {"D": 50}, "rest": "C"}}]
    ruler = rules(
        groups=groups,
        vetoes=[{"name": "v", "when": "mark_veto_safety", "not_better_than": "C"}],
        protections=[{"name": "p", "when": "mark_new_firm", "not_worse_than": "C"}],
    )
    assert grades(evaluate(data, ruler, 2022)) == "AD"


def test_exemptions_scored_or_not():
    data = county(100, 50, 10)
    data.tables["marks"].data.loc[0, ["firm_id", "year", "code"]] = ["F0", 2022, "utility"]
    for scored, total in ((True, 100.0), (False, None)):
        ruler = rules(exemptions=[{"name": "utility", "when": "mark_utility", "grade": "T", "scored": scored}])
        row = evaluate(data, ruler, 2022).grades
        assert (row["total"].iloc[0] == total) or (total is None and row["total"].isna().iloc[0])
        assert row["rank"].tolist()[1:] == [1, 2]
        assert row["reason"].tolist() == ["utility", "", ""]


def test_bonus_and_penalty_are_expressions_with_caps():
    ruler = rules(
        bonus=[{"name": "size", "when": "employees > 10", "points": "employees / 10", "cap": 3}],
        penalty=[{"name": "energy", "when": "missing(energy_tce) or energy_tce == 0", "points": 3}],
    )
    result = evaluate(county(100, 100, 100, employees=[5.0, 25.0, 99.0], energy_tce=[None, 0.0, 8.0]), ruler, 2022)
    assert result.grades["bonus"].tolist() == [0, 2.5, 3]
    assert result.grades["penalty"].tolist() == [3, 3, 0]
    assert totals(result) == [97, 99.5, 103]


def test_tenants_are_merged_with_the_parcel_or_stay_apart():
    firms = [
        {"firm_id": "L", "above_scale": False, "area_mu": 10.0, "tax_wan": 50.0},
        {"firm_id": "T", "above_scale": False, "tax_wan": 30.0},
        {"firm_id": "BIG", "above_scale": True, "tax_wan": 40.0},
        {"firm_id": "SUB", "above_scale": False, "tax_wan": 20.0},
    ]
    leases = [
        {"firm_id": "T", "lessor_id": "L", "area_m2": 2000.0},
        {"firm_id": "BIG", "lessor_id": "L", "area_m2": 1000.0},
        {"firm_id": "SUB", "lessor_id": "T", "area_m2": 500.0, "kind": "sublease"},
    ]
    data = register(2022, firms, leases=leases)
    apart = evaluate(data, rules(), 2022).grades
    assert apart["tax_per_mu"].round(6).tolist() == [
        round(50 / 5.5, 6),
        round(30 / 2.25, 6),
        round(40 / 1.5, 6),
        round(20 / 0.75, 6),
    ]
    pooled = evaluate(data, rules(tenants={"mode": "pooled", "apart_when": "above_scale"}), 2022).grades
    assert pooled["reason"].tolist() == ["", "pooled", "", "pooled"]
    assert pooled["tax_per_mu"].round(6).tolist()[0] == round(100 / 8.5, 6)
    assert pooled["grade"].iloc[1] == pooled["grade"].iloc[3] == pooled["grade"].iloc[0] != ""


def test_tenants_without_land_of_their_own_have_their_own_list():
    groups = [
        {"name": "landless", "when": "own_mu == 0", "cuts": BASE["groups"][0]["cuts"]},
        {"name": "landed", "when": "own_mu > 0", "cuts": BASE["groups"][0]["cuts"]},
    ]
    data = register(2022, [{"firm_id": "L", "area_mu": 10.0, "tax_wan": 50.0}, {"firm_id": "T", "tax_wan": 30.0}],
                    leases=[{"firm_id": "T", "lessor_id": "L", "area_m2": 2000.0}])  # fmt: skip
    assert evaluate(data, rules(groups=groups), 2022).grades["group"].tolist() == ["landed", "landless"]


def test_the_tax_may_be_drawn_from_its_parts():
    taxes = [{"firm_id": "F", "item": item, "amount_wan": amount}
             for item, amount in (("增值税", 60.0), ("企业所得税", 30.5), ("土地使用税", 9.0))]  # fmt: skip
    data = register(2022, [{"firm_id": "F", "area_mu": 10.0, "tax_wan": 1.0}], taxes=taxes)
    assert totals(evaluate(data, rules(), 2022)) == [1]
    assert totals(evaluate(data, rules(tax={"items": ["增值税", "企业所得税"]}), 2022)) == [90.5]
    assert totals(evaluate(data, rules(tax={"items": {"增值税": 0.5, "企业所得税": 1}}), 2022)) == [60.5]


def test_firms_that_rent_from_each_other_are_merged_once():
    firms = [{"firm_id": name, "above_scale": False, "area_mu": 10.0, "tax_wan": 50.0} for name in "ABCD"]
    leases = [{"firm_id": a, "lessor_id": b, "area_m2": 100.0} for a, b in ("AB", "BC", "CA", "DA")]
    result = evaluate(register(2022, firms, leases=leases), rules(tenants={"mode": "pooled"}), 2022)
    assert result.grades["reason"].tolist() == ["", "pooled", "pooled", "pooled"]
    assert round(result.grades["tax_per_mu"].iloc[0], 6) == 5
