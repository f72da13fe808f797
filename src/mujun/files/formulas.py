"""Text that a spreadsheet would take for a formula, made harmless before it leaves the house."""

from __future__ import annotations

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?%?")
_REACHING_OUT = re.compile(
    r"\||\b(?:DDE|CMD|HYPERLINK|WEBSERVICE|FILTERXML|CALL|EXEC|REGISTER|IMPORT\w*|RTD)\b", re.IGNORECASE
)


def is_formula_like(text: str) -> bool:
    """Tell whether a text cell begins like a formula and is not a number."""
    return text.startswith(_STARTS) and not _NUMBER.fullmatch(text.strip())


def neutral(text: str) -> str:
    """Return ``text`` for a CSV cell: an apostrophe before what begins like a formula; our reader takes it off again."""
    return f"'{text}" if is_formula_like(text) else text


def reaches_out(formula: str) -> bool:
    """Tell whether a true formula could call programs or addresses outside the workbook."""
    return bool(_REACHING_OUT.search(formula))
