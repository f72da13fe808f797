"""Rows that stand twice."""

from __future__ import annotations

from mujun.demo.planting.field import Field

TIMES = 6


def identical(field: Field) -> None:
    """The same row twice, one after the other or far apart."""
    for number, (sheet, row) in enumerate(field.pick("occupancy", TIMES) + field.pick("firms", TIMES)):
        copy = field.add(sheet, dict(row), after=row if number % 2 else None)
        case = field.note("duplicate_identical", ["duplicate_row"], sheet, copy, "")
        field.note("duplicate_identical", ["duplicate_row"], sheet, row, "", case=case)


def conflicting_figures(field: Field) -> None:
    """A firm and year twice with different revenue."""
    for sheet, row in field.pick("tax", TIMES, lambda row: isinstance(row["revenue_wan"], float)):
        copy = field.add(sheet, row | {"revenue_wan": round(row["revenue_wan"] * 1.31 + 7, 2)}, after=row)
        case = field.note("duplicate_conflicting", ["conflict"], sheet, copy, "revenue_wan")
        field.note("duplicate_conflicting", ["conflict"], sheet, row, "revenue_wan", case=case)


def conflicting_firm(field: Field) -> None:
    """A firm twice, once above scale and once not."""
    for sheet, row in field.pick("firms", TIMES, lambda row: row["above_scale"] == "否"):
        copy = field.add(sheet, row | {"above_scale": "是"})
        case = field.note("firm_conflicting", ["conflict"], sheet, copy, "above_scale")
        field.note("firm_conflicting", ["conflict"], sheet, row, "above_scale", case=case)


def conflicting_parcel(field: Field) -> None:
    """A parcel twice in the supply ledger with different plot ratios."""
    for sheet, row in field.pick("supply", TIMES, lambda row: row["far_min"] == 1):
        copy = field.add(sheet, row | {"far_min": 1.3})
        case = field.note("parcel_conflicting", ["conflict"], sheet, copy, "far_min")
        field.note("parcel_conflicting", ["conflict"], sheet, row, "far_min", case=case)


KINDS = (identical, conflicting_figures, conflicting_firm, conflicting_parcel)
