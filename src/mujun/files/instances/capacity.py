"""``capacity.csv``: the floor area on hand in each period, and what each parcel displaces of it (a column of nodes.csv)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from mujun.base.errors import UnreadableInput
from mujun.files.instances.sheet import Sheet, near
from mujun.files.instances.table import read_sheet
from mujun.renewal.blocks.problem import Floats

FILE = "capacity.csv"
ALL_FLOOR = "floor_m2"
MOST_PERIODS = 400
_NO_FLOOR = ("id", "lock", "lock_reason", "together", "protected", "benefit", "cost", "area_mu")


@dataclasses.dataclass(frozen=True, slots=True)
class Rooms:
    """``table`` the columns period (from 1), sector ("": not told apart), floor_area_m2; ``sheet`` where it stands."""

    sheet: Sheet
    table: pd.DataFrame


def read_capacity(path: Path, budgets: tuple[float, ...] | None) -> Rooms | None:
    """Read the file, None where there is none. Raises UnreadableInput that names row and column of a fault."""
    if not path.exists():
        return None
    sheet = read_sheet(path, str.lower)
    sheet.need("period", "sector", "floor_area_m2")
    last = len(budgets) if budgets else np.inf
    periods = sheet.numbers("period")
    for position in np.flatnonzero((periods != np.floor(periods)) | (periods < 1) | (periods > last)):
        span = f"1 到 {len(budgets)}" if budgets else "从 1 起"
        fault = f"“{sheet.cell(int(position), 'period')}”不是期数"
        sheet.refuse(int(position), "period", fault, f"期数是{span}的整数。")
    _check_count(sheet, periods)
    sectors = sheet.texts("sector")
    named = [sector != "" for sector in sectors]
    if any(named) and not all(named):
        mend = "请写明行业；各行业可共用的面积，请改成一个行业，或每行都不写行业。"
        sheet.refuse(named.index(False), "sector", "是空的，而别的行写了行业", mend)
    table = pd.DataFrame(
        {
            "period": periods.astype(np.int64),
            "sector": pd.Series(sectors, dtype="str"),
            "floor_area_m2": sheet.numbers("floor_area_m2", least=0),
        }
    )
    return Rooms(sheet, table)


def _check_count(sheet: Sheet, periods: Floats) -> None:
    """A hundred years of quarters is a slip of the pen: a year, perhaps, where a period should stand."""
    for position in np.flatnonzero(periods > MOST_PERIODS):
        fault = f"“{sheet.cell(int(position), 'period')}”不是期数"
        sheet.refuse(int(position), "period", fault, "期数从 1 起依次编号，不是年份。")


def floors_of(nodes: Sheet, rooms: Rooms | None) -> dict[str, tuple[str, Floats]]:
    """Return by sector the column of nodes.csv that holds the floor area it displaces, and its figures (n,) in m².

    That is the column with the name of the sector, or ``floor_<sector>_m2``; ``floor_m2`` where no sector is written.
    """
    if rooms is None:
        return {}
    found: dict[str, tuple[str, Floats]] = {}
    for position, sector in enumerate(rooms.table["sector"]):
        if sector not in found:
            column = _column(nodes, rooms.sheet, position, sector)
            found[sector] = (column, nodes.numbers(column, least=0, blank=0.0))
    return found


def _column(nodes: Sheet, capacity: Sheet, position: int, sector: str) -> str:
    known = [sector, f"floor_{sector}_m2"] if sector else [ALL_FLOOR]
    have = [name for name in known if name in nodes and name not in _NO_FLOOR]
    if len(have) == 1:
        return have[0]
    wanted = "或".join(f"“{name}”" for name in known)
    if have:
        capacity.refuse(position, "sector", f"的“{sector}”在 {nodes.file} 里有两列：{wanted}", "请只留一列。")
    raise UnreadableInput(
        f"文件“{FILE}”第{capacity.lines[position]}行的行业“{sector}”在 {nodes.file} 里没有建筑面积："
        f"缺少{wanted}列{near(known[-1], list(nodes.columns))}。",
        next_step="请在 nodes.csv 补上各宗地该行业要搬迁的建筑面积（平方米）。",
    )
