"""The published worked examples of the three rule sets, to the printed digit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import yaml

from mujun.evaluation import evaluate
from mujun.evaluation.ranking import grades_by_rank, stand
from mujun.rulebook.load import load_rules, parse_rules
from mujun.rulebook.ruleset import GRADE_ORDER
from tests.evaluation.registers import register

HY1 = {"firm_id": "HY1", "above_scale": True, "area_mu": 42.5, "tax_wan": 1275.0, "value_added_wan": 6460.0,
       "energy_tce": 2200.0, "emission_t": 1.52, "employees": 340.0, "rd_wan": 820.0, "revenue_wan": 24600.0}  # fmt: skip


def scores(result, firm_id):
    row = result.grades.set_index("firm_id").loc[firm_id]
    return {name.removesuffix("_score"): f"{value:.4f}" for name, value in row.items() if name.endswith("_score")} | {
        "total": f"{row['total']:.4f}"
    }


def grade_at(rules, group, rank, size):
    cuts = next(g.cuts for g in rules.groups if g.name == group)
    total = np.arange(size, 0, -1, dtype=np.int64)
    standing = stand(np.zeros(size, dtype=np.int64), total, 1)
    return GRADE_ORDER[grades_by_rank(standing, [cuts])[rank - 1]]


def test_huangyan_above_scale():
    result = evaluate(register(2022, [HY1]), load_rules("HY2022"), 2022)
    assert scores(result, "HY1") == {
        "tax_per_mu": "37.3490", "va_per_mu": "22.3267", "va_per_tce": "21.7993", "va_per_emission": "8.6210",
        "labour_productivity": "10.4741", "rd_ratio": "11.0375", "tax_per_mwh": "nan", "total": "111.6076",
    }  # fmt: skip


def test_huangyan_cap_and_missing_discharge():
    others = [
        HY1,
        {"firm_id": "E2", "above_scale": True, "area_mu": 30.0, "value_added_wan": 3900.0, "emission_t": 0.65},
        {"firm_id": "E3", "above_scale": True, "area_mu": 30.0, "value_added_wan": 5200.0, "emission_t": 2.10},
        {"firm_id": "HY2", "above_scale": True, "area_mu": 12.0, "tax_wan": 540.0, "value_added_wan": 2100.0,
         "energy_tce": 1000.0, "employees": 150.0, "rd_wan": 45.0, "revenue_wan": 9000.0},
    ]  # fmt: skip
    result = evaluate(register(2022, others), load_rules("HY2022"), 2022)
    assert scores(result, "E2")["va_per_emission"] == "12.1709"
    assert scores(result, "E3")["va_per_emission"] == "5.0229"
    assert scores(result, "HY2") == {
        "tax_per_mu": "45.0000", "va_per_mu": "25.7051", "va_per_tce": "15.5902", "va_per_emission": "8.6049",
        "labour_productivity": "7.7178", "rd_ratio": "1.6556", "tax_per_mwh": "nan", "total": "104.2736",
    }  # fmt: skip
    assert result.accounts.set_index("firm_id").loc["HY2", "tax_per_mu_raw"] == 56.0236
    zero = [dict(firm, emission_t=0.0) if firm["firm_id"] == "HY2" else firm for firm in others]
    assert scores(evaluate(register(2022, zero), load_rules("HY2022"), 2022), "HY2")["va_per_emission"] == "8.6049"


def test_huangyan_below_scale():
    firms = [
        {"firm_id": "HY3", "above_scale": False, "area_mu": 4.8, "tax_wan": 62.4, "electricity_kwh": 310000.0},
        {"firm_id": "HY4", "above_scale": False, "area_mu": 3.6, "tax_wan": 9.2, "electricity_kwh": 20000.0},
        {"firm_id": "SMALL", "above_scale": False, "area_mu": 2.9, "tax_wan": 9.2, "electricity_kwh": 20000.0},
        {"firm_id": "THREE", "above_scale": False, "area_m2": 2000.0, "tax_wan": 9.2, "electricity_kwh": 20000.0},
        {"firm_id": "NONE", "above_scale": False, "area_mu": 0.0, "tax_wan": 9.2},
    ]
    result = evaluate(register(2022, firms), load_rules("HY2022"), 2022)
    first, second = scores(result, "HY3"), scores(result, "HY4")
    assert (first["tax_per_mu"], first["tax_per_mwh"], first["total"]) == ("56.0673", "42.7913", "98.8586")
    assert (second["tax_per_mu"], second["tax_per_mwh"], second["total"]) == ("11.0218", "75.0000", "86.0218")
    reasons = result.grades.set_index("firm_id")["reason"].to_dict()
    assert reasons == {"HY3": "", "HY4": "", "SMALL": "out_of_scope", "THREE": "", "NONE": "no_area"}


def test_grades_at_the_printed_ranks():
    hy, wl, ha = (load_rules(name) for name in ("HY2022", "WL2022", "HA2024"))
    assert grade_at(hy, "above", 70, 600) == "A"
    assert grade_at(hy, "above", 131, 600) == "B"
    assert (grade_at(wl, "above", 24, 40), grade_at(wl, "above", 33, 40)) == ("B", "C")
    assert grade_at(wl, "below", 41, 60) == "B"
    bounds = [grade_at(wl, "below", rank, 60) for rank in (1, 3, 4, 45, 46, 57, 58, 60)]
    assert bounds == ["A", "A", "B", "B", "C", "C", "D", "D"]
    assert (grade_at(ha, "county", 61, 400), grade_at(ha, "county", 90, 400)) == ("A", "B")


@pytest.mark.parametrize(
    ("name", "group", "shares"),
    [("HY2022", "above", [80, 220, 80, 20]), ("WL2022", "above", [80, 240, 60, 20]), ("HA2024", "county", [80, 160, 140, 20])],
)  # fmt: skip
def test_shares_at_400(name, group, shares):
    rules = load_rules(name)
    grades = [grade_at(rules, group, rank, 400) for rank in range(1, 401)]
    assert [grades.count(grade) for grade in "ABCD"] == shares


def with_given_baselines(name, card, values):
    raw = yaml.safe_load(load_rules(name).text)
    items = next(c["items"] for c in raw["cards"] if c["name"] == card)
    for item, value in zip(items, values, strict=True):
        item["baseline"] = value
    return parse_rules(yaml.safe_dump(raw, allow_unicode=True), name)


def test_wenling_letting_above_scale():
    rules = with_given_baselines("WL2022", "above", [24.60, 118.00, 3.20, 5200, 0.028, 17.50])
    firm = {"firm_id": "WL1", "above_scale": True, "area_mu": 30.0, "tax_wan": 690.0, "value_added_wan": 3300.0,
            "energy_tce": 1100.0, "emission_t": 0.75, "rd_wan": 300.0, "revenue_wan": 12000.0, "employees": 200.0,
            "industry": "C3441"}  # fmt: skip
    tenants = [{"firm_id": f"T{n}", "above_scale": False} for n in range(3)]
    leases = [{"firm_id": f"T{n}", "lessor_id": "WL1", "area_m2": 0.0} for n in range(3)]
    result = evaluate(register(2022, [firm, *tenants], leases=leases), rules, 2022)
    got = scores(result, "WL1")
    assert [got[name] for name in ("tax_per_mu", "va_per_mu", "va_per_tce", "va_per_emission", "rd_ratio")] == [
        "28.0488", "18.6441", "18.7500", "8.4615", "8.9286",
    ]  # fmt: skip
    assert (got["labour_productivity"], got["total"]) == ("9.4286", "82.2616")
    row = result.grades.set_index("firm_id").loc["WL1"]
    assert (row["penalty"], row["group"]) == (10, "above-3")


def test_wenling_letting_below_scale():
    rules = with_given_baselines("WL2022", "below", [12.00, 260.00, 0.95])
    firm = {"firm_id": "WL2", "above_scale": False, "area_mu": 5.2, "tax_wan": 65.0, "revenue_wan": 1456.0,
            "electricity_kwh": 1400000.0, "industry": "C3311"}  # fmt: skip
    others = [{"firm_id": "T1", "above_scale": False}, {"firm_id": "T2", "above_scale": False},
              {"firm_id": "BIG", "above_scale": True}]  # fmt: skip
    leases = [{"firm_id": who, "lessor_id": "WL2", "area_m2": 0.0} for who in ("T1", "T1", "T2", "BIG")]
    result = evaluate(register(2022, [firm, *others], leases=leases), rules, 2022)
    got = scores(result, "WL2")
    assert (got["tax_per_mu"], got["revenue_per_mu"], got["revenue_per_mwh"]) == ("52.0833", "32.3077", "21.8947")
    assert got["total"] == "91.2857"


def test_wenling_baseline_is_the_ratio_of_sums_rounded():
    firms = [
        {"firm_id": "A", "above_scale": False, "area_mu": 5.0, "tax_wan": 10.0, "revenue_wan": 100.0, "industry": "33"},
        {"firm_id": "B", "above_scale": False, "area_mu": 2.0, "tax_wan": 5.0, "revenue_wan": 30.0, "industry": "33"},
        {"firm_id": "C", "above_scale": False, "area_mu": 9.0, "tax_wan": 99.0, "revenue_wan": 30.0, "industry": "17"},
    ]
    result = evaluate(register(2022, firms), load_rules("WL2022"), 2022)
    assert result.baselines["below-2", "below", "tax_per_mu"].value == 2.1429
    assert result.baselines["below-2", "below", "revenue_per_mu"].value == 18.5714


def test_huaian_previous_year_bonus_and_minus():
    firms = [
        {"firm_id": "HA1", "above_scale": True, "area_mu": 60.0, "tax_wan": 720.0, "revenue_wan": 15000.0, "energy_tce": 900.0},
        {"firm_id": "HA2", "above_scale": False, "area_mu": 5.0, "tax_wan": 95.0, "revenue_wan": 900.0, "electricity_kwh": 260000.0},
    ]  # fmt: skip
    last_year = [
        {"firm_id": "HA1", "year": 2023, "tax_wan": 62.0, "revenue_wan": 9170.0, "energy_tce": 100.0},
        {"firm_id": "HA2", "year": 2023, "tax_wan": 406.0, "revenue_wan": 905.0, "electricity_kwh": 1933333.0},
    ]
    marks = [
        {"firm_id": "HA1", "code": "bonus_safety", "points": 2.0}, {"firm_id": "HA1", "code": "bonus_innovation", "points": 3.0},
        {"firm_id": "HA2", "code": "minus_county", "points": 5.0},
    ]  # fmt: skip
    result = evaluate(register(2024, firms, marks=marks, measures=last_year), load_rules("HA2024"), 2024)
    base = {key[2]: round(ref.value, 6) for key, ref in result.baselines.items() if key[1] == "above"}
    assert (base["tax_per_mu"], base["revenue_per_mu"], base["tax_per_tce"]) == (14.4, 310.0, 1.24)
    first, second = scores(result, "HA1"), scores(result, "HA2")
    assert [first[n] for n in ("tax_per_mu", "revenue_per_mu", "tax_per_tce", "total")] == [
        "37.5000", "28.2258", "12.9032", "83.6290",
    ]  # fmt: skip
    assert [second[n] for n in ("tax_per_mu", "revenue_per_mu", "tax_per_mwh", "total")] == [
        "45.0000", "20.3226", "17.3993", "77.7219",
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "grade"), [("2023-03-15", "T"), ("2022-12-31", "C"), ("2023-01-01", "T")])
def test_huaian_new_firms_are_set_apart(day, grade):
    firm = {"firm_id": "N", "above_scale": True, "area_mu": 60.0, "tax_wan": 720.0, "revenue_wan": 15000.0,
            "energy_tce": 900.0, "production_on": np.datetime64(day)}  # fmt: skip
    last = [{"firm_id": "N", "year": 2023, "tax_wan": 432.0, "revenue_wan": 9300.0, "energy_tce": 100.0}]
    result = evaluate(register(2024, [firm], measures=last), load_rules("HA2024"), 2024)
    row = result.grades.iloc[0]
    assert row["grade"] == grade
    assert (row["reason"] == "new_firm") == (grade == "T")
    assert row["total"] > 60


def test_bonus_is_capped_per_field_and_in_all():
    firm = {"firm_id": "N", "above_scale": True, "area_mu": 60.0, "tax_wan": 1.0, "revenue_wan": 1.0, "energy_tce": 1.0}
    last = [{"firm_id": "N", "year": 2023, "tax_wan": 432.0, "revenue_wan": 9300.0, "energy_tce": 100.0}]
    marks = [{"firm_id": "N", "code": f"bonus_{kind}", "points": points}
             for kind, points in (("safety", 9.0), ("carbon", 4.0), ("innovation", 4.0))]  # fmt: skip
    rules = load_rules("HA2024")
    result = evaluate(register(2024, [firm], measures=last, marks=marks), rules, 2024)
    assert result.grades["bonus"].iloc[0] == 10
    assert result.results.bonus["safety"][0] == 50000
    uncapped = dataclasses.replace(rules, bonus_cap=None)
    assert evaluate(register(2024, [firm], measures=last, marks=marks), uncapped, 2024).grades["bonus"].iloc[0] == 13
