"""Finding the heading rows of a sheet and which column holds what."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping

from mujun.files.guard import column_letters
from mujun.files.nothing import visible
from mujun.files.sheets import Grid
from mujun.files.texts import text_of
from mujun.files.units import factor, is_unit, looks_like_unit, split_unit, tidy_unit
from mujun.register.schema import Table

DEEPEST_HEADING = 30
OWN_SHEETS = frozenset({"填表说明", "问题汇总"})
OWN_HEADING = "问题"
"""What our own templates and returned files add; passed over when they come back."""
MOST_LEVELS = 3
_LONGEST_HEADING = 200
_YEAR = re.compile(r"^(?:fy)?((?:19|20)\d{2})(?:年度?)?|((?:19|20)\d{2})年?度?$")
_FIGURES = re.compile(r"[\d\s.,:/-]+")  # numbers, dates, codes: rows of data are looked at too, and need no second look
_BRACKETS = re.compile(r"[(\[【<]([^()\[\]【】<>]*)[)\]】>]$")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、]|[一二三四五六七八九十]+、|\(\d{1,2}\)|[甲乙丙丁][、.])")
_COLUMN_MARK = re.compile(r"^(?:\d{1,3}|[甲乙丙丁戊己庚辛])$")


Stack = tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """One way to read a heading: the name without unit and year, the unit as written, the year."""

    name: str
    unit: str = ""
    year: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Bound:
    """A column of the sheet that is a column of the table. ``index`` counts from 0."""

    index: int
    letter: str
    heading: str
    unit: str = ""
    year: int | None = None


@dataclasses.dataclass(slots=True)
class Headings:
    """Where the data begin (``first``: index of the first data row) and what each column is."""

    first: int
    columns: dict[str, Bound]
    unknown: list[Bound] = dataclasses.field(default_factory=list)
    twice: list[tuple[Bound, str]] = dataclasses.field(default_factory=list)
    texts: list[str] = dataclasses.field(default_factory=list)
    title: str = ""

    def missing(self, table: Table) -> list[str]:
        """Return the labels of key columns that are not there. A name stands in for a firm's code."""
        stand_in = table.linked_by_name and "firm_name" in self.columns
        named = [n for n in table.key if n not in self.columns and not (n == "firm_id" and stand_in) and n != "year"]
        return [table.column(name).label for name in named]


def tidy(heading: str) -> str:
    """Return a heading as it is compared: half-width, no blanks, no marks of duty, lower case."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", visible(heading)[:_LONGEST_HEADING]))
    return plain.strip("*※#:").lower()


def readings(heading: str) -> list[Heading]:
    """Return the ways to read a heading, the most literal first."""
    plain = tidy(heading)
    found = [Heading(plain)]
    plain = _NUMBERING.sub("", plain)
    found.append(Heading(plain))
    unit = ""
    while bracket := _BRACKETS.search(plain):
        plain = plain[: bracket.start()]
        if not unit and looks_like_unit(bracket[1]):
            unit = tidy_unit(bracket[1])
        found.append(Heading(plain, unit))
    if not unit:
        rest, unit = split_unit(plain)
        if unit:
            plain = rest
            found.append(Heading(plain, unit))
        elif (parts := re.split(r"[/_,:;]", plain)) and len(parts) == 2 and looks_like_unit(parts[1]):
            found.append(Heading(parts[0], parts[1]))
    for reading in list(found):
        if year := _YEAR.search(reading.name):
            name = reading.name[year.end() :] if year[1] else reading.name[: year.start()]
            found.append(Heading(name.strip("()_-"), reading.unit, int(year[1] or year[2])))
    return found


class Names:
    """The headings a table answers to, with a mapping of the county's own headings put first."""

    def __init__(self, table: Table, mapping: Mapping[str, str] | None = None) -> None:
        self.table = table
        self.ignored: set[str] = set()
        self._names: dict[str, str] = {}
        self._own: dict[str, str] = {}
        self._found: dict[str, tuple[str, Heading] | None] = {}
        known = {column.name for column in table.columns}
        for column in table.columns:
            for heading in column.all_headings:
                self._names.setdefault(tidy(heading), column.name)
        for heading, name in (mapping or {}).items():
            if name in known:
                self._own[tidy(heading)] = name
            elif heading in known and name:
                self._own[tidy(name)] = heading
            else:
                self.ignored.add(tidy(heading))

    def find(self, heading: str) -> tuple[str, Heading] | None:
        """Return the column that ``heading`` names and how it was read, or None."""
        if heading not in self._found:
            self._found[heading] = self._find(heading)
        return self._found[heading]

    def _find(self, heading: str) -> tuple[str, Heading] | None:
        if _FIGURES.fullmatch(heading) and tidy(heading) not in self._own:
            return None
        ways = readings(heading)
        if ways[0].name in self._own:
            unit = next((way.unit for way in ways if way.unit), "")
            return self._own[ways[0].name], Heading(ways[0].name, unit)
        if not ways[0].name or ways[0].name in self.ignored:
            return None
        for way in ways:
            name = self._own.get(way.name) or self._names.get(way.name)
            if name:
                return name, way
        return None


