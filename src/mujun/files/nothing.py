"""What people write where there is nothing, and how text is tidied before it is read."""

from __future__ import annotations

import re
import unicodedata

NOTHING = frozenset({"", "—", "－", "-", "–", "―", "——", "--", "/", "\\", "无", "／", "…", "……"})
"""Texts that mean an empty cell."""

_INVISIBLE = dict.fromkeys([0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060, *range(0x200E, 0x2010)])
_APOSTROPHE = re.compile(r"^'(?=[=+\-@])")
EXCEL_ERRORS = frozenset(
    {"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!"}
)


def visible(text: str) -> str:
    """Return ``text`` without invisible characters, surrounding blanks and an export's protecting apostrophe."""
    return _APOSTROPHE.sub("", text.translate(_INVISIBLE).strip())


def half_width(text: str) -> str:
    """Return ``text`` with full-width letters, digits and signs made half-width and a true minus made ``-``."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()
