"""Line ends that became spaces: a printed column has lines of one width, so its line ends come at even distances."""

from __future__ import annotations

import functools
import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from mujun.targets.cleaning.characters import HAN
from mujun.targets.cleaning.traced import Traced

_WIDTHS = range(8, 45)
"""Characters a printed line may hold."""
_SLACK = 1.6
_DENSEST = 0.4
"""Spaces in the width of one character, at most: more are letters set apart, no line ends."""
_FEWEST_ALONE, _FEWEST_USUAL = 6, 3
"""Line ends a paragraph must show to be believed: by itself, or with the width of other paragraphs."""
_PLAIN = 0.8
"""Worth of a run of lines, as part of the lines that fit, at which no other width need be tried."""
_SKIPPED = 1.5
"""What a line end without a space costs a run."""
_COVERED = 0.7
"""Part of a paragraph that lines of one width must cover."""


def widths(page: Traced) -> NDArray[np.float64]:
    """Return for each place (length + 1) the printed width before it: Chinese 1, the rest of ASCII a half."""
    each = np.where(page.codes < 0x80, 0.5, 1.0)
    return np.concatenate(([0.0], np.cumsum(each)))


def without_wraps(page: Traced, paragraphs: list[tuple[int, int]]) -> Traced:
    """Return the page without the spaces that were line ends; paragraphs are spans in order."""
    spaces = np.flatnonzero(page.codes == ord(" "))
    if len(spaces) < _FEWEST_USUAL:
        return page
    at = widths(page)
    drop = np.zeros(len(page), bool)
    usual: Counter[int] = Counter()
    waiting = []
    for start, end in paragraphs:
        own = spaces[np.searchsorted(spaces, start) : np.searchsorted(spaces, end)]
        places = at[own] - at[start]
        length = float(at[end] - at[start])
        if not _FEWEST_USUAL <= len(own) <= _DENSEST * length:
            continue
        width, chain = _lines(places, length, [width for width, times in usual.most_common(2) if times >= 3])
        if not chain and len(own) >= _FEWEST_ALONE:
            width, chain = _lines(places, length, _likely_widths(places))
        if chain:
            usual[width] += 1
            drop[own[chain]] = True
        else:
            waiting.append((own, places, length))
    common = _beside([width for width, _ in usual.most_common(2)])
    for own, places, length in waiting:
        _, chain = _lines(places, length, common, _FEWEST_USUAL)
        drop[own[chain]] = True
    return page.keeping(~drop)


def _likely_widths(places: NDArray[np.float64]) -> list[int]:
    """Return up to four widths at which most spaces have another space one line further, none beside a better one."""
    wide = np.array(_WIDTHS, dtype=float)
    next_line = places[:, None] + wide[None, :]
    after = np.searchsorted(places, next_line - _SLACK)
    found = (np.searchsorted(places, next_line + _SLACK) > after).sum(axis=0)
    chosen: list[int] = []
    for index in np.argsort(-found, kind="stable")[:16]:
        if all(abs(wide[index] - other) > 1 for other in chosen):
            chosen.append(int(wide[index]))
        if len(chosen) == 4:
            break
    return _beside(chosen[:2]) + chosen[2:]


def _beside(chosen: list[int]) -> list[int]:
    return [width + step for width in chosen for step in (0, -1, 1)]


def _lines(
    places: NDArray[np.float64], length: float, candidates: list[int], fewest: int = _FEWEST_ALONE
) -> tuple[int, list[int]]:
    """Return the best width and the spaces (indices) that end lines of that width; nothing if no width covers enough."""
    best: tuple[float, int, list[int]] = (0.0, 0, [])
    for width in candidates:
        if length < (fewest - 1) * width:
            continue
        chain, worth = _chain(places, width, length)
        if len(chain) >= fewest and width * (len(chain) + 1) >= _COVERED * length:
            best = max(best, (worth, width, chain))
            if worth >= _PLAIN * length / width:
                break
    return best[1], best[2]


def _chain(places: NDArray[np.float64], width: int, length: float) -> tuple[list[int], float]:
    """Return the longest run of spaces, each a line (or two, where an end left no space) behind the last, and its worth."""
    at = places.tolist()
    count = len(at)
    reach = [0.0] * count
    following = [-1] * count
    low = high = far_low = far_high = count
    for index in range(count - 1, -1, -1):
        here = at[index]
        best = 0.0 if length - here <= width + _SLACK else -3.0
        next_end = here + width
        while low and at[low - 1] >= next_end - _SLACK:
            low -= 1
        while high and at[high - 1] > next_end + _SLACK:
            high -= 1
        for other in range(low, high):
            value = reach[other] - abs(at[other] - next_end) / 8
            if value > best:
                best, following[index] = value, other
        next_end += width
        while far_low and at[far_low - 1] >= next_end - _SLACK:
            far_low -= 1
        while far_high and at[far_high - 1] > next_end + _SLACK:
            far_high -= 1
        for other in range(far_low, far_high):
            value = reach[other] - abs(at[other] - next_end) / 8 - _SKIPPED
            if value > best:
                best, following[index] = value, other
        reach[index] = best + 1
    starts = [index for index in range(count) if at[index] <= 3 * width]
    if not starts:
        return [], 0.0
    head = max(starts, key=lambda one: reach[one] - at[one] / width)
    chain = [head]
    while following[chain[-1]] >= 0:
        chain.append(following[chain[-1]])
    return chain, reach[head]


_BETWEEN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_FEWEST_SPACES = 5


def without_gaps_in_words(page: Traced) -> Traced:
    """Return the page without the spaces that part the two characters of a word, where a page has many spaces."""
    text = page.text
    spaces = [match.start() for match in _BETWEEN.finditer(text)]
    if len(spaces) < _FEWEST_SPACES:
        return page
    words = known_words()
    return page.without([(at, at + 1) for at in spaces if text[at - 1] + text[at + 1] in words])


@functools.cache
def known_words() -> frozenset[str]:
    """Return the Chinese words of two characters."""
    from pypinyin.phrases_dict import phrases_dict

    return frozenset(word for word in phrases_dict if len(word) == 2)
