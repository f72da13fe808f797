"""Shares of land that cannot be: let to oneself, let twice, held by two, periods that overlap or run backwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mujun.demo.planting.field import Field
from mujun.demo.sheets import Row

TIMES = 6


def _lease(row: Row) -> bool:
    return bool(row["kind"] == "承租" and row["to"] is None)


def lessor_is_lessee(field: Field) -> None:
    """A firm that rents from itself."""
    for sheet, row in field.pick("occupancy", TIMES, _lease):
        case = field.spoil("lessor_is_lessee", ["lessor_is_lessee"], sheet, row, "lessor_id", row["firm_id"])
        field.suffer(case, "lessor_is_lessee", field.rows_about(row["_parcel"]))


def over_let(field: Field) -> None:
    """A holder that lets more than it has: a second tenant takes nearly the whole parcel."""
    held = {
        row["_parcel"]: row for row in field.sheets["occupancy"].rows if row["kind"] == "自有" and row["to"] is None
    }
    for sheet, row in field.pick("occupancy", TIMES, lambda row: _lease(row) and row["_parcel"] in held):
        own = held[row["_parcel"]]
        case = field.spoil(
            "over_let", ["let_exceeds_held"], sheet, row, "area_m2", round(_number(own["area_m2"]) * 0.99, 2)
        )
        tenant = field.any_firm()
        extra = row | {"firm_id": tenant["firm_id"], "firm_name": tenant["name"], "_firm": tenant["firm_id"]}
        extra["area_m2"] = round(_number(own["area_m2"]) * field.chance.uniform(0.05, 0.6), 2)
        added = field.add(sheet, extra, after=row)
        for other in (added, own):
            field.note("over_let", ["let_exceeds_held"], sheet, other, "area_m2", case=case)
        field.suffer(case, "over_let", field.rows_about(row["_parcel"]))


def overlap(field: Field) -> None:
    """A lease renewed before it has ended, so that it counts twice."""
    test = lambda row: row["kind"] == "承租" and _is_before(row["from"], 2022)  # noqa: E731
    for sheet, row in field.pick("occupancy", TIMES, test):
        renewed = field.add(sheet, row | {"from": "2023-01-01", "to": "2027-12-31"}, after=row)
        row["to"] = "2024-12-31"
        case = field.note("periods_overlap", ["periods_overlap"], sheet, renewed, "from")
        field.note("periods_overlap", ["periods_overlap"], sheet, row, "from", case=case)
        field.suffer(case, "periods_overlap", field.rows_about(row["_parcel"]))


def reversed_period(field: Field) -> None:
    """A lease that ends before it begins."""
    for sheet, row in field.pick("occupancy", TIMES, _lease):
        row["from"] = "2023-06-01"
        case = field.spoil("period_reversed", ["period_reversed"], sheet, row, "to", "2021-05-31")
        field.suffer(case, "period_reversed", field.rows_about(row["_parcel"]))


def two_owners(field: Field) -> None:
    """Two firms that each claim the whole parcel."""
    test = lambda row: row["kind"] == "自有" and row["to"] is None  # noqa: E731
    for sheet, row in field.pick("occupancy", TIMES, test):
        other = field.any_firm()
        rival = row | {"firm_id": other["firm_id"], "firm_name": other["name"], "_firm": other["firm_id"]}
        field.add(sheet, rival, after=row)
        codes = ["several_owners", "shares_exceed_parcel"]
        case = field.note("two_owners", codes, sheet, rival, "firm_id")
        field.note("two_owners", codes, sheet, row, "firm_id", case=case)
        field.suffer(case, "two_owners", field.rows_about(row["_parcel"]))


def more_than_parcel(field: Field) -> None:
    """An owner whose area is larger than the parcel."""
    test = lambda row: row["kind"] == "自有" and row["to"] is None  # noqa: E731
    for sheet, row in field.pick("occupancy", TIMES, test):
        codes = ["occupancy_exceeds_parcel", "shares_exceed_parcel"]
        value = round(_number(row["area_m2"]) * field.chance.uniform(1.1, 2.5), 2)
        case = field.spoil("own_exceeds_parcel", codes, sheet, row, "area_m2", value)
        field.suffer(case, "own_exceeds_parcel", field.rows_about(row["_parcel"]))


def no_area(field: Field) -> None:
    """A lease without an area."""
    for sheet, row in field.pick("occupancy", TIMES, _lease):
        field.spoil("area_missing", ["area_missing"], sheet, row, "area_m2", None)


def no_lessor(field: Field) -> None:
    """Rented land of a parcel that nobody holds, without a lessor."""
    for _, parcel in field.pick("supply", 4, lambda row: not row["holder_id"] and not row["holder_name"]):
        tenant = field.any_firm()
        row = {
            "firm_id": tenant["firm_id"], "firm_name": tenant["name"], "parcel_id": parcel["parcel_id"],
            "kind": "承租", "area_m2": 420, "from": "2021-03-01", "_firm": tenant["firm_id"], "_parcel": parcel["_parcel"],
        }  # fmt: skip
        added = field.add(field.sheets["occupancy"], row)
        field.note("lessor_missing", ["lessor_missing"], field.sheets["occupancy"], added, "lessor_id")


def _number(value: Any) -> float:
    return float(str(value).replace(",", ""))


def _is_before(value: Any, year: int) -> bool:
    return bool(value.year < year if isinstance(value, dt.date) else int(str(value)[:4]) < year)


KINDS = (no_lessor, over_let, overlap, two_owners, lessor_is_lessee, reversed_period, more_than_parcel, no_area)
