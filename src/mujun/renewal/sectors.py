"""Sectors that agree: firms by the division of their code, units of standard factories by the words written on them."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd

from mujun.rulebook.sectors import SectorWords

UNKNOWN = "00"
"""The division of a firm whose code says none."""
_CODE = re.compile(r"[A-Ta-t]?([0-9]{2})[0-9]{0,2}")
_BETWEEN = re.compile(r"[、,，;；/|+和及与\s]+")
_MOST_NAMED = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Sectors:
    """``names`` one per row in the index of the input: ``33 金属制品业``, blank for every sector; ``notes`` Chinese
    sentences about what could not be told.
    """

    names: pd.Series
    notes: tuple[str, ...]


def divisions(industry: pd.Series) -> pd.Series:
    """Return the division (two digits of GB/T 4754) of each industry code, :data:`UNKNOWN` where it says none."""
    text = industry.astype("object").where(industry.notna(), "").astype(str)
    return text.str.extract(r"^\s*[A-Za-z]?(\d{2})", expand=False).fillna(UNKNOWN).astype(object)


def sectors_of_firms(industry: pd.Series, words: SectorWords) -> Sectors:
    """Return the sector of each firm by its industry code; a firm without a code may go wherever there is room."""
    found = divisions(industry)
    unknown = (found == UNKNOWN).to_numpy()
    names = pd.Series(
        ["" if bare else words.name(code) for code, bare in zip(found.tolist(), unknown.tolist(), strict=True)],
        index=industry.index, dtype=object,
    )  # fmt: skip
    notes = [f"{int(unknown.sum())}家企业没有行业代码，安置时不限行业。"] if unknown.any() else []
    return Sectors(names, tuple(notes))


def sectors_of_units(sector: pd.Series, words: SectorWords) -> Sectors:
    """Return the sector of each unit by what is written on it: a code of GB/T 4754, its name, or a word of the rules.

    Nothing written, or a word for every sector: blank. Of several the first counts. What no rule knows stays as it is
    written and so houses nobody; both are told.
    """
    text = sector.astype("object").where(sector.notna(), "").astype(str).str.strip()
    told = {written: _sector(written, words) for written in sorted(set(text.tolist()))}
    names = text.map({written: name for written, (name, _fault) in told.items()}).astype(object)
    notes = []
    for fault, sentence in (
        ("unknown", "的行业不在用语表里，没有安排企业；请改用国标名称或代码，或在用语表里补上"),
        ("several", "写了几个行业，按第一个计"),
    ):
        written = [one for one, (_name, found) in told.items() if found == fault]
        if written:
            shown = "、".join(f"“{one}”" for one in written[:_MOST_NAMED]) + (
                "等" if len(written) > _MOST_NAMED else ""
            )
            count = int(np.isin(text.to_numpy(dtype=object), written).sum())
            notes.append(f"{count}个厂房单元（{shown}）{sentence}。")
    return Sectors(names, tuple(notes))


def _sector(written: str, words: SectorWords) -> tuple[str, str]:
    """Return the sector that one text names, and what is doubtful about it: unknown, several, or nothing."""
    if not written or written in words.anything:
        return "", ""
    whole = _exactly(written, words)
    if whole:
        return words.name(whole), ""
    parts = [part for part in _BETWEEN.split(written) if part]
    if words.anything & set(parts):
        return "", ""
    found = list(dict.fromkeys(division for part in parts if (division := _division(part, words))))
    if not found:
        return written, "unknown"
    return words.name(found[0]), "several" if len(found) > 1 else ""


def _exactly(text: str, words: SectorWords) -> str:
    code = _CODE.fullmatch(text)
    return code.group(1) if code else words.words.get(text, "")


def _division(text: str, words: SectorWords) -> str:
    """Return the division that ``text`` is or holds the longest word of; blank where none or two of one length."""
    whole = _exactly(text, words)
    if whole:
        return whole
    held = [word for word in words.words if word in text]
    longest = max((len(word) for word in held), default=0)
    found = {words.words[word] for word in held if len(word) == longest}
    return found.pop() if len(found) == 1 else ""
