"""Measures that follow a grade."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from mujun.base.errors import RuleError
from mujun.evaluation import evaluate
from mujun.evaluation.measures import load_measures, measures_for
from mujun.rulebook.load import load_rules
from tests.evaluation.registers import register


@pytest.fixture
def evaluation():
    firms = [
        {
            "firm_id": f"F{n:02d}",
            "above_scale": False,
            "area_mu": 10.0,
            "tax_wan": 20.0 - n * 0.5,
            "electricity_kwh": 123_456.0,
        }
        for n in range(20)
    ]
    return evaluate(register(2022, firms), load_rules("HY2022"), 2022)


def of(table, firm, measure):
    return table[(table["firm_id"] == firm) & (table["measure"] == measure)].iloc[0]


@pytest.mark.parametrize(("years", "value", "fen"), [(0, 0.05, 617_280), (1, 0.10, 1_234_560), (4, 0.15, 1_851_840)])
def test_the_surcharge_grows_with_years_at_the_lowest_grade(evaluation, years, value, fen):
    history = pd.DataFrame([{"firm_id": "F19", "year": 2021 - n, "grade": "D"} for n in range(years)])
    row = of(measures_for(evaluation, load_measures(), dt.date(2023, 1, 1), history), "F19", "power_surcharge_shandong")
    assert (row["value"], row["amount_fen"], row["years_running"]) == (value, fen, years + 1)


def test_a_break_in_the_years_starts_the_count_anew(evaluation):
    history = pd.DataFrame(
        [{"firm_id": "F19", "year": 2021, "grade": "C"}, {"firm_id": "F19", "year": 2020, "grade": "D"}]
    )
    row = of(measures_for(evaluation, load_measures(), dt.date(2023, 1, 1), history), "F19", "power_surcharge_shandong")
    assert row["value"] == 0.05


def test_awards_and_land_follow_the_grade(evaluation):
    table = measures_for(evaluation, load_measures(), dt.date(2023, 1, 1))
    assert of(table, "F00", "award_multiplier_suichang")["value"] == 1.1
    assert of(table, "F00", "land_nanjing")["text"] == "优先保障新增用地"
    assert of(table, "F19", "land_nanjing")["text"] == "不得参与土地竞买"


def test_nothing_is_in_force_before_its_day(evaluation):
    table = measures_for(evaluation, load_measures(), dt.date(2016, 1, 1))
    assert table.empty


def test_of_one_stack_only_the_highest_is_kept(evaluation, tmp_path):
    file = tmp_path / "m.yaml"
    file.write_text(
        "a: {unit: 元/千瓦时, stack: power, values: {2020: {D: 0.2}}}\nb: {unit: 元/千瓦时, stack: power, values: {2020: {D: 0.3}}}\n"
    )
    table = measures_for(evaluation, load_measures(file), dt.date(2023, 1, 1))
    assert table[["firm_id", "measure", "value"]].to_numpy().tolist() == [["F19", "b", 0.3]]


def test_a_faulty_file_is_refused_with_sentences(tmp_path):
    file = tmp_path / "m.yaml"
    file.write_text("a: {unite: x, base: electricty, values: {2020: {E: 0.2}, soon: {D: 1}}}")
    with pytest.raises(RuleError) as refusal:
        load_measures(file)
    assert len(refusal.value.faults) == 4
