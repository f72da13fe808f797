"""Text, codes, truth values and choices as people write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mujun.base import creditcode
from mujun.files.finding import Finding, Reading, read_each, read_texts_once
from mujun.files.nothing import EXCEL_ERRORS, NOTHING, half_width, visible
from mujun.register.schema import Column

LONGEST_TEXT = 32_767
LONGEST_CODE = 100
CREDIT_CODES = frozenset({"firm_id", "holder_id", "lessor_id"})
NAMES = frozenset({"name", "firm_name", "town", "village", "holder_name"})
_LOOSE_CODES = frozenset({"industry", "land_use", "code"})

_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE]\+\d+|\d+\.\d+[eE]\d+")
_POINT_ZERO = re.compile(r"\d+\.0+")
_ZEROS = re.compile(r"\d{15}000")
_BLANKS = re.compile(r"\s+")
_BETWEEN_CJK = re.compile(r"(?<=[\u3400-\u9fff（）])\s+(?=[\u3400-\u9fff（）])")

_SAFE_CREDIT = r"^[0-9A-Z]{18}$"
_SAFE_CODE = r"^[0-9A-Za-z\x{4e00}-\x{9fff}_\-]{1,100}$"
_MAYBE_ROUNDED = r"^[0-9]{15}0{3}$"
_UNTIDY = (
    r"^[\s\x{3000}\x{a0}\x{200b}\x{feff}']|[\s\x{3000}\x{a0}]$"
    r"|[\x{200b}-\x{200f}\x{2060}\x{feff}\x00-\x1f\x{a0}]|[ \x{3000}]{2}|#"
)
_TRUE = frozenset({"true", "1", "1.0", "是", "有", "√", "✓", "✔", "☑", "y", "yes", "对", "t", "v", "规上", "合法"})
_FALSE = frozenset(
    {
        "false",
        "0",
        "0.0",
        "否",
        "无",
        "没有",
        "×",
        "✗",
        "✘",
        "☐",
        "n",
        "no",
        "错",
        "f",
        "x",
        "不是",
        "规下",
        "不合法",
        "非法",
    }
)
_BLANK = frozenset({"", "—", "-", "/", "——", "--", "–"})


def text_of(cell: object) -> str:
    """Return any cell as text: whole numbers without ``.0``, dates as ISO, nothing as ``""``."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return str(cell)


def read_texts(cells: Sequence[object], column: Column) -> tuple[pd.Series, list[Finding]]:
    """Read a column of free text; ``""`` is nothing."""
    unsafe = _UNTIDY + r"|[ \x{3000}]" if column.name in NAMES else _UNTIDY

    def odd(texts: pa.Array) -> pa.Array:
        return pc.or_(
            pc.match_substring_regex(texts, unsafe),
            pc.or_(pc.is_in(texts, _NOTHING_SET), pc.greater(pc.binary_length(texts), LONGEST_TEXT)),
        )

    return _read(cells, odd, lambda cell: read_text(cell, column))


def read_codes(cells: Sequence[object], column: Column) -> tuple[pd.Series, list[Finding]]:
    """Read a column of identifiers to the letter; ``""`` is nothing. Codes that lost digits become nothing."""
    safe = _SAFE_CREDIT if column.name in CREDIT_CODES else _SAFE_CODE

    def odd(texts: pa.Array) -> pa.Array:
        fine = pc.match_substring_regex(texts, safe)
        doubtful = pc.or_(pc.match_substring_regex(texts, _MAYBE_ROUNDED), pc.is_in(texts, _NOTHING_SET))
        return pc.or_(pc.invert(fine), doubtful)

    return _read(cells, odd, lambda cell: read_code(cell, column))


_NOTHING_SET = pa.array(sorted(NOTHING - {""}), pa.large_string())


def _read(
    cells: Sequence[object], odd: Callable[[pa.Array], pa.Array], read: Callable[[object], Reading]
) -> tuple[pd.Series, list[Finding]]:
    if set(map(type, cells)) <= {str}:
        texts = pa.array(cells, pa.large_string())
        positions = np.flatnonzero(pc.fill_null(odd(texts), False).to_numpy(zero_copy_only=False))
        if not len(positions):
            return pd.Series(pd.array(texts, dtype="str")), []
        values = list(cells)
    else:
        positions = np.arange(len(cells))
        values = [""] * len(cells)
    readings, findings = read_each(cells, positions.tolist(), read)
    for position, value in readings:
        values[position] = value or ""
    return pd.Series(values, dtype="str"), findings


