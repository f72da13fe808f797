"""Seeded random small problems that switch each kind of constraint on and off."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from mujun.renewal.blocks.problem import Objective, Problem, Terms, build_problem

KINDS = (
    "budget",
    "min_block_mu",
    "max_block_mu",
    "max_blocks",
    "target_mu",
    "resources",
    "lock_in",
    "lock_out",
    "together",
    "protected",
    "holes",
    "front_price",
    "area",
    "net",
    "cost",
)
"""What :func:`random_problem` can switch on: one name per term, and the objectives other than benefit."""
SHAPES = ("grid", "ring", "tree", "path", "star", "wheel", "sparse", "dense", "apart", "loose")

Pairs = list[tuple[int, int]]


def shape_edges(shape: str, number: int, random: np.random.Generator) -> Pairs:
    """Return the pairs of a graph of ``number`` nodes, shuffled so that numbers mean nothing."""
    pairs = _SHAPES[shape](number, random)
    order = random.permutation(number)
    return [(int(order[a]), int(order[b])) for a, b in pairs]


def _grid(number: int, random: np.random.Generator) -> Pairs:
    width = int(random.integers(2, 4))
    right = [(n, n + 1) for n in range(number - 1) if (n + 1) % width]
    return right + [(n, n + width) for n in range(number - width)]


def _ring(number: int, random: np.random.Generator) -> Pairs:
    return [(n, (n + 1) % number) for n in range(number)] if number > 2 else _path(number, random)


def _path(number: int, random: np.random.Generator) -> Pairs:
    return [(n, n + 1) for n in range(number - 1)]


def _tree(number: int, random: np.random.Generator) -> Pairs:
    return [(n, int(random.integers(n))) for n in range(1, number)]


def _star(number: int, random: np.random.Generator) -> Pairs:
    return [(0, n) for n in range(1, number)]


def _wheel(number: int, random: np.random.Generator) -> Pairs:
    rim = number - 1
    return _star(number, random) + ([(1 + n, 1 + (n + 1) % rim) for n in range(rim)] if rim > 2 else [])


def _random_pairs(share: float) -> Callable[[int, np.random.Generator], Pairs]:
    def pairs(number: int, random: np.random.Generator) -> Pairs:
        return [(a, b) for b in range(number) for a in range(b) if random.random() < share]

    return pairs


def _apart(number: int, random: np.random.Generator) -> Pairs:
    half = number // 2
    first, second = _grid(half, random), _ring(number - half, random)
    return first + [(a + half, b + half) for a, b in second]


_SHAPES: dict[str, Callable[[int, np.random.Generator], Pairs]] = {
    "grid": _grid,
    "ring": _ring,
    "tree": _tree,
    "path": _path,
    "star": _star,
    "wheel": _wheel,
    "sparse": _random_pairs(0.25),
    "dense": _random_pairs(0.6),
    "apart": _apart,
    "loose": lambda number, random: [],
}


def random_problem(seed: int, kinds: Collection[str] | None = None, *, smallest: int = 1, largest: int = 10) -> Problem:
    """Return the problem of ``seed``; ``kinds`` of :data:`KINDS` are on (None: each by chance).

    Half of the problems have small whole numbers, so that sums tie and limits are met exactly; the other half floats.
    """
    random = np.random.default_rng([seed, 17])
    on = {kind for kind in KINDS if random.random() < 0.3} if kinds is None else set(kinds)
    number = int(random.integers(smallest, largest + 1))
    whole = random.random() < 0.5
    pairs = shape_edges(SHAPES[int(random.integers(len(SHAPES)))], number, random)
    nodes = _nodes(number, random, on, whole=whole)
    fronts = random.integers(0, 4, len(pairs)) if whole else random.random(len(pairs))
    edges = pd.DataFrame({"a": [str(a) for a, _ in pairs], "b": [str(b) for _, b in pairs], "front_m": fronts})
    return build_problem(nodes, edges.astype({"a": "str", "b": "str"}), _terms(nodes, random, on, whole=whole))


def _figures(number: int, random: np.random.Generator, low: int, high: int, *, whole: bool) -> np.ndarray:
    if whole:
        return random.integers(low, high + 1, number).astype(float)
    return random.lognormal(0, 1, number) if low >= 0 else random.normal(0.5, 2, number)


def _nodes(number: int, random: np.random.Generator, on: set[str], *, whole: bool) -> pd.DataFrame:
    benefit = _figures(number, random, -4, 6, whole=whole)
    if random.random() < 0.2:
        benefit = np.abs(benefit)
    elif random.random() < 0.1:
        benefit = -np.abs(benefit)
    cost = _figures(number, random, 0, 5, whole=whole)
    cost[random.random(number) < 0.15] = 0.0
    area = _figures(number, random, 1, 4, whole=whole)
    if random.random() < 0.15:
        area[random.random(number) < 0.3] = 0.0
    lock = np.full(number, "", dtype=object)
    for kind, word in (("lock_in", "in"), ("lock_out", "out")):
        if kind in on:
            lock[random.choice(number, min(number, int(random.integers(1, 3))), replace=False)] = word
    nodes = pd.DataFrame({"id": [str(n) for n in range(number)], "benefit": benefit, "cost": cost, "area_mu": area})
    nodes["lock"] = lock
    if "together" in on:
        nodes["together"] = random.choice(["", "", "x", "y"], number)
    if "protected" in on:
        nodes["protected"] = random.random(number) < 0.35
    if "resources" in on:
        nodes["floor"] = _figures(number, random, 0, 4, whole=whole)
        nodes["quota"] = _figures(number, random, 0, 2, whole=whole)
    return nodes


def _terms(nodes: pd.DataFrame, random: np.random.Generator, on: set[str], *, whole: bool) -> Terms:
    def part(column: str, most: float) -> float:
        amount = float(random.random() * most * nodes[column].sum())
        return float(round(amount)) if whole else amount

    smallest = part("area_mu", 0.4) if "min_block_mu" in on else 0.0
    largest = max(smallest, part("area_mu", 0.7)) if "max_block_mu" in on else None
    terms = Terms(
        budget=part("cost", 0.8) if "budget" in on else None,
        min_block_mu=smallest,
        max_block_mu=largest,
        max_blocks=int(random.integers(1, 4)) if "max_blocks" in on else None,
        target_mu=part("area_mu", 0.8) if on & {"target_mu", "cost"} else None,
        resources={"floor": part("floor", 0.7), "quota": part("quota", 0.9)} if "resources" in on else {},
        protected_share_max=float(random.choice([0.0, 0.25, 0.5])),
        holes="holes" not in on,
        front_price=float(random.choice([0.25, 0.5, 1.0])) if "front_price" in on else 0.0,
    )
    objectives = [kind for kind in ("cost", "net", "area") if kind in on]
    return dataclasses.replace(terms, objective=Objective(objectives[0])) if objectives else terms


def as_python(problem: Problem) -> str:
    """Return the problem as a statement to paste into a test."""
    fields = {
        "ids": f"tuple({list(problem.ids)!r})",
        "lock": f"np.array({problem.lock.tolist()!r}, dtype=np.int64)",
        "together": f"np.array({problem.together.tolist()!r}, dtype=np.int64)",
        "protected": f"np.array({problem.protected.tolist()!r}, dtype=bool)",
        "use": "{" + ", ".join(f"{name!r}: np.array({use.tolist()!r})" for name, use in problem.use.items()) + "}",
        "edges": f"np.array({problem.edges.tolist()!r}, dtype=np.int64).reshape(-1, 2)",
        "terms": repr(problem.terms).replace(
            repr(problem.terms.objective), f"Objective.{problem.terms.objective.name}"
        ),
    }
    fields |= {name: f"np.array({getattr(problem, name).tolist()!r}, dtype=float)" for name in ("benefit", "cost", "area_mu", "front_m")}  # fmt: skip
    order = [field.name for field in dataclasses.fields(Problem)]
    return "Problem(\n" + "".join(f"    {name}={fields[name]},\n" for name in order) + ")"
