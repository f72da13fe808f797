"""pcst-fast2 at prices λ of money, found by bisection; its best forest that can be paid, filled up greedily.

At λ a parcel weighs w = gain − λ·cost. A positive weight is a prize; a negative one is laid half on each of the edges
that meet there, so that a path through the parcel pays it once. No bound.
"""

from __future__ import annotations

import heapq
import time

import numpy as np
from instance import Folder, NotApplicable, answer
from pcst_fast import pcst_fast


def solve(folder: Folder, seconds: float, seed: int) -> tuple[list[list[int]], float | None, str]:
    """Return the best forest of at most K trees within budget and above the smallest area."""
    terms = folder.terms
    asked = ("lock_in" if "in" in folder.lock else "", "groups" if "together" in folder.table else "")
    beyond = [name for name in ("target_mu", "max_block_mu", "resources", "front_price") if terms.get(name)]
    if any(asked) or beyond or terms.get("holes") == "forbid":
        raise NotApplicable(", ".join(filter(None, [*asked, *beyond, terms.get("holes", "")])))
    deadline = time.perf_counter() + seconds
    budget = np.inf if terms.get("budget") is None else float(terms["budget"])
    best: list[list[int]] = []
    worth, tried = 0.0, 0
    low, high = 0.0, 4 * float(np.max(np.abs(folder.gain) / np.maximum(folder.cost, 1e-12 + folder.cost.mean() / 1e3)))
    for _ in range(60):
        if time.perf_counter() > deadline:
            break
        price = (low + high) / 2 if tried else 0.0
        blocks = _forest(folder, price)
        tried += 1
        spent = sum(folder.cost[block].sum() for block in blocks)
        if spent > budget * (1 + 1e-12):
            low = max(price, low)
            continue
        high = price if price else high
        blocks = _filled(folder, blocks, budget - spent)
        value = float(sum(folder.gain[block].sum() for block in blocks))
        if value > worth:
            best, worth = blocks, value
        if not price:
            break
    return best, None, f"{tried} prices"


def _forest(folder: Folder, price: float) -> list[list[int]]:
    weight = folder.gain - price * folder.cost
    weight[[lock == "out" for lock in folder.lock]] = -1e9
    burden = np.maximum(-weight, 0.0)
    costs = (burden[folder.edges[:, 0]] + burden[folder.edges[:, 1]]) / 2
    most = int(folder.terms.get("max_blocks") or len(folder))
    nodes, _ = pcst_fast(folder.edges, np.maximum(weight, 0.0), costs, -1, min(most, len(folder)), "strong", 0)
    pieces = [_trimmed(folder, piece, weight) for piece in folder.pieces(np.unique(nodes).tolist())]
    smallest = folder.terms.get("min_block_mu") or 0.0
    kept = [piece for piece in pieces if folder.area[piece].sum() >= smallest and folder.gain[piece].sum() > 0]
    return sorted(kept, key=lambda piece: -weight[piece].sum())[:most]


def _neighbours(folder: Folder, members: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {node: set() for node in members}
    for a, b in folder.edges.tolist():
        if a in members and b in members:
            found[a].add(b)
            found[b].add(a)
    return found


def _trimmed(folder: Folder, piece: list[int], weight: np.ndarray) -> list[int]:
    """Return the piece without leaves of negative weight."""
    near = _neighbours(folder, set(piece))
    leaves = [node for node in piece if weight[node] < 0 and len(near[node]) <= 1]
    while leaves and len(near) > 1:
        leaf = leaves.pop()
        for other in near.pop(leaf):
            near[other].discard(leaf)
            if weight[other] < 0 and len(near[other]) == 1:
                leaves.append(other)
    return sorted(near)


def _filled(folder: Folder, blocks: list[list[int]], money: float) -> list[list[int]]:
    """Add touching parcels of positive gain while they can be paid, the best per cost first."""
    owner = {node: number for number, block in enumerate(blocks) for node in block}
    near: dict[int, list[int]] = {}
    for a, b in folder.edges.tolist():
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    waiting: list[tuple[float, int, int]] = []

    def offer(node: int, number: int) -> None:
        for other in near.get(node, []):
            if other not in owner and folder.gain[other] > 0 and folder.lock[other] != "out":
                heapq.heappush(waiting, (-folder.gain[other] / max(folder.cost[other], 1e-12), other, number))

    for node, number in list(owner.items()):
        offer(node, number)
    while waiting:
        _, node, number = heapq.heappop(waiting)
        if node not in owner and folder.cost[node] <= money:
            owner[node] = number
            money -= folder.cost[node]
            blocks[number].append(node)
            offer(node, number)
    return blocks


if __name__ == "__main__":
    answer(solve, __doc__)
