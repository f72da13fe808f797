"""Units that people write in headings and cells, and their exact conversion into the units of the schema."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

import numpy as np
import numpy.typing as npt

_MU = Fraction(2000, 3)

DIMENSIONS: dict[str, dict[str, Fraction]] = {
    "money": {
        "元": Fraction(1, 10_000),
        "百元": Fraction(1, 100),
        "千元": Fraction(1, 10),
        "万元": Fraction(1),
        "万": Fraction(1),
        "百万元": Fraction(100),
        "千万元": Fraction(1000),
        "亿元": Fraction(10_000),
        "亿": Fraction(10_000),
        "wan": Fraction(1),
    },
    "area": {
        "平方米": Fraction(1),
        "平米": Fraction(1),
        "m2": Fraction(1),
        "m^2": Fraction(1),
        "亩": _MU,
        "mu": _MU,
        "公顷": Fraction(10_000),
        "ha": Fraction(10_000),
        "hm2": Fraction(10_000),
        "万平方米": Fraction(10_000),
        "万平米": Fraction(10_000),
        "万m2": Fraction(10_000),
        "万亩": _MU * 10_000,
        "平方公里": Fraction(1_000_000),
        "平方千米": Fraction(1_000_000),
        "km2": Fraction(1_000_000),
    },
    "electricity": {
        "千瓦时": Fraction(1),
        "kwh": Fraction(1),
        "kw·h": Fraction(1),
        "kw.h": Fraction(1),
        "度": Fraction(1),
        "千千瓦时": Fraction(1000),
        "兆瓦时": Fraction(1000),
        "mwh": Fraction(1000),
        "千度": Fraction(1000),
        "万千瓦时": Fraction(10_000),
        "万kwh": Fraction(10_000),
        "万度": Fraction(10_000),
        "gwh": Fraction(1_000_000),
        "亿千瓦时": Fraction(100_000_000),
        "亿度": Fraction(100_000_000),
    },
    "energy": {
        "吨标煤": Fraction(1),
        "吨标准煤": Fraction(1),
        "tce": Fraction(1),
        "万吨标煤": Fraction(10_000),
        "万吨标准煤": Fraction(10_000),
        "千克标准煤": Fraction(1, 1000),
        "千克标煤": Fraction(1, 1000),
        "kgce": Fraction(1, 1000),
    },
    "mass": {
        "吨": Fraction(1),
        "t": Fraction(1),
        "千克": Fraction(1, 1000),
        "公斤": Fraction(1, 1000),
        "kg": Fraction(1, 1000),
        "克": Fraction(1, 1_000_000),
        "g": Fraction(1, 1_000_000),
        "万吨": Fraction(10_000),
    },
    "people": {"人": Fraction(1), "名": Fraction(1), "person": Fraction(1), "万人": Fraction(10_000)},
    "ratio": {"ratio": Fraction(1), "倍": Fraction(1), "%": Fraction(1, 100), "‰": Fraction(1, 1000)},
    "length": {
        "米": Fraction(1),
        "m": Fraction(1),
        "厘米": Fraction(1, 100),
        "cm": Fraction(1, 100),
        "mm": Fraction(1, 1000),
    },
    "power": {"kva": Fraction(1), "千伏安": Fraction(1), "mva": Fraction(1000), "兆伏安": Fraction(1000)},
    "load": {"kn/m2": Fraction(1), "千牛/平方米": Fraction(1), "千牛/m2": Fraction(1), "kpa": Fraction(1)},
    "money per area": {
        "wan/mu": Fraction(1),
        "万元/亩": Fraction(1),
        "元/亩": Fraction(1, 10_000),
        "万元/公顷": Fraction(1, 15),
        "元/平方米": Fraction(1, 15),
        "元/m2": Fraction(1, 15),
    },
    "points": {"point": Fraction(1), "分": Fraction(1)},
    "count": {"": Fraction(1), "层": Fraction(1), "个": Fraction(1)},
}
"""Per dimension, every spelling of a unit and its size in the dimension's base unit."""

