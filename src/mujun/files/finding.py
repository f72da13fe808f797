"""What reading a cell gives: a value, and what there is to say about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa


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


def read_texts_once(cells: Sequence[object], read: Callable[[object], Reading]) -> tuple[list[Any], list[Finding]]:
    """Read a whole column; where all cells are text, equal texts only once. Returns every value and the findings."""
    if set(map(type, cells)) != {str}:
        values, findings = read_each(cells, range(len(cells)), read)
        return [value for _, value in values], findings
    encoded = pa.array(cells, pa.large_string()).dictionary_encode()
    readings = [read(text) for text in encoded.dictionary.to_pylist()]
    which = encoded.indices.to_numpy(zero_copy_only=False)
    odd = np.array([bool(reading.code) for reading in readings], dtype=bool)
    findings = [Finding(int(position), readings[which[position]]) for position in np.flatnonzero(odd[which])]
    unique = [reading.value for reading in readings]
    return [unique[number] for number in which.tolist()], findings