def read_text(cell: object, column: Column) -> Reading:
    """Read one free text."""
    raw = text_of(cell)
    if len(raw) > LONGEST_TEXT:
        return Reading(None, "cell_too_long", {"value": raw, "length": len(raw), "limit": LONGEST_TEXT})
    text = visible(raw)
    if text in NOTHING:
        return Reading(None)
    if text.upper() in EXCEL_ERRORS:
        return Reading(None, "excel_error", {"value": text})
    if column.name in NAMES:
        text = _BLANKS.sub(" ", _BETWEEN_CJK.sub("", text))
        if text != raw:
            return Reading(text, "text_trimmed", {"value": raw})
    return Reading(text)


def read_code(cell: object, column: Column) -> Reading:
    """Read one identifier. What a spreadsheet rounded is a defect and never a code."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if cell != cell:
            return Reading(None)
        if abs(cell) >= 1e15 or cell != int(cell):
            loose = column.name in _LOOSE_CODES and abs(cell) < 1e15
            return Reading(text_of(cell)) if loose else Reading(None, "code_rounded", {"value": f"{cell:.15g}"})
        return Reading(str(int(cell)))
    raw = text_of(cell)
    if len(raw) > LONGEST_CODE:
        return Reading(None, "cell_too_long", {"value": raw, "length": len(raw), "limit": LONGEST_CODE})
    text = visible(raw)
    if text in NOTHING:
        return Reading(None)
    if text.upper() in EXCEL_ERRORS:
        return Reading(None, "excel_error", {"value": text})
    code = _BLANKS.sub("", half_width(text))
    if _SCIENTIFIC.fullmatch(code):
        return Reading(None, "code_rounded", {"value": text})
    if _POINT_ZERO.fullmatch(code):
        return _point_zero(code, text, column)
    return _tidied(code, raw, column)


def _point_zero(code: str, text: str, column: Column) -> Reading:
    whole = code.split(".")[0]
    if column.name in _LOOSE_CODES:
        return Reading(whole, "code_as_number", {"value": text, "code": whole})
    return Reading(None, "code_rounded", {"value": text})


def _tidied(code: str, raw: str, column: Column) -> Reading:
    if column.name in CREDIT_CODES:
        whole = code.upper().replace("-", "")
        code = whole if len(whole) == 18 else code
        if _ZEROS.fullmatch(code) and not creditcode.is_valid(code):
            return Reading(None, "code_zeros", {"value": raw})
    return Reading(code, "code_normalised", {"value": raw, "code": code}) if code != raw else Reading(code)


def read_truths(cells: Sequence[object]) -> tuple[pd.Series, list[Finding]]:
    """Read a column of truth values as ``boolean``; <NA> is nothing. ``无`` is no, as ``有`` is yes."""
    values, findings = read_texts_once(cells, read_truth)
    return pd.Series(pd.array(values, dtype="boolean")), findings


def read_truth(cell: object) -> Reading:
    """Read one truth value."""
    if isinstance(cell, bool) or cell is None:
        return Reading(cell)
    if cell != cell:
        return Reading(None)
    text = visible(text_of(cell))
    if text in _BLANK:
        return Reading(None)
    plain = half_width(text).lower()
    if plain in _TRUE or plain in _FALSE:
        return Reading(plain in _TRUE)
    if text.upper() in EXCEL_ERRORS:
        return Reading(None, "excel_error", {"value": text})
    return Reading(None, "truth_bad", {"value": text})


def read_choices(cells: Sequence[object], column: Column) -> tuple[pd.Series, list[Finding]]:
    """Read a column of choices as their English codes; ``""`` is nothing."""
    values, findings = read_texts_once(cells, lambda cell: read_choice(cell, column))
    return pd.Series([value or "" for value in values], dtype="str"), findings


def read_choice(cell: object, column: Column) -> Reading:
    """Read one choice: its English code, a Chinese name of it, or a text that contains names of one choice only."""
    text = visible(text_of(cell))
    if text in NOTHING:
        return Reading(None)
    plain = _BLANKS.sub("", half_width(text)).lower()
    for code, names in column.choices:
        if plain == code or plain in names:
            return Reading(code)
    contained = {
        code: names[0] for code, names in column.choices if len(plain) <= 40 and any(n in plain for n in names)
    }
    if len(contained) == 1:
        code, name = next(iter(contained.items()))
        return Reading(code, "choice_guessed", {"value": text, "choice": name})
    choices = "、".join(names[0] for _, names in column.choices)
    return Reading(None, "choice_bad", {"value": text, "choices": choices})
