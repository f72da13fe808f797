"""From lines to paragraphs: line ends inside words are undone, also where a page or a column ends within a sentence."""

from __future__ import annotations

import dataclasses
import itertools
import re

import numpy as np

from mujun.targets.cleaning.characters import HAN
from mujun.targets.cleaning.kinds import ENUMERATED, LONGEST_HEADING, is_noise
from mujun.targets.cleaning.signs import UNITS
from mujun.targets.cleaning.traced import Traced
from mujun.targets.cleaning.wraps import widths

_MARK = re.compile(r"(?:(#{1,6})(?:[ ]+|$))+")
_OVER = frozenset("。！？；：…”’")
"""A line that ends so ends its sentence, or may."""
_OPEN = frozenset("，、（“‘《")
_CLOSES = frozenset("，。、；：？！）”’》%")
_BROKEN_NUMBER = re.compile(rf"[0-9][{UNITS}0-9.]|[0-9.][0-9]|[万亿千百][{UNITS}]")
_CUT_AT_POINT = re.compile(rf"[{HAN}](?!(?:19|20)[0-9]{{2}}\.)[0-9]+\.\n[0-9]+[{UNITS}]")
_NUMBER_ALONE = re.compile("[0-9.% -]*")
_PAUSES = re.compile("[，。；]")
_SEPARATES = re.compile("[，。；、： ]")
_BEGINS = re.compile(r"本报讯|本报记者|（记者|▶|#|【|[^，。]{0,6}(?:指出|强调|要求|认为|表示|透露)[ ，：]")
_WIDEST, _NARROWEST = 80, 10
_LEAST_SENTENCE = 15
_HAN_OR_DIGIT = re.compile(f"[{HAN}0-9%）”]")


@dataclasses.dataclass(slots=True)
class Line:
    """A line or, later, a paragraph: span, level of its heading mark (0 for none), whether it begins anew for certain.

    ``gap``: it begins with one space, where a sign was lost.
    """

    start: int
    end: int
    text: str
    level: int
    apart: bool
    width: float
    gap: bool


def lines_of(page: Traced) -> list[Line]:
    """Return the lines that hold anything, heading marks taken off; ``apart``: a blank line or an indent before."""
    before = widths(page)
    found = []
    at, blank = 0, True
    for line in page.text.split("\n"):
        words = line.strip(" ")
        if words:
            start = at + len(line) - len(line.lstrip(" "))
            mark = _MARK.match(words)
            skip = mark.end() if mark else 0
            end = start + len(words)
            if words[skip:]:
                level = len(mark[1]) if mark else 0
                apart = blank or line.startswith("  ")
                found.append(
                    Line(
                        start + skip,
                        end,
                        words[skip:],
                        level,
                        apart,
                        before[end] - before[start + skip],
                        line[0] == " ",
                    )
                )
        blank = not words
        at += len(line) + 1
    return found


def paragraphs_of(lines: list[Line]) -> list[list[Line]]:
    """Return the lines put together to paragraphs: within a group of lines without a blank one between."""
    paragraphs: list[list[Line]] = []
    group: list[Line] = []
    for line in [*lines, None]:
        if line is None or line.apart or line.level:
            paragraphs += _grouped(group)
            group = []
        if line is not None:
            group.append(line)
            if line.level:
                paragraphs.append(group)
                group = []
    return paragraphs


def _grouped(group: list[Line]) -> list[list[Line]]:
    if len(group) < 2:
        return [group] if group else []
    full = _full_lines(group)
    paragraphs = [[group[0]]]
    for (above, line), above_full in zip(itertools.pairwise(group), full, strict=False):
        if _wrapped(above, line, above_full):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _full_lines(group: list[Line]) -> list[bool]:
    """Return which lines of the group reach the width of the column; none where the lines are no printed column.

    Columns are even by printed width, or by count of characters where a machine set the lines.
    """
    pauses = sum(len(_PAUSES.findall(line.text)) for line in group)
    best = [False] * len(group)
    if pauses < (1 if len(group) == 2 else 0.25 * len(group)) and not _all_alike(group):
        return best
    for sizes in ([line.width for line in group], [float(len(line.text)) for line in group]):
        widest = float(np.quantile(sizes, 0.85)) if len(group) > 4 else max(sizes)
        if _NARROWEST <= widest <= _WIDEST:
            reached = [size >= widest - max(2.0, 0.12 * widest) for size in sizes]
            if sum(reached[:-1]) >= max(0.4 * (len(group) - 1), sum(best[:-1])):
                best = reached
    return best


def _all_alike(group: list[Line]) -> bool:
    """Whether lines are so even that a machine must have cut them, whatever signs are left in them."""
    sizes = [len(line.text) for line in group[:-1]]
    longest = max(sizes)
    alike = sum(size >= longest - 1 for size in sizes)
    spaces = any(_SEPARATES.search(line.text) for line in group)
    return len(group) >= 4 and longest > _NARROWEST and alike >= 0.7 * len(sizes) and spaces


def _wrapped(above: Line, line: Line, above_full: bool) -> bool:
    last, first = above.text[-1], line.text[0]
    if ENUMERATED.match(line.text) or _BEGINS.match(line.text):
        return False
    if first in _CLOSES or last in _OPEN:
        return True
    if last in _OVER:
        return False
    if above_full or _CUT_AT_POINT.search(f"{above.text[-12:]}\n{line.text[:8]}"):
        return True
    if first.isdigit() and not _PAUSES.search(above.text):
        return False
    number = _BROKEN_NUMBER.match(last + first)
    return bool(number) and not (_NUMBER_ALONE.fullmatch(above.text) or _NUMBER_ALONE.fullmatch(line.text))


def goes_on(above: str, below: str) -> bool:
    """Whether a paragraph goes on in the next one: cut by the end of a page or a column within a sentence."""
    if ENUMERATED.match(below) or _BEGINS.match(below) or is_noise(above) or is_noise(below):
        return False
    title = len(above) <= LONGEST_HEADING and "。" not in above and ENUMERATED.match(above)
    long = len(above) >= _LEAST_SENTENCE and bool(_PAUSES.search(above, 0, len(above) - 1)) and not title
    if below[0] in _CLOSES or above[-1] in _OPEN:
        return long
    sentence = any(sign in below for sign in "，。；")
    return long and sentence and bool(_HAN_OR_DIGIT.match(above[-1])) and above[-1] not in "”）"
