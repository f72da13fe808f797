"""Customers of the power company that no firm, or more than one, answers to."""

from __future__ import annotations

from mujun.demo.names import COUNTY
from mujun.demo.planting.field import Field

TIMES = 6
_STRANGE = (
    "示范县天外来客食品厂",
    "样板市云上农庄",
    "示范县第九中学",
    "过路电力客户",
    "示范县龙宫水产行",
    "示范县月宫茶馆",
)


def without_match(field: Field) -> None:
    """A customer that is no firm of the list."""
    for (sheet, row), name in zip(field.pick("power", TIMES), _STRANGE, strict=False):
        row["address"] = None
        case = field.spoil("name_without_match", ["link_missing"], sheet, row, "firm_name", name)
        field.suffer(case, "name_without_match", field.rows_about(row["_firm"]))


def doubtful(field: Field) -> None:
    """A name with one character changed and no address: it may be this firm or another."""
    names = {row["name"] for row in field.sheets["firms"].rows}
    for sheet, row in field.pick("power", TIMES, lambda row: row["firm_name"] in names):
        name, start = row["firm_name"], len(COUNTY)
        changed = next(
            f"{name[:start]}{syllable}{name[start + 1 :]}"
            for syllable in "磐梧榆槐柏樟"
            if f"{name[:start]}{syllable}{name[start + 1 :]}" not in names
        )
        row["address"] = None
        case = field.spoil("name_doubtful", ["link_doubtful", "link_missing"], sheet, row, "firm_name", changed)
        field.suffer(case, "name_doubtful", field.rows_about(row["_firm"]))


KINDS = (without_match, doubtful)
