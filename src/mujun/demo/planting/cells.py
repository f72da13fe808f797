"""Cells that cannot be read: text for numbers, dates that do not exist, words outside the choices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from mujun.demo.planting.field import Field, Test

TIMES = 6


def _spread(
    field: Field, kind: str, codes: Sequence[str], name: str, values: Sequence[Any], places: Sequence[tuple[str, Test]]
) -> None:
    """Plant each value once, in turn in the sheets of ``places``."""
    for number, value in enumerate(values):
        sheet_name, test = places[number % len(places)]
        for sheet, row in field.pick(sheet_name, 1, test):
            field.spoil(kind, codes, sheet, row, name, value)


def _any(_: Any) -> bool:
    return True


def text_in_number(field: Field) -> None:
    """Words where a number should be."""
    values = ("约120万", "待核实", "12.5.6", "同上", "见附件", "三百")
    _spread(field, "text_in_number", ["number_bad"], "revenue_wan", values, [("tax", _any)])


def negative(field: Field) -> None:
    """Areas and amounts below nothing."""
    areas = (-350, -1200.5, "-88")
    _spread(
        field,
        "negative_area",
        ["number_negative"],
        "area_m2",
        areas,
        [("occupancy", lambda row: row["kind"] == "承租")],
    )
    amounts = (-52, -3.5, "-1,200")
    _spread(field, "negative_figure", ["number_negative"], "rd_wan", amounts, [("statistics", _any)])


def formula_error(field: Field) -> None:
    """Errors of formulas, pasted as values."""
    values = ("#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!")
    _spread(field, "excel_error", ["excel_error"], "tax_wan", values, [("tax", _any)])


def percent(field: Field) -> None:
    """A share where an amount should be."""
    values = ("3.2%", "15%", "2.8％", "4%")
    _spread(field, "percent_for_amount", ["percent_unexpected", "number_bad"], "rd_wan", values, [("statistics", _any)])


def date_in_number(field: Field) -> None:
    """A date where a number should be: Excel took 3-5 for one."""
    values = [dt.date(2023, 3, day) for day in (5, 8, 12, 15)]
    _spread(field, "date_in_number", ["number_date"], "employees", values, [("statistics", _any)])


def impossible_date(field: Field) -> None:
    """Days that no calendar has."""
    values = ("2021-02-30", "2021/13/05", "2019年2月31日", "2020-00-10", "2022/4/31", "2018-06-31")
    leases = ("occupancy", lambda row: row["kind"] == "承租")
    _spread(field, "date_impossible", ["date_bad"], "from", values, [leases])


def nonsense_date(field: Field) -> None:
    """Words for a date."""
    values = ("待定", "手续办理中", "去年底", "合同签订后", "?", "详见合同")
    _spread(
        field,
        "date_nonsense",
        ["date_bad"],
        "started_on",
        values,
        [("supply", lambda row: row["started_on"] is not None)],
    )


def impossible_year(field: Field) -> None:
    """Years that are none."""
    values = (2202, 1022, 22, "二二年", 20222, "2O22")
    for value in values:
        for sheet, row in field.pick("marks", 1):
            field.spoil("year_wrong", ["year_bad"], sheet, row, "year", value)


def future_year(field: Field) -> None:
    """Years that have not come yet."""
    for value in (2042, 2052, 2032, 2044):
        for sheet, row in field.pick("marks", 1):
            field.spoil("year_future", ["year_implausible"], sheet, row, "year", value)


def missing_year(field: Field) -> None:
    """Figures without a year."""
    for sheet, row in field.pick("marks", 4):
        field.spoil("year_missing", ["key_missing", "year_bad"], sheet, row, "year", None)


def unknown_choice(field: Field) -> None:
    """Words outside the choices."""
    ways = ("借用", "合作", "代管", "共享")
    _spread(field, "choice_unknown", ["choice_bad"], "kind", ways, [("occupancy", lambda row: row["kind"] == "承租")])
    rights = ("协议", "置换", "其他权利")
    layers = [("parcels_zone", _any), ("parcels_bureau", _any)]
    _spread(field, "choice_unknown", ["choice_bad"], "right_type", rights, layers)
    _spread(field, "choice_unknown", ["choice_bad"], "status", ("经营异常", "迁移中"), [("firms", _any)])
    _spread(field, "choice_unknown", ["choice_bad"], "effect", ("阻断?", "未知"), [("barriers", _any)])


def unknown_truth(field: Field) -> None:
    """Neither yes nor no."""
    _spread(field, "truth_unknown", ["truth_bad"], "above_scale", ("待核", "可能", "不详"), [("firms", _any)])
    _spread(field, "truth_unknown", ["truth_bad"], "legal", ("部分", "在办", "存疑"), [("buildings", _any)])


def open_date(field: Field) -> None:
    """长期 for a lease without an end: understood, with a notice."""
    leases = ("occupancy", lambda row: row["kind"] == "承租" and row["to"] is None)
    _spread(field, "date_open_word", ["date_open"], "to", ("长期", "至今", "长期", "至今"), [leases])


def number_with_unit(field: Field) -> None:
    """A number with its unit in the cell: understood, with a notice."""
    pairs = field.pick("occupancy", 4, lambda row: row["kind"] == "承租" and isinstance(row["area_m2"], int))
    for sheet, row in pairs:
        field.spoil("number_with_unit", ["number_unit"], sheet, row, "area_m2", f"{row['area_m2']}平方米")


KINDS = (
    text_in_number,
    negative,
    formula_error,
    percent,
    date_in_number,
    impossible_date,
    nonsense_date,
    impossible_year,
    future_year,
    missing_year,
    unknown_choice,
    unknown_truth,
    open_date,
    number_with_unit,
)
