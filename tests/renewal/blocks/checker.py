"""An independent checker of plans, written from the exchange format. Shares no code with the solver.

It reads a problem object or an instance folder by itself, walks the edges by itself, and says every fault that it finds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.renewal.blocks.given import RELATIVE, ROUNDING, Given, above, below, given, pieces, read_given
from tests.renewal.periods.checker import period_faults, read_allowed

__all__ = ["faults", "file_faults", "given", "objective", "read_given"]


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
        if abs(true - said) > RELATIVE * abs(true) + ROUNDING * size:
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
    if below(areas, terms.get("min_block_mu") or 0.0):
        found.append("is too small")
    if terms.get("max_block_mu") is not None and above(areas, terms["max_block_mu"]):
        found.append("is too large")
    share = terms.get("protected_share_max") or 0.0
    protected = [problem.area[node] for node in block if problem.protected[node]]
    if above([*protected, *(-share * area for area in areas)], 0.0):
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
    if terms.get("budget") is not None and above([problem.cost[node] for node in taken], terms["budget"]):
        found.append("over budget")
    for name, limit in (terms.get("resources") or {}).items():
        if limit is not None and above([problem.use[name][node] for node in taken], limit):
            found.append(f"too much {name}")
    if terms.get("target_mu") is not None and below([problem.area[node] for node in taken], terms["target_mu"]):
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
    allowed = read_allowed(folder, problem.terms)
    if (allowed is None) != ("periods" not in content):
        found.append("periods where none were asked for, or none where some were")
    elif allowed is not None and not found and content["objective"] is not None:
        blocks, periods = ([[place[name] for name in part] for part in content[key]] for key in ("blocks", "periods"))
        found += period_faults(problem, allowed, blocks, periods)
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
