"""Which table a file or sheet holds, by its English or Chinese name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from mujun.register.schema import TABLES, Table

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


def _tidy(name: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).lower()


def _known() -> Iterator[tuple[str, Table]]:
    for table in TABLES.values():
        for name in dict.fromkeys((table.name, table.label, *table.names)):
            yield _tidy(name), table
            if not name.isascii():
                yield f"{_tidy(name)}表", table


def candidates(name: str) -> list[Table]:
    """Return the tables that ``name`` may mean, the likeliest first.

    A name known exactly is alone; else the longest known name contained wins, and of equally long ones the last in
    the text, because Chinese puts what a thing is at the end (``企业税收``). English names must stand as words.
    """
    tidy = _tidy(name)
    exact = [table for known, table in _known() if known == tidy]
    if exact:
        return exact[:1]
    found: list[tuple[int, int, Table]] = []
    for known, table in _known():
        if known.isascii():
            match = re.search(rf"(?<![a-z]){re.escape(known)}(?![a-z])", tidy)
            at = match.start() if match else -1
        else:
            at = tidy.rfind(known)
        if at >= 0:
            found.append((len(known), at, table))
    found.sort(key=lambda item: (-item[0], -item[1]))
    return list(dict.fromkeys(table for _, _, table in found))


def year_in(name: str) -> int | None:
    """Return the one year that ``name`` mentions; None where it mentions none or several."""
    years = {int(year) for year in _YEAR.findall(unicodedata.normalize("NFKC", name))}
    return years.pop() if len(years) == 1 else None
