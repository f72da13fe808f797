"""The rows of the table: what each measures, its goal, and how its instances come about."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
from planning.instances import Cadastre, cadastre, grid, read_cadastre


@dataclasses.dataclass(frozen=True)
class Row:
    """``make(data, work)`` returns the instances.

    ``goal_gap``: of each instance; ``goal_s``: all proven in so much together; ``front``: so many budgets of the instance,
    where ``goal_gap`` is of the worst and ``goal_mean`` of their mean.
    """

    name: str
    seconds: float
    make: Callable[[Path, Path], list[Path]]
    goal: str
    goal_gap: float | None = None
    goal_s: float | None = None
    peers: bool = True
    front: int = 0
    goal_mean: float | None = None


def _given(*names: str) -> Callable[[Path, Path], list[Path]]:
    return lambda data, work: [data / "blocks" / name for name in names]


def _family(folder: str) -> Callable[[Path, Path], list[Path]]:
    return lambda data, work: sorted((data / "blocks" / folder).glob("*.stp"))


def _grid(side: int, blocks: int, share: float) -> Callable[[Path, Path], list[Path]]:
    return lambda data, work: [grid(work / f"grid{side}-{blocks}", side, blocks, share)]


@cache
def _land(data: Path, industrial: bool) -> Cadastre:
    return read_cadastre(data, industrial=industrial)


def _cadastre(blocks: int, share: float, *, industrial: bool = False, largest: int | None = None) -> Callable[[Path, Path], list[Path]]:  # fmt: skip
    name = f"cadastre{'-industrial' if industrial else ''}-{largest or 'all'}-{blocks}"
    return lambda data, work: [cadastre(work / name, _land(data, industrial), blocks, share, largest)]


ROWS = [
    Row("tas-k1", 60, _given("tas-k1"), "optimal or ≤ 0.05 %", 0.0005),
    Row("tas-k5", 60, _given("tas-k5"), "optimal or ≤ 0.05 %", 0.0005),
    Row("cadastre 2,755 K=1", 60, _cadastre(1, 0.08, largest=2755), "≤ 0.05 %", 0.0005),
    Row("cadastre 2,755 K=5", 60, _cadastre(5, 0.08, largest=2755), "≤ 0.05 %", 0.0005),
    Row("cadastre 7,949 K=5", 60, _cadastre(5, 0.05, largest=7949), "≤ 0.2 %", 0.002),
    Row("cadastre 7,949 K=20", 60, _cadastre(20, 0.05, largest=7949), "≤ 0.2 %", 0.002),
    Row("cadastre 7,949 K=1, 2 %", 60, _cadastre(1, 0.02, largest=7949), "≤ 1.5 %", 0.015),
    Row("industrial, commercial K=1", 60, _cadastre(1, 0.08, industrial=True), "≤ 0.05 %", 0.0005),
    Row("industrial, commercial K=5", 60, _cadastre(5, 0.08, industrial=True), "≤ 0.05 %", 0.0005),
    Row("grid 20,000 K=5", 60, _grid(142, 5, 0.05), "≤ 0.3 %", 0.003),
    Row("grid 20,000 K=20", 60, _grid(142, 20, 0.05), "≤ 0.3 %", 0.003),
    Row("grid 100,000 K=20", 180, _grid(317, 20, 0.03), "≤ 1 %", 0.01),
    Row("ACTMOD (8)", 60, _family("ACTMOD"), "8 proven, ≤ 10 s together", goal_s=10, peers=False),
    Row("JMP_ALM_K (72)", 10, _family("JMP_ALM_K"), "72 proven, ≤ 2 s together", goal_s=2, peers=False),
    Row("HAND_SMALL_ICERM (5)", 30, _family("HAND_SMALL_ICERM"), "proven, ≤ 30 s each", goal_s=150, peers=False),
    Row(
        "front, cadastre 2,755",
        60,
        _cadastre(5, 0.08, largest=2755),
        "≤ 0.40 % mean, ≤ 0.78 %",
        0.0078,
        None,
        False,
        20,
        0.004,
    ),
    Row("front, grid 20,000", 300, _grid(142, 5, 0.05), "≤ 0.40 % mean, ≤ 0.78 %", 0.0078, None, False, 20, 0.004),
]
GROWTH = [(1_000, 32), (3_000, 55), (10_000, 100), (30_000, 173), (100_000, 317)]
"""Parcels of a grid (about) and its side; K = 10, budget 5 %, 60 s."""


def optima(data: Path) -> dict[str, tuple[str, float]]:
    """Return file name → (max or min, the known optimum)."""
    table = pd.read_csv(data / "blocks" / "optima.csv")
    names = [Path(file).name for file in table["file"]]
    return dict(zip(names, zip(table["sense"], table["optimum"], strict=True), strict=True))
