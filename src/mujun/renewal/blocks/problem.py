"""The block problem as data: parcels, who touches whom, and the terms that a plan must keep."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


class Objective(StrEnum):
    """What a plan is measured by. ``COST`` is minimised and needs ``target_mu``; the others are maximised."""

    BENEFIT = "benefit"
    AREA = "area"
    NET = "net"
    COST = "cost"


class Lock(StrEnum):
    """What has been decided about a parcel beforehand."""

    OPEN = ""
    IN = "in"
    OUT = "out"


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """The limits of a plan. ``None`` does not bind.

    ``budget`` in the unit of the costs; areas in mu; ``front_price`` per metre of front left exposed (a front is exposed
    where one parcel is taken and the touching one is not). ``resources`` limits the sum of each named column.
    ``protected_share_max`` is the largest share of a block's area that protected parcels may have. ``holes``: whether a
    block may cut off a part of the parcels that touch each other (of what is left, all but the largest piece is a hole).
    """

    objective: Objective = Objective.BENEFIT
    budget: float | None = None
    min_block_mu: float = 0.0
    max_block_mu: float | None = None
    max_blocks: int | None = None
    target_mu: float | None = None
    resources: Mapping[str, float] = dataclasses.field(default_factory=dict)
    protected_share_max: float = 0.0
    holes: bool = True
    front_price: float = 0.0

    def unlimited(self, resource: str) -> Terms:
        """Return the terms without the limit of one column; the other limits stay."""
        left = {name: limit for name, limit in self.resources.items() if name != resource}
        return dataclasses.replace(self, resources=left)


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """n parcels and m pairs that touch.

    ``ids`` n texts; ``benefit``, ``cost``, ``area_mu`` floats (n,); ``lock`` -1 out, 0 open, 1 in (n,); ``together`` a
    group number or -1 (n,); ``protected`` truths (n,); ``use`` per resource the amount of each parcel (n,);
    ``edges`` (m, 2) positions with a < b, sorted, without repeats; ``front_m`` metres of shared front (m,), 0 where
    unknown.
    """

    ids: tuple[str, ...]
    benefit: Floats
    cost: Floats
    area_mu: Floats
    lock: Ints
    together: Ints
    protected: Truths
    use: Mapping[str, Floats]
    edges: Ints
    front_m: Floats
    terms: Terms

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def gain(self) -> Floats:
        """What each parcel adds to an objective that is maximised: the cost is its negative (n,)."""
        match self.terms.objective:
            case Objective.BENEFIT:
                return self.benefit
            case Objective.AREA:
                return self.area_mu
            case Objective.NET:
                return self.benefit - self.cost
        return -self.cost

    def with_terms(self, terms: Terms) -> Problem:
        """The same parcels under other terms."""
        return dataclasses.replace(self, terms=terms)

    def with_locks(self, lock: Ints) -> Problem:
        """The same problem with other locks (n,)."""
        return dataclasses.replace(self, lock=lock)


def build_problem(nodes: pd.DataFrame, edges: pd.DataFrame, terms: Terms) -> Problem:
    """Return the problem of two tables as in the exchange format.

    ``nodes`` has id, benefit, cost, area_mu, lock and optionally together, protected and one column per resource of
    ``terms``; ``edges`` has a, b and optionally front_m. Ids are unique and known, figures finite, areas not negative:
    :func:`mujun.files.instances.read_instance` sees to that and tells what it left out. Loops are dropped; of repeated
    pairs the longest front stays.
    """
    ids = nodes["id"].astype(str)
    number = len(nodes)
    groups = nodes["together"].fillna("").astype(str) if "together" in nodes else pd.Series([""] * number)
    protected = nodes["protected"].fillna(False) if "protected" in nodes else pd.Series([False] * number)
    locks = {Lock.OPEN: 0, Lock.IN: 1, Lock.OUT: -1}
    lock = nodes["lock"].fillna("").astype(str) if "lock" in nodes else pd.Series([""] * number)
    pairs, front_m = _pairs(pd.Index(ids), edges)
    return Problem(
        ids=tuple(ids),
        benefit=nodes["benefit"].to_numpy(float),
        cost=nodes["cost"].to_numpy(float),
        area_mu=nodes["area_mu"].to_numpy(float),
        lock=np.array([locks[Lock(value)] for value in lock], dtype=np.int64),
        together=np.where(groups == "", -1, pd.factorize(groups)[0]).astype(np.int64),
        protected=protected.to_numpy(bool),
        use={name: nodes[name].to_numpy(float) for name in terms.resources},
        edges=pairs,
        front_m=front_m,
        terms=terms,
    )


def _pairs(ids: pd.Index, edges: pd.DataFrame) -> tuple[Ints, Floats]:
    first, second = (ids.get_indexer(pd.Index(edges[side].astype(str))) for side in ("a", "b"))
    table = pd.DataFrame({"a": np.minimum(first, second), "b": np.maximum(first, second)})
    table["front_m"] = edges["front_m"].fillna(0.0).to_numpy(float) if "front_m" in edges else 0.0
    longest = table[table["a"] != table["b"]].groupby(["a", "b"], sort=True)["front_m"].max()
    ends = np.column_stack([longest.index.get_level_values(side).to_numpy(np.int64) for side in ("a", "b")])
    return ends.reshape(-1, 2), longest.to_numpy(float)
