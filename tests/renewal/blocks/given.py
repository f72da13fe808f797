"""A block problem in plain Python, read from a folder or a problem object by itself: what the checkers of plans look at."""

from __future__ import annotations

import csv
import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from mujun.renewal.blocks.problem import Problem

RELATIVE = 1e-9
ROUNDING = 1e-12
"""Of the sum of absolute terms: what adding floats in another order may change."""


@dataclasses.dataclass
class Given:
    """A problem in plain Python."""

    ids: list[str]
    benefit: list[float]
    cost: list[float]
    area: list[float]
    lock: list[str]
    together: list[str]
    protected: list[bool]
    use: dict[str, list[float]]
    front: dict[tuple[int, int], float]
    terms: dict[str, Any]

    def neighbours(self) -> list[set[int]]:
        found: list[set[int]] = [set() for _ in self.ids]
        for a, b in self.front:
            found[a].add(b)
            found[b].add(a)
        return found


def given(problem: Problem) -> Given:
    terms = problem.terms
    return Given(
        ids=list(problem.ids),
        benefit=problem.benefit.tolist(),
        cost=problem.cost.tolist(),
        area=problem.area_mu.tolist(),
        lock=[{-1: "out", 0: "", 1: "in"}[lock] for lock in problem.lock.tolist()],
        together=["" if group < 0 else str(group) for group in problem.together.tolist()],
        protected=problem.protected.tolist(),
        use={name: problem.use[name].tolist() for name in terms.resources},
        front={(a, b): front for (a, b), front in zip(problem.edges.tolist(), problem.front_m.tolist(), strict=True)},
        terms={
            "budget": terms.budget,
            "min_block_mu": terms.min_block_mu,
            "max_block_mu": terms.max_block_mu,
            "max_blocks": terms.max_blocks,
            "target_mu": terms.target_mu,
            "resources": dict(terms.resources),
            "protected_share_max": terms.protected_share_max,
            "holes": "allow" if terms.holes else "forbid",
            "front_price": terms.front_price,
            "objective": terms.objective.value,
        },
    )


def read_given(folder: Path) -> Given:
    """Read an instance folder of plain, faultless UTF-8 files."""
    terms = yaml.safe_load((folder / "problem.yaml").read_text(encoding="utf-8")) or {}
    with (folder / "nodes.csv").open(encoding="utf-8-sig", newline="") as stream:
        nodes = list(csv.DictReader(stream))
    with (folder / "edges.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    place = {row["id"]: number for number, row in enumerate(nodes)}
    front: dict[tuple[int, int], float] = {}
    for row in rows:
        a, b = sorted((place[row["a"]], place[row["b"]]))
        if a != b:
            front[a, b] = max(front.get((a, b), 0.0), float(row.get("front_m") or 0))
    return Given(
        ids=[row["id"] for row in nodes],
        benefit=[float(row["benefit"]) for row in nodes],
        cost=[float(row["cost"]) for row in nodes],
        area=[float(row["area_mu"]) for row in nodes],
        lock=[row.get("lock") or "" for row in nodes],
        together=[row.get("together") or "" for row in nodes],
        protected=[(row.get("protected") or "").lower() in ("true", "1", "是") for row in nodes],
        use={name: [float(row[name] or 0) for row in nodes] for name in terms.get("resources") or {}},
        front=front,
        terms=terms,
    )


def pieces(neighbours: list[set[int]], members: set[int]) -> list[set[int]]:
    """Return the connected pieces of ``members``."""
    left, found = set(members), []
    while left:
        piece, edge = set(), [left.pop()]
        while edge:
            node = edge.pop()
            piece.add(node)
            edge.extend(neighbours[node] & left)
            left -= neighbours[node]
        found.append(piece)
    return found


def above(terms: Sequence[float], limit: float) -> bool:
    return math.fsum(terms) > limit + RELATIVE * abs(limit) + ROUNDING * math.fsum(map(abs, terms))


def below(terms: Sequence[float], limit: float) -> bool:
    return above([-term for term in terms], -limit)
