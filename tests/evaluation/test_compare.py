"""Who moved between two runs, and why."""

from __future__ import annotations

import pandas as pd
import yaml

from mujun.evaluation import evaluate
from mujun.evaluation.compare import compare, movers
from mujun.rulebook.load import load_rules, parse_rules
from tests.evaluation.registers import register


def county(**changed):
    firms = [
        {"firm_id": f"F{n:02d}", "above_scale": False, "area_mu": 10.0, "tax_wan": float(changed.get(f"F{n:02d}", 200 - 10 * n)),
         "electricity_kwh": 1_000_000.0}
        for n in range(20)
    ]  # fmt: skip
    return register(2022, firms)


def test_own_data_and_others_are_told_apart():
    rules = load_rules("HY2022")
    before, after = evaluate(county(), rules, 2022), evaluate(county(F19=175.0), rules, 2022)
    table = compare(before, after)
    moved = table[table["moved"]]
    assert moved["due_to"].to_dict() == {"F03": "others", "F14": "others", "F18": "others", "F19": "data"}
    assert table.loc["F19", "by_data"] > 0
    assert (table.drop("F19")["by_data"] == 0).all()
    expected = before.grades.set_index("firm_id")["grade"] != after.grades.set_index("firm_id")["grade"]
    pd.testing.assert_series_equal(table["moved"], expected, check_names=False, check_index_type=False)


def test_a_change_of_rules_is_named():
    rules = load_rules("HY2022")
    raw = yaml.safe_load(rules.text)
    for group in raw["groups"]:
        group["cuts"]["top"] = {"A": 10, "B": 60}
    stricter = parse_rules(yaml.safe_dump(raw, allow_unicode=True), "stricter")
    table = compare(evaluate(county(), rules, 2022), evaluate(county(), stricter, 2022))
    moved = table[table["moved"]]
    assert len(moved) == 5
    assert set(moved["due_to"]) == {"rules"}


def test_points_add_up_over_the_three_parts():
    rules = load_rules("WL2022")
    before, after = evaluate(county(), rules, 2022), evaluate(county(F03=400.0, F07=10.0), rules, 2022)
    table = compare(before, after)
    change = (table["total_after"] - table["total_before"]).round(4)
    parts = (table["by_rules"] + table["by_data"] + table["by_others"]).round(4)
    pd.testing.assert_series_equal(change, parts, check_names=False)
    assert (table.loc["F08":"F19", "by_others"] < 0).all()


def test_firms_of_one_run_only():
    rules = load_rules("HY2022")
    small = register(2022, [{"firm_id": "OLD", "above_scale": True, "area_mu": 5.0, "tax_wan": 1.0}])
    large = register(2022, [{"firm_id": "NEW", "above_scale": True, "area_mu": 5.0, "tax_wan": 1.0}])
    table = movers(evaluate(small, rules, 2022), evaluate(large, rules, 2022))
    assert table["due_to"].to_dict() == {"OLD": "gone", "NEW": "new"}
