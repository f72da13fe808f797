"""An instance folder in NumPy arrays, for peers that run without mujun, and how a peer answers."""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml


@dataclasses.dataclass
class Folder:
    """n parcels and m pairs; ``terms`` as problem.yaml says them."""

    ids: list[str]
    benefit: np.ndarray
    cost: np.ndarray
    area: np.ndarray
    lock: list[str]
    table: pd.DataFrame
    edges: np.ndarray
    front_m: np.ndarray
    terms: dict[str, Any]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def gain(self) -> np.ndarray:
        """What each parcel adds to an objective that is maximised."""
        kind = self.terms.get("objective", "benefit")
        return {"benefit": self.benefit, "area": self.area, "net": self.benefit - self.cost, "cost": -self.cost}[kind]

    def pieces(self, members: Sequence[int]) -> list[list[int]]:
        """Return the connected pieces of ``members``."""
        inside = set(members)
        neighbours: dict[int, list[int]] = {node: [] for node in inside}
        for a, b in self.edges.tolist():
            if a in inside and b in inside:
                neighbours[a].append(b)
                neighbours[b].append(a)
        found = []
        while inside:
            piece, stack = [], [inside.pop()]
            while stack:
                node = stack.pop()
                piece.append(node)
                for other in neighbours[node]:
                    if other in inside:
                        inside.remove(other)
                        stack.append(other)
            found.append(piece)
        return found


def read(folder: Path) -> Folder:
    """Read the folder."""
    nodes = pd.read_csv(folder / "nodes.csv", dtype=str, keep_default_na=False)
    edges = pd.read_csv(folder / "edges.csv", dtype=str, keep_default_na=False)
    place = pd.Series(np.arange(len(nodes)), index=nodes["id"])
    ends = np.sort(np.column_stack([place[edges["a"]].to_numpy(), place[edges["b"]].to_numpy()]), axis=1)
    fronts = pd.to_numeric(edges["front_m"]).fillna(0.0) if "front_m" in edges else pd.Series(0.0, index=edges.index)
    pairs = pd.DataFrame({"a": ends[:, 0], "b": ends[:, 1], "front": fronts.to_numpy()})
    pairs = pairs[pairs["a"] != pairs["b"]].groupby(["a", "b"], as_index=False)["front"].max()
    figures = {name: pd.to_numeric(nodes[name]).to_numpy(float) for name in ("benefit", "cost", "area_mu")}
    return Folder(
        nodes["id"].tolist(), figures["benefit"], figures["cost"], figures["area_mu"],
        nodes["lock"].tolist() if "lock" in nodes else [""] * len(nodes), nodes,
        pairs[["a", "b"]].to_numpy(np.int64).reshape(-1, 2), pairs["front"].to_numpy(float),
        yaml.safe_load((folder / "problem.yaml").read_text(encoding="utf-8")) or {},
    )  # fmt: skip


class NotApplicable(Exception):
    """The peer cannot say what the instance asks for."""


def answer(solve: Callable[[Folder, float, int], tuple[list[list[int]], float | None, str]], about: str) -> None:
    """Run ``solve(folder, seconds, seed) -> blocks, bound, note`` on the folder of the command line; print the answer."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    started = time.perf_counter()
    folder = read(args.instance)
    try:
        blocks, bound, note = solve(folder, args.seconds - (time.perf_counter() - started), args.seed)
    except NotApplicable as error:
        blocks, bound, note = [], None, f"does not apply: {error}"
    named = [[folder.ids[node] for node in block] for block in blocks]
    seconds = round(time.perf_counter() - started, 2)
    print(json.dumps({"blocks": named, "bound": bound, "seconds": seconds, "note": note}, ensure_ascii=False))
