"""Characters one by one: widths, dashes, spaces and line ends made alike; what has no width is left out."""

from __future__ import annotations

import functools
import unicodedata

import numpy as np
from numpy.typing import NDArray

from mujun.targets.cleaning.traced import Codes, Traced

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters as the inside of a regular expression's class."""
_DROPPED = 0x110000
_BMP = 0x10000
_INVISIBLE: tuple[tuple[int, int], ...] = (
    (0x00, 0x09),
    (0x0E, 0x20),
    (0x7F, 0x85),
    (0x86, 0xA0),
    (0x200B, 0x2010),
    (0x202A, 0x202F),
)
_INVISIBLE += ((0x2060, 0x2070), (0xFE00, 0xFE10), (0xFFF9, 0xFFFC))
_ALIKE = {
    "\n": "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029",
    " ": "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "-": "‐‑‒–−﹣－",
    "—": "―─━﹘",
    "~": "～〜∼˜",
    "%": "％﹪٪",
    "“": "「『〝＂",
    "”": "」』〞",
    "。": "｡",
    "、": "､﹑",
    "·": "•・‧∙･",
    "，": "﹐",
    "；": "﹔",
    "：": "﹕",
    "？": "﹖",
    "！": "﹗",
    "（": "﹙",
    "）": "﹚",
    "〇": "◯",
    "′": "＇",
}
_FULL = "，；：？！（）"
"""Full-width signs that stay so: the rules for signs decide by their neighbours."""


@functools.cache
def _table() -> NDArray[np.uint32]:
    """Return for each code point below 65,536 the one it is written as here, or a mark that it is dropped."""
    table = np.arange(_BMP, dtype=np.uint32)
    for code in range(0xFF01, 0xFF5F):
        table[code] = code - 0xFEE0
    for first, end in ((0xF900, 0xFB00), (0x2F00, 0x2FE0), (0x2E80, 0x2F00)):
        for code in range(first, end):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and ord(plain) < _BMP:
                table[code] = ord(plain)
    for sign, others in _ALIKE.items():
        table[[ord(other) for other in others]] = ord(sign)
    table[[ord(sign) for sign in _FULL]] = [ord(sign) for sign in _FULL]
    for first, end in _INVISIBLE:
        for code in range(first, end):
            if table[code] == code:
                table[code] = _DROPPED
    for code in (0xAD, 0x61C, 0x180E, 0x2010, 0xFEFF):
        table[code] = ord("-") if code == 0x2010 else _DROPPED
    return table


@functools.cache
def _han_table() -> NDArray[np.bool_]:
    table = np.zeros(_BMP, bool)
    table[0x3007] = True
    table[0x3400:0x4DC0] = table[0x4E00:0xA000] = table[0xF900:0xFB00] = True
    return table


def is_han(codes: Codes) -> NDArray[np.bool_]:
    """Return which characters are Chinese characters (also 〇)."""
    return np.asarray(_han_table()[np.minimum(codes, _BMP - 1)] | ((codes >= 0x20000) & (codes < 0x40000)))


def is_digit(codes: Codes) -> NDArray[np.bool_]:
    """Return which characters are the digits 0–9."""
    return np.asarray((codes >= 0x30) & (codes <= 0x39))


def alike(page: Traced) -> Traced:
    """Return the page with widths, dashes, spaces and line ends made alike and without invisible characters."""
    low = page.codes < _BMP
    codes = np.where(low, _table()[np.where(low, page.codes, 0)], page.codes)
    return page.with_codes(codes.astype(np.uint32)).keeping(codes != _DROPPED)
