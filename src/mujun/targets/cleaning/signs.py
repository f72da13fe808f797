"""Signs beside Chinese are full width; spaces and thousands separators inside numbers go; lost signs stay a space."""

from __future__ import annotations

import functools
import re

import numpy as np
from numpy.typing import NDArray

from mujun.targets.cleaning.characters import HAN, is_digit, is_han
from mujun.targets.cleaning.traced import Codes, Mask, Traced

_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_TO_WIDE = 0xFEE0
_CHINESE_SIGNS = "，。、；：？！（）“”‘’《》〈〉【】…—"
UNITS = "万亿千百十余多个亩家人名项元件座次位列月年日天%公里平方米吨户村所条支期倍成套台辆批届场张类宗处栋幢岁分小时只笔间头对组度"
"""Characters that may follow a number as its magnitude or unit."""
_CLOSING = "，。、；：？！）”’》】%"
_OPENING = "，。、；：？！（“‘《【"
_LEADS_NUMBER = "超达约近各第至到为过破少于共计增长高降占逾满"

_SPACE = re.compile(
    f" (?:(?=[{_CLOSING}])|(?<=[{_OPENING}] )"
    f"|(?<=[0-9%{UNITS}] )(?=(?:以上|以下|以内|左右|余[{UNITS}]))"
    f"|(?<=[0-9] )(?=[{UNITS}])|(?<=[0-9][万亿千百] )(?=[{UNITS}])|(?<=[0-9] [万亿千百] )(?=[{UNITS}])"
    f"|(?<=[{_LEADS_NUMBER}] )(?=[0-9])|(?<=[{HAN}] )(?=[0-9][0-9.,]* [{UNITS}]))"
)
_SPACED_DIGITS = re.compile(rf"(?<![0-9.])(?<![0-9] )[0-9]+(?: [0-9]+)+(?![0-9])(?= ?[{UNITS}.])")
_BROKEN_DIGITS = re.compile(
    rf"(?<=[{HAN}，。；：（“])(?!(?:19|20)[0-9]{{2}} )[0-9]{{1,6}}(?: [0-9]{{1,3}})+(?![0-9])(?=(?:\.[0-9]+)? ?[{UNITS}])"
)
_SINGLE_DIGITS = re.compile(r"(?<![0-9.])(?<![0-9] )[0-9](?: [0-9]){2,}(?![0-9])(?! [0-9])")
_SPACED_POINT = re.compile(rf"(?<=[0-9])(?: \. ?|\. )(?=[0-9]+ ?[{UNITS}])")
_SEPARATED = re.compile(
    rf"(?<![0-9.,，])[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|(?<![0-9.,，])[0-9]{{1,3}}(?:，[0-9]{{3}})+(?= ?[{UNITS}])"
)
_GAP = re.compile(r" (?<=[0-9.] )[0-9.]")
_COMMA_INSIDE = re.compile(r"[,，](?<=[0-9][,，])[0-9]{3}")
_TWO_SPACES = re.compile(f" [{HAN}] ")
_LETTER_SPACED = re.compile(f"(?<![^\\s{_CHINESE_SIGNS}])[{HAN}](?: [{HAN}]){{2,}}(?![^\\s{_CHINESE_SIGNS}])")


def _among(codes: Codes, signs: str) -> NDArray[np.bool_]:
    return _table(signs)[np.minimum(codes, _TABLE - 1)]


_TABLE = 0x10000


@functools.lru_cache(maxsize=32)
def _table(signs: str) -> NDArray[np.bool_]:
    """Return which code points below the last of the table are among the signs."""
    table = np.zeros(_TABLE, bool)
    table[[ord(sign) for sign in signs]] = True
    return table


def _neighbours(codes: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each character the place of the next one that is no space to its left and right (the end for none)."""
    places = np.arange(len(codes))
    solid = codes != ord(" ")
    left = np.maximum.accumulate(np.where(solid, places, -1))
    left = np.concatenate(([-1], left[:-1]))
    right = np.minimum.accumulate(np.where(solid, places, len(codes))[::-1])[::-1]
    right = np.concatenate((right[1:], [len(codes)]))
    return left, right


def full_width(page: Traced) -> Traced:
    """Return the page with the signs ``, ; : ? ! ( )`` full width where a Chinese character or sign is beside them."""
    narrow = _among(page.codes, "".join(_WIDE))
    if not narrow.any():
        return page
    left, right = _neighbours(page.codes)
    padded = np.concatenate((page.codes, [0])).astype(np.uint32)
    codes = padded[:-1]
    digit = is_digit(padded)
    open_to = narrow & ~(digit[left] & digit[right])
    for _ in range(2):
        beside = is_han(padded) | _among(padded, _CHINESE_SIGNS)
        turned = open_to & (beside[left] | beside[right])
        codes[turned] += np.uint32(_TO_WIDE)
        open_to &= ~turned
    han = is_han(padded)
    ends = han[right] | (padded[right] == ord("\n")) | (padded[right] == 0)
    codes[(codes == ord(".")) & han[left] & ends] = ord("。")
    return page.with_codes(codes)


def single_spaces(page: Traced) -> Traced:
    """Return the page with one space for many, and none at either end of a line."""
    space = page.codes == ord(" ")
    edge = np.concatenate(([True], (page.codes == ord("\n"))[:-1])) if len(page) else space
    after_space = np.concatenate(([False], space[:-1])) if len(page) else space
    page = page.keeping(~(space & (edge | after_space)))
    space = page.codes == ord(" ")
    at_start = np.concatenate(([True], (page.codes == ord("\n"))[:-1])) if len(page) else space
    at_end = np.concatenate(((page.codes == ord("\n"))[1:], [True])) if len(page) else space
    return page.keeping(~(space & (at_start | at_end)))


def closed_up(page: Traced) -> Traced:
    """Return the page without the spaces that no lost sign explains, and with numbers in one piece."""
    text = page.text
    drop: Mask = np.zeros(len(page), bool)
    spaced = (_SINGLE_DIGITS, _BROKEN_DIGITS, _SPACED_DIGITS, _SPACED_POINT) if _GAP.search(text) else ()
    for pattern in (*spaced, *((_LETTER_SPACED,) if _TWO_SPACES.search(text) else ())):
        for match in pattern.finditer(text):
            if pattern is not _SPACED_DIGITS or _one_number(match[0].split(" ")):
                drop[match.start() : match.end()] |= page.codes[match.start() : match.end()] == ord(" ")
    page = page.keeping(~drop)
    page = page.without_matches(_SPACE)
    if not _COMMA_INSIDE.search(page.text):
        return page
    drop = np.zeros(len(page), bool)
    for match in _SEPARATED.finditer(page.text):
        drop[match.start() : match.end()] = ~is_digit(page.codes[match.start() : match.end()])
    return page.keeping(~drop)


def _one_number(groups: list[str]) -> bool:
    """Whether digits with spaces between are one number: short groups, or groups of three behind the first."""
    if len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]):
        return True
    return all(len(group) <= 2 for group in groups)
