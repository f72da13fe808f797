"""From a csv file to columns: at array speed where the file is regular, row by row where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from mujun.base.errors import UnreadableInput
from mujun.files.encodings import MOST_TEXT, decode, read_csv
from mujun.files.instances.sheet import Sheet
from mujun.files.nothing import visible


class _Lines(Sequence[int]):
    """The line of each row of a regular file, counted only once somebody asks."""

    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number

    def __len__(self) -> int:
        return self._number

    def __getitem__(self, position: int) -> int:  # type: ignore[override]
        return [line for row, line in zip(*read_csv(self._path)[:2], strict=True) if row][position + 1]


def read_sheet(path: Path, tidy: Callable[[str], str] = lambda text: text) -> Sheet:
    """Read a csv file with a heading row; ``tidy`` is applied to each heading. Rows of blanks are passed over.

    Raises UnreadableInput for a file that is missing, empty, not text, has no or repeated headings, or a row with
    more cells than headings.
    """
    if not path.is_file():
        raise UnreadableInput(f"文件夹“{path.parent.name}”里没有“{path.name}”。", next_step="请补上这个文件后重试。")
    headings, columns, lines = _at_once(path) or _by_rows(path)
    headings = [tidy(visible(heading)) for heading in headings]
    repeated = [heading for heading in dict.fromkeys(headings) if heading and headings.count(heading) > 1]
    if repeated:
        raise UnreadableInput(f"文件“{path.name}”第1行有重复的列名“{repeated[0]}”。", next_step="请只留一列。")
    named = {heading: column for heading, column in zip(headings, columns, strict=True) if heading}
    return Sheet(path.name, named, lines)


_Parts = tuple[list[str], list[pa.Array], Sequence[int]]


def _at_once(path: Path) -> _Parts | None:
    """Read a regular file of commas: rows of one width, none of blanks, headings without gaps. None for any other."""
    if path.stat().st_size > MOST_TEXT:
        return None
    text, _, replaced = decode(path.read_bytes())
    heading = text.partition("\n")[0]
    if replaced or "," not in heading or '"' in heading or "\x00" in text:
        return None
    names = heading.rstrip("\r").split(",")
    try:
        table = csv.read_csv(
            pa.py_buffer(text.encode("utf-8")),
            read_options=csv.ReadOptions(column_names=[str(place) for place in range(len(names))], skip_rows=1),
            parse_options=csv.ParseOptions(newlines_in_values='"' in text),
            convert_options=csv.ConvertOptions(
                column_types={str(place): pa.large_string() for place in range(len(names))}, strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, ValueError):
        return None
    columns = [column.combine_chunks() for column in table.columns]
    filled = pc.not_equal(columns[0], "")
    if not all(name.strip() for name in names) or not pc.all(filled, min_count=0).as_py():
        return None
    return names, columns, _Lines(path, table.num_rows)


def _by_rows(path: Path) -> _Parts:
    rows, lines, encoding, replaced = read_csv(path)
    if replaced:
        raise UnreadableInput(
            f"文件“{path.name}”有{replaced}处不是 {encoding} 文字。", next_step="请另存为 UTF-8 编码的 csv。"
        )
    filled = [(row, line) for row, line in zip(rows, lines, strict=True) if any(map(str.strip, row))]
    if not filled:
        raise UnreadableInput(f"文件“{path.name}”是空的。", next_step="第1行应是列名。")
    headings = list(filled[0][0])
    while headings and not headings[-1].strip():
        headings.pop()
    body = [_fitted(path.name, row, line, len(headings)) for row, line in filled[1:]]
    columns = [[row[place] for row in body] for place in range(len(headings))]
    arrays = [pa.array(column, pa.large_string()) for column in columns]
    return headings, arrays, [line for _, line in filled[1:]]


def _fitted(file: str, row: list[str], line: int, width: int) -> list[str]:
    if any(map(str.strip, row[width:])):
        raise UnreadableInput(
            f"文件“{file}”第{line}行有{len(row)}格，比列名多{len(row) - width}格。",
            next_step="值里有逗号的，请给这个值加上英文双引号。",
        )
    return [*row[:width], *[""] * (width - len(row))]
