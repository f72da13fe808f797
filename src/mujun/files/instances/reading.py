"""Reads an instance folder: a problem, its periods, and what was left out of the files."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mujun.base.errors import UnreadableInput
from mujun.files.instances.capacity import FILE as CAPACITY
from mujun.files.instances.capacity import floors_of, read_capacity
from mujun.files.instances.sheet import Sheet, near
from mujun.files.instances.table import read_sheet
from mujun.files.instances.terms import FILE as TERMS_FILE
from mujun.files.instances.terms import read_terms
from mujun.renewal.blocks.problem import Floats, Lock, Problem, Terms, build_problem
from mujun.renewal.periods.question import Periods

NODES, EDGES = "nodes.csv", "edges.csv"
FIGURES = ("benefit", "cost", "area_mu")
_PAIR = ("a", "b", "front_m")
_WORDS = ("id", "lock", "together", "protected")
_MOST_TO_LIKEN = 20_000

Positions = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class Instance:
    """A problem as it was handed over.

    ``budget_by_period`` one budget per period; ``capacity`` the columns period (from 1), sector, floor_area_m2;
    ``floor_m2`` by sector of ``capacity`` what is displaced where each parcel is taken (n,); ``notes`` one Chinese
    sentence for each thing in the files that the problem does not use.
    """

    problem: Problem
    budget_by_period: tuple[float, ...] | None = None
    capacity: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    floor_m2: Mapping[str, Floats] = dataclasses.field(default_factory=dict)

    @property
    def periods(self) -> Periods | None:
        """What the periods allow, None where the folder speaks of none."""
        capacity = self.capacity
        if self.budget_by_period is None and (capacity is None or capacity.empty):
            return None
        last = int(capacity["period"].max()) if capacity is not None and not capacity.empty else 1
        budget = self.budget_by_period or (np.inf,) * last
        room = {sector: np.zeros(len(budget)) for sector in self.floor_m2}
        if capacity is not None:
            rows = zip(capacity["sector"], capacity["period"] - 1, capacity["floor_area_m2"], strict=True)
            for sector, period, area in rows:
                room[sector][period] += area
        return Periods(budget, self.floor_m2, room)


def read_instance(folder: Path) -> Instance:
    """Read the folder ``INSTANCE`` of the exchange format.

    Ids are texts, kept to the letter. Raises UnreadableInput with one sentence that names file, row and column for
    whatever makes the problem doubtful: missing files or columns, repeated or unknown ids, figures that are no
    finite numbers, negative areas, unknown locks, unknown keys.
    """
    if not folder.is_dir():
        raise UnreadableInput(f"没有“{folder}”这个文件夹。", next_step="请给出含 nodes.csv 的实例文件夹。")
    terms, budgets = read_terms(folder / TERMS_FILE)
    notes: list[str] = []
    sheet = read_sheet(folder / NODES, _heading)
    rooms = read_capacity(folder / CAPACITY, budgets)
    floors = floors_of(sheet, rooms)
    nodes = _nodes(sheet, terms, {column for column, _floor in floors.values()}, notes)
    edges = _edges(read_sheet(folder / EDGES, _heading), nodes["id"], notes)
    if rooms is not None:
        _tell_unused(rooms.sheet, {"period", "sector", "floor_area_m2"}, notes)
    capacity = None if rooms is None else rooms.table
    floor_m2 = {sector: floor for sector, (_column, floor) in floors.items()}
    return Instance(build_problem(nodes, edges, terms), budgets, capacity, tuple(notes), floor_m2)


def _heading(text: str) -> str:
    plain = text.lower()
    return plain if plain in (*_WORDS, *FIGURES, *_PAIR) else text


def _nodes(sheet: Sheet, terms: Terms, floors: set[str], notes: list[str]) -> pd.DataFrame:
    sheet.need("id", *FIGURES)
    for name in terms.resources:
        if name in _WORDS or name not in sheet:
            raise UnreadableInput(
                f"文件“{TERMS_FILE}”的 resources 里的“{name}”不是 {NODES} 的数值列{near(name, list(sheet.columns))}。",
                next_step="请更正名称，或在 nodes.csv 补上这一列。",
            )
    columns: dict[str, object] = {"id": pd.Series(_ids(sheet), dtype="str")}
    for name in ("benefit", "cost"):
        columns[name] = sheet.numbers(name)
    columns["area_mu"] = sheet.numbers("area_mu", least=0)
    columns["lock"] = sheet.choices("lock", tuple(Lock)) if "lock" in sheet else ""
    if "together" in sheet:
        columns["together"] = sheet.texts("together")
    if "protected" in sheet:
        columns["protected"] = sheet.truths("protected")
    for name in terms.resources:
        if name not in columns:
            columns[name] = sheet.numbers(name, blank=0.0)
    _tell_unused(sheet, {*columns, *floors}, notes)
    return pd.DataFrame(columns)


def _ids(sheet: Sheet) -> list[str]:
    ids: list[str] = sheet.columns["id"].to_pylist()
    for position in np.flatnonzero(_blank(sheet.columns["id"])):
        sheet.refuse(int(position), "id", "是空的", "每宗地须有编号。")
    if len(set(ids)) < len(ids):
        second = int(np.flatnonzero(pd.Series(ids, dtype="str").duplicated())[0])
        first = ids.index(ids[second])
        fault = f"“{ids[second]}”与第{sheet.lines[first]}行重复"
        sheet.refuse(second, "id", fault, "每宗地只能一行。")
    return ids


def _blank(cells: pa.Array) -> npt.NDArray[np.bool_]:
    return np.array(pc.equal(pc.utf8_trim_whitespace(cells), ""), dtype=bool)


def _edges(sheet: Sheet, ids: pd.Series, notes: list[str]) -> pd.DataFrame:
    sheet.need("a", "b")
    known = pa.array(ids, pa.large_string())
    a, b = (_ends(sheet, side, known, notes) for side in ("a", "b"))
    columns: dict[str, object] = {"a": ids.take(a).to_numpy(), "b": ids.take(b).to_numpy()}
    if "front_m" in sheet:
        columns["front_m"] = sheet.numbers("front_m", least=0, blank=0.0)
    _tell_loops_and_repeats(sheet, a, b, notes)
    _tell_unused(sheet, set(columns), notes)
    return pd.DataFrame(columns)


def _ends(sheet: Sheet, side: str, known: pa.Array, notes: list[str]) -> Positions:
    """Return the position of each end; an id is also known without the blanks around it, where that is certain."""
    cells = sheet.columns[side]
    found = np.array(pc.fill_null(pc.index_in(cells, value_set=known), -1), dtype=np.int64)
    missing = np.flatnonzero(found < 0)
    if not len(missing):
        return found
    tidy = np.array(pc.utf8_trim_whitespace(known).to_pylist(), dtype=object)
    for position in missing:
        name = sheet.cell(int(position), side)
        at = np.flatnonzero(tidy == name.strip())
        if not name.strip():
            sheet.refuse(int(position), side, "是空的", "请填相邻两宗地的编号。")
        if len(at) != 1:
            hint = near(name, known.to_pylist()) if len(known) <= _MOST_TO_LIKEN else ""
            sheet.refuse(int(position), side, f"的“{name}”不在 {NODES} 里{hint}", "请更正编号，或删去这一行。")
        found[position] = at[0]
    notes.append(f"{sheet.file} 的“{side}”列有{len(missing)}个编号前后的空格与 {NODES} 不同，已按去掉空格识别。")
    return found


def _tell_loops_and_repeats(sheet: Sheet, a: Positions, b: Positions, notes: list[str]) -> None:
    loops = np.flatnonzero(a == b)
    if len(loops):
        notes.append(f"{sheet.file} 有{len(loops)}行是一宗地与自己相邻，未采用（{_where(sheet, loops)}）。")
    pairs = pd.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b)})[a != b]
    repeats = pairs.index[pairs.duplicated()].to_numpy()
    if len(repeats):
        notes.append(f"{sheet.file} 有{len(repeats)}行重复，只算一次（{_where(sheet, repeats)}）。")


def _where(sheet: Sheet, positions: Positions) -> str:
    shown = "、".join(f"第{sheet.lines[int(position)]}行" for position in positions[:3])
    return shown + ("等" if len(positions) > 3 else "")


def _tell_unused(sheet: Sheet, used: set[str], notes: list[str]) -> None:
    unused = [name for name in sheet.columns if name not in used]
    if unused:
        notes.append(f"{sheet.file} 的{'、'.join(f'“{name}”' for name in unused)}列未采用。")
