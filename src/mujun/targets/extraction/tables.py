"""Tables that stand in text: rows of cells parted by tabs, bars or wide blanks under a head that names units."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from mujun.targets.extraction.grammar import Grammar
from mujun.targets.extraction.lists import stacked_rows
from mujun.targets.extraction.numerals import read_numeral
from mujun.targets.extraction.table_heads import (
    BOUNDED,
    UNIT,
    Column,
    Row,
    columns_of,
    count_heads,
    names_of,
    stretched,
)
from mujun.targets.statement import Bound

_RULED = re.compile(r"[\t|｜│┃]")
_PARTED = re.compile(r"[\t|｜│┃]|　+| {2,}")
_SIGNS = {
    "≥": Bound.GE,
    "＞": Bound.GE,
    ">": Bound.GE,
    "≤": Bound.LE,
    "＜": Bound.LE,
    "<": Bound.LE,
    "约": Bound.APPROX,
}
_CAPTION = re.compile(r"单位[:：]\s?([^\s）)，。；]{1,16})[）)]?\s*\Z")
_INDEX = re.compile(r"指数|容积率|得分|系数")
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?[万亿]*")
_BLANK = re.compile(r"[ 　\t]+")
_WIDE = ("\t", "|", "｜", "│", "┃", "　", "  ")
_LOOSE_HEAD = re.compile(r"[（(][^\d\s（）()]{1,6}[）)](?: [^\n\d]*)?\r?\n[^\n]{0,40} \d")
_GROWTH = re.compile(r"增长|增幅|增速|同比|环比|下降")
_SUM = re.compile(r"合计|小计|总计|全[县市区镇]")
_MEASURED = {
    "area": re.compile("面积|用地|占地|土地|亩数"),
    "money": re.compile("投资|产值|税收|收入|资金|概算|金额|贷款|出口|利润|造价"),
    "count": re.compile("家数|户数|个数|人数|数量|企业|项目|人口"),
    "ratio": re.compile("率|比重|占比|增幅|增速"),
}
_SHORTER = 2
_LEAST_CELLS, _LEAST_ROWS, _LONGEST_CELL, _LONGEST_WORDS = 3, 2, 24, 60
_SENTENCE = re.compile(r"[。；，！？：\d]")


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table: its place in the raw text, its worth, what it measures, and the words of its row and column.

    ``column`` holds the words of all rows of heads, times and kinds (2025年完成) included.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    bound: Bound
    metric: str
    row: str
    column: str

    @property
    def grows(self) -> bool:
        """Return whether the column holds rates of change."""
        return _GROWTH.search(self.column) is not None and self.unit in ("%", "百分点")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the raw text at ``start:end``, its head included, with its cells of numbers."""

    start: int
    end: int
    cells: tuple[Cell, ...]


def within(tables: Sequence[Table], place: int) -> bool:
    """Return whether a place of the raw text lies in one of the tables, which :func:`find_tables` gave in order."""
    index = bisect.bisect_right(tables, place, key=lambda table: table.start) - 1
    return index >= 0 and place < tables[index].end


def find_tables(raw: str, grammar: Grammar) -> list[Table]:
    """Return the tables of a raw text in reading order; no two overlap."""
    wide = list(_runs(raw, _PARTED)) if any(sign in raw for sign in _WIDE) else []
    wide += stacked_rows(raw)
    if not wide and not _LOOSE_HEAD.search(raw):
        return []
    wide.sort(key=_start)
    starts = [_start(rows) for rows in wide]
    ends = list(accumulate((rows[-1][-1][1] for rows in wide), max))
    loose = []
    for rows in _runs(raw, _BLANK):
        before = bisect.bisect_right(starts, _start(rows)) - 1
        if (before < 0 or ends[before] < _start(rows)) and _is_loose(rows):
            loose.append(rows)
    tables: list[Table] = []
    for rows in sorted(wide + loose, key=_start):
        last_words, last_place = rows[-1][-1]
        if tables and _start(rows) < tables[-1].end:
            continue
        cells = tuple(_cells_of(raw, rows, grammar))
        if cells:
            tables.append(Table(_start(rows), last_place + len(last_words), cells))
    return tables


def _start(rows: Sequence[Row]) -> int:
    return rows[0][0][1]


def _cells_of(raw: str, rows: Sequence[Row], grammar: Grammar) -> Iterator[Cell]:
    """Read the rows of a table under its heads; what names a group of rows goes on until another does."""
    heads = count_heads(rows)
    columns = columns_of(rows[:heads])
    names = names_of(columns, rows[heads:])
    caption = _CAPTION.search(raw[max(0, _start(rows) - 40) : _start(rows)].rstrip())
    units = caption[1].split("、") if caption else []
    groups = dict.fromkeys(names.groups, "")
    for row in rows[heads:]:
        groups = {index: row[index][0] or words for index, words in groups.items()}
        name = row[names.column][0] if names.column is not None else ""
        group = "".join(groups.values()) if name not in groups.values() else ""
        yield from _cells(columns, row, name, group, units, grammar)