LABELS = {
    "wan": "万元",
    "m2": "平方米",
    "mu": "亩",
    "kwh": "千瓦时",
    "tce": "吨标煤",
    "t": "吨",
    "person": "人",
    "ratio": "",
    "m": "米",
    "kva": "千伏安",
    "kn/m2": "千牛/平方米",
    "wan/mu": "万元/亩",
    "point": "分",
    "": "",
}
"""How the units of the schema are shown to people."""

_DIMENSION_OF = {spelling: name for name, units in DIMENSIONS.items() for spelling in units}
_SPELLINGS = tuple(sorted((spelling for spelling in _DIMENSION_OF if spelling), key=len, reverse=True))
_LOOKS_LIKE_UNIT = re.compile(r"(?:元|米|吨|时|度|亩|顷|[%‰]|克|斤|标煤|标准煤)$")
_EXACT = 2.0**53


def tidy_unit(text: str) -> str:
    """Return a unit as written, in the spelling of :data:`DIMENSIONS`: half-width, lower case, without ``单位：``."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    plain = re.sub(r"^(?:计量)?单位:?", "", plain).strip("()[]【】")
    return plain.replace("人民币", "")


def is_unit(text: str) -> bool:
    """Tell whether ``text`` is a unit of any dimension."""
    return tidy_unit(text) in _SPELLINGS


def looks_like_unit(text: str) -> bool:
    """Tell whether ``text`` was probably meant as a unit, known or not (``万美元``)."""
    return is_unit(text) or bool(_LOOKS_LIKE_UNIT.search(tidy_unit(text)))


def factor(unit: str, stored: str) -> Fraction | None:
    """Return what one ``unit`` is in units of ``stored``, exactly; None where they do not measure the same thing."""
    written = tidy_unit(unit)
    for units in DIMENSIONS.values():
        if written in units and stored in units:
            return units[written] / units[stored]
    return None


def split_unit(heading: str) -> tuple[str, str]:
    """Split a unit off the end of a tidy heading: ``用地面积m2`` → (``用地面积``, ``m2``); ("…", "") where none is."""
    if not heading.endswith(_SPELLINGS):
        return heading, ""
    for spelling in _SPELLINGS:
        if len(spelling) < len(heading) and heading.endswith(spelling):
            rest = heading[: -len(spelling)]
            if spelling.isascii() and spelling.isalpha() and rest[-1:].isascii() and rest[-1:].isalpha():
                continue
            return rest.rstrip("/_,:-·;"), spelling
    return heading, ""


def convert(values: npt.NDArray[np.float64], by: Fraction) -> npt.NDArray[np.float64]:
    """Multiply by ``by`` so that each result is the float nearest to the exact product of the decimal written.

    A float stands for its shortest decimal (``repr``): 123456.7 元 is exactly 12.34567 万元. Decimals of up to six
    places go through whole numbers below 2**53 and one division; the rest through fractions. NaN stays NaN.
    """
    if by == 1:
        return values
    result = np.full(len(values), np.nan)
    todo = np.isfinite(values)
    for places in range(7):
        if not todo.any():
            return result
        power = 10.0**places
        with np.errstate(over="ignore", invalid="ignore"):
            whole = np.rint(values * power)
            fits = todo & (whole / power == values) & (np.abs(whole) < 1e15)
            fits &= (np.abs(whole) * by.numerator < _EXACT) & (power * by.denominator < _EXACT)
        result[fits] = whole[fits] * by.numerator / (power * by.denominator)
        todo &= ~fits
    for position in np.flatnonzero(todo):
        result[position] = exact_product(float(values[position]), by)
    return result


def exact_product(value: float, by: Fraction) -> float:
    """Return the float nearest to the decimal that ``value`` prints as, times ``by``; NaN where it overflows."""
    try:
        return float(Fraction(repr(value)) * by)
    except OverflowError:
        return float("nan")
