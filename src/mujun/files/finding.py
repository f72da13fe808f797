"""What reading a cell gives: a value, and what there is to say about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """The value of a cell (None = nothing) and, where there is one, the code of a defect with its parts."""

    value: Any
    code: str = ""
    parts: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A reading worth reporting and its position (0-based) in the column."""

    position: int
    reading: Reading


def read_each(
    cells: Sequence[object], positions: Iterable[int], read: Callable[[object], Reading]
) -> tuple[list[tuple[int, Any]], list[Finding]]:
    """Read the cells at ``positions``, equal texts only once. Returns (position, value) pairs and the findings."""
    seen: dict[Hashable, Reading] = {}
    values: list[tuple[int, Any]] = []
    findings: list[Finding] = []
    for position in positions:
        cell = cells[position]
        if isinstance(cell, str):
            reading = seen.get(cell)
            if reading is None:
                reading = seen[cell] = read(cell)
        else:
            reading = read(cell)
        values.append((position, reading.value))
        if reading.code:
            findings.append(Finding(position, reading))
    return values, findings
