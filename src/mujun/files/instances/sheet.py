"""One csv file of an instance: its columns, and where each row stands, so that a fault has an address."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from mujun.base.errors import UnreadableInput
from mujun.files.nothing import NOTHING, half_width, visible
from mujun.files.numbers import parse_number
from mujun.files.texts import read_truth

LARGEST = 1e18
"""Figures beyond it are no areas, costs or benefits: sums would lose the digits that the limits are kept to."""
_PLAIN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_ALIKE = 60


def near(word: str, known: Sequence[str]) -> str:
    """Return ``（是否为“…”？）`` for the known word most like ``word``, else nothing."""
    found = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return f"（是否为“{found[0]}”？）" if found else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A file with a heading row. ``columns`` heading → one text per row; ``lines`` the line each row begins on."""

    file: str
    columns: dict[str, pa.Array]
    lines: Sequence[int]

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def cell(self, position: int, column: str) -> str:
        """Return one cell as it was written."""
        return str(self.columns[column][position].as_py())

    def refuse(self, position: int, column: str, fault: str, mend: str = "") -> NoReturn:
        """Raise UnreadableInput that names file, row and column of one cell."""
        raise UnreadableInput(f"文件“{self.file}”第{self.lines[position]}行“{column}”列{fault}。", next_step=mend)

    def need(self, *names: str) -> None:
        """Raise UnreadableInput where a heading is missing."""
        for name in names:
            if name not in self.columns:
                have = "、".join(self.columns) or "（空）"
                raise UnreadableInput(
                    f"文件“{self.file}”缺少“{name}”列{near(name, list(self.columns))}。",
                    why=f"现有的列：{have}。",
                    next_step="请补上这一列。",
                )

    def numbers(self, column: str, *, least: float = -LARGEST, blank: float | None = None) -> npt.NDArray[np.float64]:
        """Return a column of finite numbers ≥ ``least`` (n,); an empty cell is ``blank``, or a fault without it."""
        cells = self.columns[column]
        plain = pc.match_substring_regex(cells, _PLAIN)
        values = np.array(pc.fill_null(pc.cast(pc.if_else(plain, cells, None), pa.float64()), 0.0), dtype=np.float64)
        for position in np.flatnonzero(~np.array(plain, dtype=bool)):
            values[position] = self._number(int(position), column, blank)
        outside = np.flatnonzero(~((values >= least) & (np.abs(values) <= LARGEST)))
        if len(outside):
            first = int(outside[0])
            fault = "是负数“{}”" if -LARGEST <= values[first] < 0 else "“{}”超出了可用的范围"
            self.refuse(first, column, fault.format(self.cell(first, column)), "请更正后重试。")
        return values

    def _number(self, position: int, column: str, blank: float | None) -> float:
        cell = self.cell(position, column)
        text = half_width(visible(cell))
        if text in NOTHING:
            if blank is None:
                self.refuse(position, column, "是空的", "请填上数值。")
            return blank
        number = parse_number(text)
        if number is None or not math.isfinite(number):
            self.refuse(position, column, f"“{cell}”不是有限的数", "请改为普通数字。")
        return number

    def truths(self, column: str) -> npt.NDArray[np.bool_]:
        """Return a column of truths (n,); an empty cell is no."""
        return np.array(self._each(column, self._truth), dtype=bool)

    def _truth(self, position: int, column: str) -> bool:
        reading = read_truth(self.cell(position, column))
        if reading.code:
            cell = self.cell(position, column)
            self.refuse(position, column, f"“{cell}”不是“是”或“否”", "请填 true 或 false。")
        return bool(reading.value)

    def choices(self, column: str, known: Sequence[str]) -> list[str]:
        """Return a column of choices; an empty cell is the empty choice."""

        def choice(position: int, column: str) -> str:
            cell = self.cell(position, column)
            text = half_width(visible(cell)).lower()
            if text in NOTHING:
                return ""
            if text not in known:
                words = "、".join(word for word in known if word)
                self.refuse(position, column, f"“{cell}”不可识别{near(text, known)}", f"只能是空、{words}。")
            return text

        return self._each(column, choice)

    def texts(self, column: str) -> list[str]:
        """Return a column of words without surrounding blanks; what people write for nothing is empty."""

        def text(position: int, column: str) -> str:
            words = visible(self.cell(position, column))
            return "" if words in NOTHING else words

        return self._each(column, text)

    def _each(self, column: str, read: Any) -> list[Any]:
        """Return ``read(position, column)`` of each cell, equal texts read only once, where they first stand."""
        encoded = self.columns[column].dictionary_encode()
        which = encoded.indices.to_numpy(zero_copy_only=False)
        first = np.unique(which, return_index=True)[1]
        values = [read(int(position), column) for position in first]
        return [values[code] for code in which.tolist()]
