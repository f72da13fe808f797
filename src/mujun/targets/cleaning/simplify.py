"""Traditional characters to simplified ones, one for one, so that each keeps its place."""

from __future__ import annotations

import functools
import re

import numpy as np
import opencc
from numpy.typing import NDArray

from mujun.targets.cleaning.characters import is_han
from mujun.targets.cleaning.traced import Codes, Traced, codes_of, text_of

_BMP = 0x10000
_FEWEST = 3
"""Traditional characters that make a page a traditional one, if they are also a hundredth of its characters."""
_PARTICLE = re.compile(
    r"著(?=[力眼手陆重急装落火想实色])(?!力?作)|"
    r"(?<=[沿随隔朝向看接跟伴意对冒穿执带围绕迎顶靠凭有存守护抱走跑坐站])著(?![名作])"
)
_LOOKOUT = re.compile(r"了(?=望)")


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@functools.cache
def _table() -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the simplified form of each character, and which are traditional beyond doubt (not in GB 2312)."""
    table = np.arange(_BMP, dtype=np.uint32)
    plain = [code for code in range(0x3400, 0xA000) if code < 0x4DC0 or code >= 0x4E00]
    table[plain] = codes_of(_converter().convert("\n".join(map(chr, plain))))[::2]
    changed = np.flatnonzero(table != np.arange(_BMP))
    sure = np.zeros(_BMP, bool)
    sure[changed] = [not _in_gb2312(chr(code)) for code in changed]
    return table, sure


def _in_gb2312(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def traditional(codes: Codes) -> NDArray[np.bool_]:
    """Return which characters are traditional ones beyond doubt: no simplified text holds them."""
    return np.asarray(_table()[1][np.minimum(codes, _BMP - 1)])


def is_traditional(codes: Codes) -> bool:
    """Whether a text is written in traditional characters."""
    count = int(traditional(codes).sum())
    return count >= _FEWEST and count * 100 >= int(is_han(codes).sum())


def simplified(page: Traced) -> Traced:
    """Return the page in simplified characters.

    A page in traditional characters goes through OpenCC with its phrases (乾隆 stays, 乾燥 becomes 干燥). In any other page
    only characters that no simplified text holds are turned, so that 著名, 乾坤 or 瞭望 stay as they are.
    """
    sure = traditional(page.codes)
    if not sure.any():
        return page
    if not is_traditional(page.codes):
        low = np.minimum(page.codes, _BMP - 1)
        return page.with_codes(np.where(sure, _table()[0][low], page.codes).astype(np.uint32))
    return page.with_codes(_through_phrases(page.text))


def _through_phrases(text: str) -> Codes:
    lines = text.split("\n")
    turned = _converter().convert(text).split("\n")
    if len(turned) != len(lines):
        turned = lines
    for number, (before, after) in enumerate(zip(lines, turned, strict=True)):
        if len(before) != len(after):
            turned[number] = text_of(_one_by_one(codes_of(before)))
    words = _PARTICLE.sub("着", "\n".join(turned))
    if "瞭" in text:
        codes = codes_of(words).copy()
        for match in _LOOKOUT.finditer(words):
            if text[match.start()] == "瞭":
                codes[match.start()] = ord("瞭")
        return codes
    return codes_of(words)


def _one_by_one(codes: Codes) -> Codes:
    return np.where(codes < _BMP, _table()[0][np.minimum(codes, _BMP - 1)], codes).astype(np.uint32)
