"""Figures that cannot be: yuan for 万元, parts above the whole, nothing where something must be."""

from __future__ import annotations

from typing import Any

from mujun.demo.planting.field import Field

TIMES = 6


def tax_in_yuan(field: Field) -> None:
    """One row in yuan in a column of 万元."""
    for sheet, row in field.pick("tax", TIMES, lambda row: _number(row["tax_wan"]) > 1):
        value = round(_number(row["tax_wan"]) * 10_000)
        case = field.spoil("tax_in_yuan", ["unit_suspect"], sheet, row, "tax_wan", value)
        field.suffer(case, "tax_in_yuan", field.rows_about(row["_firm"]))


def revenue_in_thousands(field: Field) -> None:
    """One row of revenue in thousands of 万元: a point for a comma."""
    test = lambda row: _number(row["revenue_wan"]) > 1_000  # noqa: E731
    for sheet, row in field.pick("tax", TIMES, test):
        value = round(_number(row["revenue_wan"]) / 10_000, 6)
        case = field.spoil("revenue_in_yi", ["unit_suspect", "part_exceeds_whole"], sheet, row, "revenue_wan", value)
        field.suffer(case, "revenue_in_yi", field.rows_about(row["_firm"]))


def power_in_ten_thousands(field: Field) -> None:
    """One row of electricity in 万千瓦时 in a column of 千瓦时."""
    for sheet, row in field.pick("power", TIMES, lambda row: row["electricity_kwh"] > 20_000):
        value = round(row["electricity_kwh"] / 10_000, 4)
        case = field.spoil("electricity_unit", ["unit_suspect"], sheet, row, "electricity_kwh", value)
        field.suffer(case, "electricity_unit", field.rows_about(row["_firm"]))


def energy_zero(field: Field) -> None:
    """A firm above scale that reports no energy at all."""
    for sheet, row in field.pick("statistics", TIMES, lambda row: row["year"] >= 2021):
        field.spoil("energy_zero", ["energy_zero"], sheet, row, "energy_tce", 0)


def staff_zero(field: Field) -> None:
    """A firm with revenue and nobody who earns it."""
    for sheet, row in field.pick("statistics", TIMES, lambda row: row["year"] >= 2021):
        field.spoil("staff_zero", ["staff_zero"], sheet, row, "employees", 0)


def added_above_revenue(field: Field) -> None:
    """Value added above revenue."""
    for sheet, row in field.pick("statistics", TIMES, lambda row: bool(row["value_added_wan"])):
        value = round(_number(row["value_added_wan"]) * field.chance.uniform(14, 20), 2)
        case = field.spoil("value_added_exceeds", ["part_exceeds_whole"], sheet, row, "value_added_wan", value)
        field.suffer(case, "value_added_exceeds", field.rows_about(row["_firm"]))


def research_above_revenue(field: Field) -> None:
    """Research spending above revenue."""
    for sheet, row in field.pick(
        "statistics", TIMES, lambda row: isinstance(row["rd_wan"], float) and row["rd_wan"] > 50
    ):
        value = round(row["rd_wan"] * field.chance.uniform(180, 240), 2)
        case = field.spoil("rd_exceeds", ["part_exceeds_whole", "unit_suspect"], sheet, row, "rd_wan", value)
        field.suffer(case, "rd_exceeds", field.rows_about(row["_firm"]))


def items_do_not_add_up(field: Field) -> None:
    """One item of tax differs, so that the items no longer add up to the total."""
    for sheet, row in field.pick("items", TIMES, lambda row: row["item"] == "增值税" and row["amount_wan"] > 100_000):
        case = field.spoil(
            "taxes_not_adding_up",
            ["taxes_not_adding_up"],
            sheet,
            row,
            "amount_wan",
            round(row["amount_wan"] * field.chance.uniform(1.2, 1.7)),
        )
        for other, figures in field.rows_about(row["_firm"]):
            if figures.get("year") == row["year"] and other.table in ("taxes", "measures"):
                field.note("taxes_not_adding_up", ["taxes_not_adding_up"], other, figures, "tax_wan", case=case)


def scale_blank(field: Field) -> None:
    """Nobody said whether the firm is above scale."""
    for sheet, row in field.pick("firms", TIMES):
        case = field.spoil("above_scale_blank", ["above_scale_blank"], sheet, row, "above_scale", None)
        field.suffer(case, "above_scale_blank", field.rows_about(row["_firm"]))


def scale_doubtful(field: Field) -> None:
    """A large firm marked as below scale."""
    large = {
        row["_firm"] for row in field.sheets["tax"].rows if row["year"] == 2024 and _number(row["revenue_wan"]) > 9_000
    }
    for sheet, row in field.pick("firms", TIMES, lambda row: row["above_scale"] == "是" and row["_firm"] in large):
        case = field.spoil("above_scale_doubtful", ["above_scale_doubtful"], sheet, row, "above_scale", "否")
        field.suffer(case, "above_scale_doubtful", field.rows_about(row["_firm"]))


def struck_off_but_busy(field: Field) -> None:
    """A firm struck off that still pays tax on revenue in the last year."""
    busy = {row["_firm"] for row in field.sheets["tax"].rows if row["year"] == 2024}
    for sheet, row in field.pick("firms", TIMES, lambda row: row["status"] == "存续" and row["_firm"] in busy):
        case = field.spoil("deregistered_active", ["deregistered_active"], sheet, row, "status", "注销")
        field.suffer(case, "deregistered_active", field.rows_about(row["_firm"]))


def _number(value: Any) -> float:
    return float(str(value).replace(",", "")) if value not in (None, "—", "-", "/", "无") else 0.0


KINDS = (
    scale_doubtful,
    tax_in_yuan,
    revenue_in_thousands,
    power_in_ten_thousands,
    energy_zero,
    staff_zero,
    added_above_revenue,
    research_above_revenue,
    items_do_not_add_up,
    scale_blank,
    struck_off_but_busy,
)
