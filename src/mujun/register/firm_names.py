"""Firm names as they are compared: the same firm is written in many ways."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"[\s()\[\]{}<>《》〈〉【】“”\"'‘’.,，。、·•*＊_\-—–~]+")
_PLACES = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,4}?市)?(?:[\u4e00-\u9fff]{1,4}?[县区])?")
_FORM = re.compile(r"(?:股份有限公司|有限公司|集团公司|公司|厂|经营部|合作社|工作室)$")
_SHORTEST = 2


def plain_name(name: str) -> str:
    """Return a name without blanks, brackets and marks, half-width, with 有限责任公司 as 有限公司."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", name)).upper()
    return text.replace("有限责任公司", "有限公司")


def split_place(plain: str) -> tuple[str, str]:
    """Split a plain name into the province, city and county before it, and the rest."""
    found = _PLACES.match(plain)
    cut = found.end() if found else 0
    return (plain[:cut], plain[cut:]) if len(plain) - cut >= _SHORTEST else ("", plain)


def core_name(plain: str) -> str:
    """Return what tells a firm from others: its plain name without place and legal form."""
    rest = split_place(plain)[1]
    core = _FORM.sub("", rest)
    return core if len(core) >= _SHORTEST else rest


def plain_address(address: str) -> str:
    """Return an address as it is compared: no blanks and marks, half-width, without the county before it."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", address)).upper()
    return split_place(text)[1]