def find_headings(grid: Grid, table: Table, mapping: Mapping[str, str] | None = None) -> Headings | None:
    """Find the heading rows of ``grid``: one to three rows among the first 30; None where no column is known.

    The rows that name most columns win; of equals the fewest, the first. A row of units below them and a row of
    column numbers (1, 2, 3 or 甲, 乙) belong to the heading.
    """
    names = Names(table, mapping)
    top = [[_heading_text(cell) for cell in row] for row in grid.rows[:DEEPEST_HEADING]]
    best: tuple[tuple[int, int, int], int, int] | None = None
    for start in range(len(top)):
        for levels in range(1, min(MOST_LEVELS, len(top) - start) + 1):
            texts = _joined(top, grid, start, levels)
            columns = {found[0] for stack in {*texts} if (found := _match(stack, names))}
            keys = sum(name in columns for name in table.key)
            score = (len(columns), keys, -levels)
            if columns and (best is None or score > best[0]):
                best = (score, start, levels)
    if best is None or (best[0][0] == 1 and best[0][1] == 0):
        return None
    _, start, levels = best
    levels += _below_merged(grid, top, start, levels)
    headings = _bind(_joined(top, grid, start, levels), names)
    headings.first = start + levels
    headings.title = " ".join(text for row in top[:start] for text in row if text)
    _read_units(grid, headings)
    return headings


def _below_merged(grid: Grid, top: list[list[str]], start: int, levels: int) -> int:
    """Return how many more rows only break down headings that are merged over several columns.

    Such a row belongs to the heading even where the other headings are not merged downwards over it.
    """
    more = 0
    for row in range(start + levels, min(start + MOST_LEVELS, len(top))):
        spanned = {
            c
            for r, first, _, last in grid.merged or ()
            if start <= r < row and last > first
            for c in range(first, last + 1)
        }
        filled = [index for index, cell in enumerate(grid.rows[row]) if visible(text_of(cell))]
        if not filled or not all(index in spanned and top[row][index] for index in filled):
            break
        more += 1
    return more


def _heading_text(cell: object) -> str:
    return visible(cell) if isinstance(cell, str) and len(cell) <= _LONGEST_HEADING else ""


def _joined(top: list[list[str]], grid: Grid, start: int, levels: int) -> list[Stack]:
    """Return, per column, its texts from the top level down; upper levels reach over the columns they span."""
    width = max((len(row) for row in top[start : start + levels]), default=0)
    stacks: list[list[str]] = [[] for _ in range(width)]
    spans = None if grid.merged is None else {(r, c): last for r, c, _, last in grid.merged}
    for level in range(start, start + levels):
        row = top[level] + [""] * (width - len(top[level]))
        carried, until = "", -1
        for index in range(width):
            below = any(len(top[lower]) > index and top[lower][index] for lower in range(level + 1, start + levels))
            if row[index]:
                carried, until = row[index], width if spans is None else spans.get((level, index), index)
            elif not (below and carried and index <= until):
                carried = ""
            text = row[index] or carried
            if text and (not stacks[index] or stacks[index][-1] != text):
                stacks[index].append(text)
    return [tuple(stack) for stack in stacks]


def _ways(stack: Stack) -> list[str]:
    """Return the headings a stack of texts may mean: all joined, then ever fewer from the top."""
    return ["".join(stack[upper:]) for upper in range(len(stack))]


def _match(stack: Stack, names: Names) -> tuple[str, Heading] | None:
    return next((found for way in _ways(stack) if (found := names.find(way))), None)


def _bind(stacks: list[Stack], names: Names) -> Headings:
    result = Headings(0, {})
    waiting: list[int] = []
    for index, stack in enumerate(stacks):
        found = names.find("".join(stack))
        if found and found[0] not in result.columns:
            result.columns[found[0]] = _bound(index, stack, found[1])
        else:
            waiting.append(index)
    for index in waiting:
        stack = stacks[index]
        matches = [found for way in (*_ways(stack), *stack[:-1]) if (found := names.find(way))]
        free = next((found for found in matches if found[0] not in result.columns), None)
        if free:
            result.columns[free[0]] = _bound(index, stack, free[1])
        elif matches:
            result.twice.append((_bound(index, stack, matches[0][1]), matches[0][0]))
        elif stack and tidy("".join(stack)) not in names.ignored | {OWN_HEADING}:
            result.unknown.append(_bound(index, stack, Heading("")))
    result.texts = ["".join(stack) for stack in stacks]
    return result


def _bound(index: int, stack: Stack, heading: Heading) -> Bound:
    shown = " ".join(" ".join(stack).split())[:_LONGEST_HEADING]
    return Bound(index, column_letters(index + 1), shown, heading.unit, heading.year)


def _read_units(grid: Grid, headings: Headings) -> None:
    """Take a row of units and a row of column numbers below the heading into it."""
    for _ in range(2):
        row = grid.rows[headings.first] if headings.first < len(grid.rows) else []
        texts = {index: text for index, cell in enumerate(row) if (text := visible(text_of(cell)))}
        marks = [text for text in texts.values() if _COLUMN_MARK.match(text)]
        if len(texts) >= 3 and len(marks) == len(texts) and len(set(marks)) == len(marks):
            headings.first += 1
            continue
        units = {index: text for index, text in texts.items() if is_unit(text)}
        if units and all(index in units or tidy(text) in _UNIT_WORDS for index, text in texts.items()):
            for name, bound in headings.columns.items():
                if bound.index in units:
                    headings.columns[name] = dataclasses.replace(bound, unit=tidy_unit(units[bound.index]))
            headings.first += 1


_UNIT_WORDS = frozenset({"单位", "计量单位", "-", "—", "/", "–", "年", "日期", "文本", "年月日", "代码"})


def title_unit(headings: Headings, stored: str) -> str:
    """Return the unit that the title gives for columns stored in ``stored`` (``单位：万元、亩``), or ``""``."""
    found = re.search(r"单位[:：]\s*([^\s)）]+)", headings.title)
    if not found or not stored:
        return ""
    fitting = [
        unit for unit in re.split(r"[、,，;；/和]", found[1]) if is_unit(unit) and factor(unit, stored) is not None
    ]
    return fitting[0] if len(fitting) == 1 else ""
