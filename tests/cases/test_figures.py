"""Index with its arithmetic, deductions, groups, and what fields take."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujun.cases.definition import Field, FieldKind
from mujun.cases.fields import ValueRefused, read_value
from mujun.cases.grouping import group_key, groups_of, repeats
from mujun.cases.index import compute_index, deduction_points
from mujun.cases.load import load_definition

DAY = dt.date(2024, 6, 30)
PETITION, REQUEST = load_definition("petition"), load_definition("request")
COUNTS = {
    "total": 20, "due": 16, "closed": 12, "closed_on_time": 12, "reopened": 3, "repeats": 2, "deductions_own": 2,
    "deductions_supervised": 5,
}  # fmt: skip


def test_the_index_shows_its_arithmetic():
    result = compute_index(PETITION, COUNTS, DAY)
    assert result is not None
    # 40 × 0.6 + 30 × 0.75 + 15 × 0.75 + 15 × 0.9 − (0.8 × 2 + 0.2 × 5) = 71.25 − 2.6
    assert result.value == Fraction("68.65")
    lines = {line.key: line for line in result.lines}
    assert (lines["closing_rate"].numbers, lines["closing_rate"].value) == ("12 / 20", Fraction(3, 5))
    assert lines["control_index"].numbers == "40 * 0.6 + 30 * 0.75 + 15 * (1 - 0.25) + 15 * (1 - 0.1) - 2.6"
    assert lines["deduction"].label == "履职扣分"


def test_what_is_missing_or_empty_is_never_taken_for_nought():
    without = {key: value for key, value in COUNTS.items() if key != "due"}
    result = compute_index(PETITION, without, DAY)
    assert result is not None
    assert (result.value, result.sentence) == (None, "“按期率”算不出来：缺少已到期数（含已销号）。")
    nothing = compute_index(PETITION, dict.fromkeys(COUNTS, 0), DAY)
    assert nothing is not None
    assert nothing.value is None
    assert "还没有事项" in nothing.sentence
    assert compute_index(load_definition("objection"), COUNTS, DAY) is None


def test_deductions_are_added_up_and_capped():
    result = deduction_points(PETITION, {"staff_admonished": 1, "leader_light": 0.5, "meeting_missed": 2}, DAY)
    assert result.value == 3 + 6 + 1
    good = deduction_points(PETITION, {"rule_repaired": 5, "warning_meeting": 4, "meeting_missed": 1}, DAY)
    assert good.value == Fraction("-5.5"), "at most six points are given back"
    assert good.lines[-1].label == "封顶"
    with pytest.raises(KeyError):
        deduction_points(PETITION, {"flood": 1}, DAY)


def test_the_same_cause_written_differently_is_one_group():
    keys = [
        group_key(REQUEST, {"category": "land", "cause": cause})
        for cause in ("厂房 消防验收！", "厂房消防验收", "ＡＢＣ厂房", "abc厂房", None)
    ]
    assert keys[0] == keys[1] != keys[2] == keys[3]
    assert keys[4] == ""
    groups = groups_of(
        REQUEST, [(str(n), keys[0]) for n in range(3)] + [("a", keys[2]), ("b", keys[3]), ("c", ""), ("d", "")]
    )
    assert [(group.cases, group.policy) for group in groups] == [(("0", "1", "2"), True), (("a", "b"), False)]
    assert repeats([*keys, keys[0]]) == 3


def field(kind: FieldKind) -> Field:
    return Field("f", "栏", kind, {"a": "甲"} if kind is FieldKind.CHOICE else {}, ())


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        (FieldKind.TEXT, "  甲 ", "甲"), (FieldKind.TEXT, "  ", None), (FieldKind.TEXT, None, None),
        (FieldKind.MONEY, "1，200.50", "1200.50"), (FieldKind.MONEY, 0, "0"), (FieldKind.DATE, "2024-02-29", "2024-02-29"),
        (FieldKind.YES_NO, "是", True), (FieldKind.YES_NO, False, False), (FieldKind.CHOICE, "a", "a"),
        (FieldKind.PLACE, (120, 29.5), [120.0, 29.5]), (FieldKind.PLACE, "东桥头", "东桥头"), (FieldKind.MONEY, "1e3", "1000"),
    ],
)  # fmt: skip
def test_values_are_kept_as_their_field_wants(kind, raw, kept):
    assert read_value(field(kind), raw) == kept


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (FieldKind.DATE, "2023-02-29"), (FieldKind.DATE, "昨天"), (FieldKind.MONEY, "-1"), (FieldKind.MONEY, "NaN"),
        (FieldKind.MONEY, "1e99"), (FieldKind.CHOICE, "b"), (FieldKind.YES_NO, "也许"), (FieldKind.PLACE, [200, 0]),
        (FieldKind.PLACE, [1]), (FieldKind.PLACE, ["a", "b"]), (FieldKind.PLACE, [True, False]),
        (FieldKind.PLACE, [float("nan"), 1.0]), (FieldKind.TEXT, "长" * 201), (FieldKind.PLACE, "长" * 201),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(kind, raw):
    with pytest.raises(ValueRefused, match="“栏”"):
        read_value(field(kind), raw)


@given(st.sampled_from(list(FieldKind)), st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_any_value_is_kept_or_refused_and_kept_values_stay(kind, raw):
    try:
        kept = read_value(field(kind), raw)
    except ValueRefused:
        return
    assert read_value(field(kind), kept) == kept