def _runs(raw: str, parted: re.Pattern[str]) -> Iterator[list[Row]]:
    """Yield runs of neighbouring lines with the same number of cells whose first line has no numbers.

    A short line of its own between two rows (一、主要指标) is a heading inside the table.
    """
    run: list[Row] = []
    place = 0
    headed = False
    for line in raw.splitlines(keepends=True):
        row = _row(line, place, parted) if parted.search(line) else []
        place += len(line)
        is_head = bool(row) and not any(_NUMBER.fullmatch(words) for words, _ in row)
        if row and run and 0 <= len(run[0]) - len(row) <= _SHORTER and not (headed and is_head):
            run.append(_aligned(row, len(run[0])))
            headed = False
            continue
        if not row and run and not headed and parted is _PARTED and _is_heading(line):
            headed = True
            continue
        headed = False
        above = stretched(run[0], row) if is_head and len(run) == 1 else []
        if len(run) >= _LEAST_ROWS:
            yield run
        run = [above, row] if above else [row] if is_head else []
    if len(run) >= _LEAST_ROWS:
        yield run


def _is_heading(line: str) -> bool:
    words = line.strip()
    return 0 < len(words) <= _LONGEST_CELL and _SENTENCE.search(words) is None and not _RULED.search(words)


def _aligned(row: Row, size: int) -> Row:
    """Fill a shorter row up: in front of its label where it is a sum (合计 has no serial number), else behind."""
    missing = [("", row[-1][1])] * (size - len(row))
    return missing + row if _SUM.match(row[0][0]) else row + missing


def _is_loose(rows: Sequence[Row]) -> bool:
    """Return whether rows parted by single blanks are a table: its head names units, each row has several numbers."""
    if not any(UNIT.search(words) for words, _ in rows[0]):
        return False
    return all(sum(1 for words, _ in row if _NUMBER.fullmatch(words)) >= _LEAST_ROWS for row in rows[1:])


def _row(line: str, place: int, parted: re.Pattern[str]) -> Row:
    """Split a line into cells with their places; empty ones are kept where tabs or bars part them."""
    cells: Row = []
    start, ruled = 0, _RULED.search(line) is not None
    for sign in [*parted.finditer(line), None]:
        end = sign.start() if sign else len(line)
        words = line[start:end]
        if words.strip() or (ruled and sign is not None and not (not start and line.startswith("|"))):
            cells.append((words.strip(), place + start + len(words) - len(words.lstrip())))
        start = sign.end() if sign else end
    while cells and not cells[-1][0]:
        cells.pop()
    fits = len(cells) >= _LEAST_CELLS and all(_fits(words, ruled) for words, _ in cells)
    return cells if fits else []


def _fits(words: str, ruled: bool) -> bool:
    """Return whether words are a cell; longer ones are where they count nothing and rules part them from the others."""
    if len(words) <= _LONGEST_CELL:
        return True
    return ruled and len(words) <= _LONGEST_WORDS and re.search(r"\d", words) is None


def _cells(
    columns: Sequence[Column], row: Row, name: str, group: str, units: Sequence[str], grammar: Grammar
) -> Iterator[Cell]:
    """Read one row: the unit stands in the cell, else in a column for units, else in the head, else in the caption."""
    if not name or BOUNDED.match(name) or name in "—-/":
        name = next((words for words, _ in row if words and not BOUNDED.match(words) and words not in "—-/"), "")
        group = ""
    in_name = UNIT.search(name)
    name_unit = in_name[1] if in_name else ""
    plain = UNIT.sub("", name)
    of_row = next((words for column, (words, _) in zip(columns, row, strict=True) if column.is_unit), "")
    for column, (words, place) in zip(columns, row, strict=True):
        found = BOUNDED.match(words)
        if not found or not found["number"] or not column.counts:
            continue
        value = read_numeral(found["number"])
        rest = words[found.end() :].strip()
        bound = _SIGNS.get(found["sign"] or "", Bound.EQ)
        for word, after in grammar.bounds_after.items():
            if len(word) > 1 and rest.endswith(word):
                rest, bound = rest.removesuffix(word), after
                break
        written = rest or of_row or column.unit or name_unit
        written = written or _of_caption(column.words, units, grammar) or _of_head(column.words, grammar)
        scale, unit = _unit(written, grammar)
        if value is None or (written and unit is None) or (not written and not _INDEX.search(column.words + name)):
            continue
        end = place + (len(words) if len(words) > found.end() else found.end())
        metric = (group if column.is_bare else "") + plain + column.measure
        yield Cell(place, end, value * scale, unit or "", bound, metric, plain, column.words)


def _of_caption(column: str, units: Sequence[str], grammar: Grammar) -> str:
    """Return the unit that the caption gives the column: its only one, of several the one that fits the head's words."""
    if len(units) < _SHORTER:
        return units[0] if units else ""
    for group, words in _MEASURED.items():
        if words.search(column):
            for unit in units:
                known = grammar.unit_at(unit, len(unit) - len(unit.lstrip("十百千万亿")))
                if known is not None and known.group == group:
                    return unit
    return ""


def _of_head(column: str, grammar: Grammar) -> str:
    """Return the unit that a head without one implies (腾空企业数: 家), or ""."""
    return next((unit for word, unit in grammar.raw["units"]["head_units"].items() if word in column), "")


def _unit(words: str, grammar: Grammar) -> tuple[Decimal, str | None]:
    """Read 万平方米 as 10,000 and 平方米; an unknown word stands for itself as None."""
    size = len(words) - len(words.lstrip("十百千万亿"))
    scale = read_numeral("1" + words[:size]) or Decimal(1)
    unit = grammar.unit_at(words, size)
    if unit is None or size + len(unit.word) != len(words):
        return scale, None
    return scale, unit.unit
