"""An independent checker of plans, written from the exchange format. Shares no code with the solver.

It reads a problem object or an instance folder by itself, walks the edges by itself, and says every fault that it finds.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from mujun.renewal.blocks.problem import Problem

RELATIVE = 1e-9
_ROUNDING = 1e-12
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


def _above(terms: Sequence[float], limit: float) -> bool:
    return math.fsum(terms) > limit + RELATIVE * abs(limit) + _ROUNDING * math.fsum(map(abs, terms))


def _below(terms: Sequence[float], limit: float) -> bool:
    return _above([-term for term in terms], -limit)


def objective(problem: Given, blocks: Sequence[Sequence[int]]) -> float:
    """Recompute the objective: a cost is positive and to be small, the others to be large."""
    taken = {node for block in blocks for node in block}
    kind = problem.terms.get("objective") or "benefit"
    parts = []
    for node in sorted(taken):
        parts += {
            "benefit": [problem.benefit[node]],
            "area": [problem.area[node]],
            "net": [problem.benefit[node], -problem.cost[node]],
            "cost": [problem.cost[node]],
        }[kind]
    price = (problem.terms.get("front_price") or 0.0) * (1 if kind == "cost" else -1)
    parts += [price * front for (a, b), front in problem.front.items() if (a in taken) != (b in taken)]
    return math.fsum(parts)


def faults(problem: Given, blocks: Sequence[Sequence[int]], said: float | None = None) -> list[str]:
    """Return every fault of the plan; ``said`` is the objective that it claims."""
    found = _shape(problem, blocks)
    if found:
        return found
    for number, block in enumerate(blocks):
        found += [f"block {number}: {fault}" for fault in _block(problem, list(block))]
    found += _whole(problem, blocks)
    if said is not None:
        true = objective(problem, blocks)
        size = math.fsum(abs(problem.benefit[node]) + abs(problem.cost[node]) for block in blocks for node in block)
        if abs(true - said) > RELATIVE * abs(true) + _ROUNDING * size:
            found.append(f"objective is {true!r}, not {said!r}")
    return found


def _shape(problem: Given, blocks: Sequence[Sequence[int]]) -> list[str]:
    flat = [node for block in blocks for node in block]
    found = [f"block {number} is empty" for number, block in enumerate(blocks) if not len(block)]
    found += [f"no parcel {node}" for node in flat if not 0 <= node < len(problem.ids)]
    if len(set(flat)) < len(flat):
        found.append("a parcel stands twice")
    return found


def _block(problem: Given, block: list[int]) -> list[str]:
    terms, neighbours, found = problem.terms, problem.neighbours(), []
    if len(pieces(neighbours, set(block))) > 1:
        found.append("is not connected")
    areas = [problem.area[node] for node in block]
    if _below(areas, terms.get("min_block_mu") or 0.0):
        found.append("is too small")
    if terms.get("max_block_mu") is not None and _above(areas, terms["max_block_mu"]):
        found.append("is too large")
    share = terms.get("protected_share_max") or 0.0
    protected = [problem.area[node] for node in block if problem.protected[node]]
    if _above([*protected, *(-share * area for area in areas)], 0.0):
        found.append("has too much protected land")
    if (terms.get("holes") or "allow") == "forbid" and _hole(problem, neighbours, block):
        found.append("encloses a hole")
    return found


def _hole(problem: Given, neighbours: list[set[int]], block: list[int]) -> bool:
    """Whether the rest of what hangs together with the block falls into pieces when it is taken away."""
    around = next(piece for piece in pieces(neighbours, set(range(len(problem.ids)))) if block[0] in piece)
    return len(pieces(neighbours, around - set(block))) > 1


def _whole(problem: Given, blocks: Sequence[Sequence[int]]) -> list[str]:
    terms, found = problem.terms, []
    taken = sorted(node for block in blocks for node in block)
    if terms.get("max_blocks") is not None and len(blocks) > terms["max_blocks"]:
        found.append("too many blocks")
    if terms.get("budget") is not None and _above([problem.cost[node] for node in taken], terms["budget"]):
        found.append("over budget")
    for name, limit in (terms.get("resources") or {}).items():
        if limit is not None and _above([problem.use[name][node] for node in taken], limit):
            found.append(f"too much {name}")
    if terms.get("target_mu") is not None and _below([problem.area[node] for node in taken], terms["target_mu"]):
        found.append("target missed")
    inside = set(taken)
    for node, lock in enumerate(problem.lock):
        if lock and (lock == "in") != (node in inside):
            found.append(f"lock of {problem.ids[node]} broken")
    for group in {group for group in problem.together if group}:
        members = {node for node, name in enumerate(problem.together) if name == group}
        if members & inside and members - inside:
            found.append(f"group {group} is torn")
    return found


def file_faults(folder: Path, plan: Path) -> list[str]:
    """Return every fault of a ``plan.json`` against its instance folder, its alternatives included."""
    problem, content = read_given(folder), json.loads(plan.read_text(encoding="utf-8"))
    place = {name: number for number, name in enumerate(problem.ids)}
    found = []
    for which in (content, *content["alternatives"]):
        unknown = [name for block in which["blocks"] for name in block if name not in place]
        found += [f"no parcel {name!r}" for name in unknown]
        if not unknown and which["objective"] is not None:
            found += faults(problem, [[place[name] for name in block] for block in which["blocks"]], which["objective"])
    return found + gap_faults(problem, content)


def gap_faults(problem: Given, content: dict[str, Any]) -> list[str]:
    """Return what is wrong with bound and gap in themselves."""
    best, bound, gap = content["objective"], content["bound"], content["gap"]
    if best is None or bound is None:
        return []
    ahead = best - bound if (problem.terms.get("objective") or "benefit") != "cost" else bound - best
    found = ["the plan is better than its bound"] if ahead > RELATIVE * max(1.0, abs(best)) else []
    if best and abs(gap - abs(bound - best) / abs(best)) > RELATIVE:
        found.append("the gap is not |bound - objective| / |objective|")
    if content["status"] == "optimal" and gap is None and bound != best:
        found.append("optimal without a gap")
    return found
