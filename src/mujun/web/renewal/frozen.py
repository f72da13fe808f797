"""A block problem as bytes that never change, and back: what is signed can be solved again."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mujun.renewal.blocks.problem import Objective, Problem, Terms, build_problem
from mujun.web.renewal.graph import Graph
from mujun.web.renewal.models import FrozenInstance, Plan

LOCKS = {"in": 1, "out": -1}


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    """A problem with its tables: ``nodes`` and ``edges`` as in the exchange format, ``position`` of a parcel by code.

    ``graph`` what else adjacency said; None in what was frozen before it was kept.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    problem: Problem
    position: Mapping[str, int]
    graph: Graph | None = None

    def under(self, locks: Mapping[str, str], budget_wan: float | None) -> Problem:
        """The problem with locks of people (parcel → in, out) and another budget."""
        lock = self.problem.lock.copy()
        for code, kind in locks.items():
            if code in self.position:
                lock[self.position[code]] = LOCKS[kind]
        terms = dataclasses.replace(self.problem.terms, budget=budget_wan)
        return dataclasses.replace(self.problem, lock=lock, terms=terms)

    def places(self, blocks: list[list[str]]) -> list[list[int]]:
        """Blocks of codes as blocks of positions."""
        return [[self.position[code] for code in block] for block in blocks]


def pack(nodes: pd.DataFrame, edges: pd.DataFrame, terms: Terms, graph: Graph | None = None) -> tuple[str, bytes]:
    """Return the digest of what it says, and the content to keep."""
    held = {"nodes": _columns(nodes), "edges": _columns(edges), "terms": dataclasses.asdict(terms)}
    if graph is not None:
        held["graph"] = dataclasses.asdict(graph)
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest(), gzip.compress(text.encode(), 6, mtime=0)


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in table.columns:
        values = table[name]
        if values.dtype.kind == "f":
            found[str(name)] = [None if np.isnan(value) else value for value in values.tolist()]
        elif values.dtype.kind in "bi":
            found[str(name)] = values.tolist()
        else:
            found[str(name)] = ["" if value is None else str(value) for value in values.tolist()]
    return found


def unpack(content: bytes) -> Frozen:
    """Return the problem of ``content``."""
    held = json.loads(gzip.decompress(content))
    nodes, edges = pd.DataFrame(held["nodes"]), pd.DataFrame(held["edges"])
    for name in ("tax_wan_per_mu",):
        if name in nodes:
            nodes[name] = nodes[name].astype(float)
    terms = Terms(**{**held["terms"], "objective": Objective(held["terms"]["objective"])})
    problem = build_problem(nodes, edges, terms)
    graph = Graph(**held["graph"]) if "graph" in held else None
    return Frozen(nodes, edges, problem, {code: place for place, code in enumerate(problem.ids)}, graph)


@functools.lru_cache(maxsize=8)
def _held(digest: str) -> Frozen:
    return unpack(bytes(FrozenInstance.objects.get(digest=digest).content))


def frozen_of(plan: Plan) -> Frozen:
    """The problem of a plan, read once per process; the plan has one once it is rehearsed."""
    assert plan.instance is not None
    return _held(plan.instance.digest)
