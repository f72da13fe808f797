"""Marks that no rule set knows, and bonus marks without points."""

from __future__ import annotations

from mujun.demo.planting.field import Field


def unknown_code(field: Field) -> None:
    """Codes with a slip of the pen."""
    for value in ("veto_safty", "bonus_green", "老企业", "bonus-safety", "newfirm", "X1"):
        for sheet, row in field.pick("marks", 1, lambda row: row["points"] is None):
            field.spoil("mark_unknown", ["mark_unknown"], sheet, row, "code", value)


def points_missing(field: Field) -> None:
    """A bonus of nobody knows how much."""
    for sheet, row in field.pick("marks", 6, lambda row: str(row["code"]).startswith("bonus_")):
        field.spoil("points_missing", ["points_missing"], sheet, row, "points", None)


KINDS = (unknown_code, points_missing)
