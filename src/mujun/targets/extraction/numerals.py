"""Numerals: what a number written in Arabic or Chinese signs is worth.

Chinese numerals are read in both ways they are written: with magnitudes (三百五十, 一亿零三万, 万亿) and by position
(二〇二三). A last digit behind 百, 千, 万 or 亿 without 零 counts in the next lower magnitude (三百五 is 350). A string that
is no number (百千万, 十百) is worth nothing: names are made of such strings.
"""

from __future__ import annotations

import functools
from decimal import Decimal

DIGITS = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "壹": 1, "二": 2, "贰": 2, "两": 2, "三": 3, "叁": 3, "四": 4, "肆": 4, "五": 5, "伍": 5,
    "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
MAGNITUDES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "亿": 10**8}
_ZEROS = "零〇○"
_LONGEST = 30


@functools.lru_cache(maxsize=4096)
def read_numeral(words: str) -> Decimal | None:
    """Return what a numeral is worth, None where the string is no numeral.

    Accepts Arabic digits with thousands separators and a decimal point, Chinese numerals, and both mixed
    (``1.2万``, ``3千``, ``10万亿``).
    """
    plain = words.replace(",", "")
    if len(plain) > _LONGEST:
        return None
    digits = len(plain) - len(plain.lstrip("0123456789."))
    if digits:
        head, tail = plain[:digits], plain[digits:]
        if head.count(".") > 1 or not head.strip("."):
            return None
        factor = _bare(tail)
        return None if factor is None else Decimal(head.rstrip(".")) * factor
    whole, point, part = plain.partition("点")
    value = _chinese(whole)
    if value is None or not point:
        return None if value is None else Decimal(value)
    magnitudes = part.lstrip("".join(DIGITS))
    decimals = part[: len(part) - len(magnitudes)]
    factor = _bare(magnitudes)
    if not decimals or factor is None or any(sign in MAGNITUDES for sign in whole if sign != "十"):
        return None
    return Decimal(f"{value}.{''.join(str(DIGITS[sign]) for sign in decimals)}") * factor


def is_bare(words: str) -> bool:
    """Return whether a numeral is magnitudes only (百, 千万): worth a number only with a bound before it."""
    return bool(words) and all(sign in MAGNITUDES and sign not in "十拾" for sign in words)


def _bare(magnitudes: str) -> int | None:
    """Multiply magnitudes that stand behind a number: 千万 → 10,000,000; any order that does not fall is taken."""
    factor, last = 1, 0
    for sign in magnitudes:
        size = MAGNITUDES.get(sign)
        if size is None or size < last:
            return None
        factor, last = factor * size, size
    return factor


def _chinese(words: str) -> int | None:
    """Read a whole Chinese numeral: at its largest magnitude, what stands before is multiplied, the rest is added."""
    if not words:
        return None
    for sign in ("亿", "万"):
        before, found, after = words.rpartition(sign)
        if found:
            head = _chinese(before) if before else 1
            rest = _rest(after, MAGNITUDES[sign]) if after else 0
            return None if head is None or rest is None or not head else head * MAGNITUDES[sign] + rest
    return _below_wan(words)


def _rest(words: str, above: int) -> int | None:
    """Read what follows a magnitude; one lone digit counts in the next lower one (三百五, 一万二)."""
    if len(words) == 1 and words in DIGITS and words not in _ZEROS and above > 10:
        return DIGITS[words] * above // 10
    if is_bare(words[:1]):
        return None  # 万千, 百千: no digit in front of the lower magnitude
    value = _chinese(words.lstrip(_ZEROS))
    return value if value is not None and value < above else None


def _below_wan(words: str) -> int | None:
    for sign, size in (("千", 1000), ("仟", 1000), ("百", 100), ("佰", 100), ("十", 10), ("拾", 10)):
        before, found, after = words.partition(sign)
        if found:
            head = DIGITS.get(before) if before else 1
            rest = _rest(after, size) if after else 0
            return None if not head or rest is None else head * size + rest
    if any(sign not in DIGITS for sign in words):
        return None
    return int("".join(str(DIGITS[sign]) for sign in words))
