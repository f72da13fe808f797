"""Cleaning of one page, step by step; each step takes time in step with the length of the page."""

from __future__ import annotations

import dataclasses
import re

import numpy as np

from mujun.targets.cleaning import kinds
from mujun.targets.cleaning.characters import alike
from mujun.targets.cleaning.clean_text import Block, BlockKind, CleanText
from mujun.targets.cleaning.damage import mended
from mujun.targets.cleaning.layout import Line, goes_on, lines_of, paragraphs_of
from mujun.targets.cleaning.pinyin import without_pinyin
from mujun.targets.cleaning.signs import closed_up, full_width, single_spaces
from mujun.targets.cleaning.simplify import simplified
from mujun.targets.cleaning.traced import Traced
from mujun.targets.cleaning.wraps import without_gaps_in_words, without_wraps

_LATIN_ENDS = re.compile(r"[A-Za-z][A-Za-z]")


def clean(raw: str) -> CleanText:
    """Clean the raw text of a page; any string is accepted, the time grows in step with its length.

    Characters of one meaning are made alike, pinyin in brackets and page furniture go, damaged signs are restored,
    traditional characters become simplified ones, lines cut inside words and numbers are joined.
    """
    page = simplified(mended(without_pinyin(alike(Traced.of(raw)))))
    page = full_width(page).without_matches(kinds.FURNITURE)
    page, levels = _in_paragraphs(page)
    page = without_gaps_in_words(without_wraps(page, _spans(page)))
    page, levels = _across_breaks(page, levels)
    page = closed_up(single_spaces(page))
    return CleanText(raw, page.text, page.origin, _blocks(page, levels))


def _spans(page: Traced) -> list[tuple[int, int]]:
    ends = np.flatnonzero(page.codes == ord("\n")).tolist()
    return list(zip([0, *(end + 1 for end in ends)], [*ends, len(page)], strict=True))


def _in_paragraphs(page: Traced) -> tuple[Traced, list[int]]:
    """Return the page with one paragraph a line, and the level of each one's heading mark."""
    paragraphs = paragraphs_of(lines_of(page))
    keep = np.zeros(len(page), bool)
    codes = page.codes.copy()
    last: Line | None = None
    for paragraph in paragraphs:
        for number, line in enumerate(paragraph):
            keep[line.start : line.end] = True
            if last is not None and (number == 0 or line.gap or _LATIN_ENDS.match(last.text[-1] + line.text[0])):
                keep[last.end] = True
                codes[last.end] = ord("\n" if number == 0 else " ")
            last = line
    return single_spaces(page.with_codes(codes).keeping(keep)), [paragraph[0].level for paragraph in paragraphs]


def _across_breaks(page: Traced, levels: list[int]) -> tuple[Traced, list[int]]:
    """Return the page with paragraphs joined that a page's or column's end had cut, and the levels that are left."""
    lines = page.text.split("\n")
    drop = []
    left = levels[:1]
    for number, (end, below) in enumerate(zip(_spans(page), lines[1:], strict=False)):
        above = lines[number]
        if not levels[number] and not levels[number + 1] and above and below and goes_on(above, below):
            drop.append((end[1], end[1] + 1))
        else:
            left.append(levels[number + 1])
    return page.without(drop), left


def _blocks(page: Traced, levels: list[int]) -> tuple[Block, ...]:
    if not len(page):
        return ()
    spans = _spans(page)
    lines = page.text.split("\n")
    blocks: list[Block] = []
    for line, (start, end), level in zip(lines, spans, levels, strict=True):
        kind = BlockKind.HEADING if level else BlockKind.BODY
        if not level and (not line or kinds.is_noise(line)):
            kind = BlockKind.NOISE
        elif not level and (level := kinds.heading_level(line, first=not blocks)):
            kind = BlockKind.HEADING
            if level == kinds.PLAIN and blocks and blocks[-1].level >= kinds.PLAIN:
                level = min(blocks[-1].level + 1, kinds.DEEPEST)
        blocks.append(Block(start, end, kind, level))
    return tuple(_titled(blocks))


def _titled(blocks: list[Block]) -> list[Block]:
    """Return the blocks with a plain first heading as the title of the page, if numbered headings follow."""
    first = next((number for number, block in enumerate(blocks) if block.kind is not BlockKind.NOISE), 0)
    numbered = any(kinds.NUMBERED <= block.level < kinds.PLAIN for block in blocks)
    marked = any(0 < block.level < kinds.NUMBERED for block in blocks)
    if numbered and not marked and blocks[first].level == kinds.PLAIN:
        blocks[first] = dataclasses.replace(blocks[first], level=1)
    return blocks
