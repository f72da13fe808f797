"""``.stp`` files: what they mean, exactly, and every fault with its line."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mujun.base.errors import UnreadableInput
from mujun.files.prize_collecting import PrizeCollecting
from mujun.files.stp import read_stp
from mujun.renewal.blocks.problem import Problem, Terms

MWCS = """33D32945 STP File, STP Format Version 1.0

SECTION Comment
Name    "small"
Problem "Maximum Node Weight Connected Subgraph"
END

SECTION Graph
Nodes 4
Edges 4
E 1 2
E 3 2
E 2 3
E 4 4
END

Section Terminals
Terminals 3
T 3 9.5
T 1 -2e-1
T 2 0
END

EOF
"""
PCSTP = """33D32945 STP File, STP Format Version 1.0
SECTION Graph
Nodes 4
Edges 4
E 1 2 1.5
E 2 3 2
E 1 3 3
E 3 4 1
END
SECTION Terminals
Terminals 2
TP 1 4
TP 3 2.25
TP 4 0.5
END
EOF
"""


def put(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "small.stp"
    path.write_text(text, encoding="utf-8")
    return path


def test_weights_make_a_connected_subgraph(tmp_path: Path) -> None:
    problem, notes = read_stp(put(tmp_path, MWCS))
    assert isinstance(problem, Problem)
    assert problem.ids == ("1", "2", "3", "4")
    assert problem.benefit.tolist() == [-0.2, 0, 9.5, 0]
    assert problem.edges.tolist() == [[0, 1], [1, 2]]
    assert problem.terms == Terms(max_blocks=1)
    assert notes == ("small.stp 有1条边两端相同，未采用。", "small.stp 有1条边重复，只算费用最低的一条。")


def test_prizes_make_a_steiner_tree(tmp_path: Path) -> None:
    tree, notes = read_stp(put(tmp_path, PCSTP))
    assert isinstance(tree, PrizeCollecting)
    assert tree.prizes.tolist() == [4, 0, 2.25, 0.5]
    assert tree.edges.tolist() == [[0, 1], [0, 2], [1, 2], [2, 3]]
    assert tree.costs.tolist() == [1.5, 3, 2, 1]
    assert notes == ()


def test_arcs_of_both_directions_are_one_edge(tmp_path: Path) -> None:
    arcs = PCSTP.replace("Edges 4", "Arcs 5").replace("E 1 2 1.5", "A 1 2 1.5\nA 2 1 1.5").replace("E ", "A ")
    tree, notes = read_stp(put(tmp_path, arcs))
    assert len(tree.edges) == 4  # type: ignore[union-attr]
    assert notes == ()
    with pytest.raises(UnreadableInput, match="两个方向费用不同"):
        read_stp(put(tmp_path, arcs.replace("A 2 1 1.5", "A 2 1 7")))


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("33D32945", "hello", "第1行不是 STP 文件的开头"),
        ("E 1 2", "E 1 5", "第11行的点“5”不在 1 到 4 之间"),
        ("E 1 2", "E 1", "第11行不是"),
        ("T 3 9.5", "T 3 nan", "第19行的“nan”不是有限的数"),
        ("T 3 9.5", "T 1 9.5", "第20行的点1重复了"),
        ("T 3 9.5", "T 3", "第19行不是"),
        ("T 3 9.5", "RootP 3", "第19行指定了根"),
        ("E 4 4\n", "", "说有4条边，实有3条"),
        ("Nodes 4", "Nodes x", "第9行"),
        ("Nodes 4", "Vertices 4", "第9行的“Vertices”不可识别"),
        ("T 3 9.5\nT 1 -2e-1\nT 2 0\n", "", "没有一行 T 或 TP"),
        ("T 3 9.5", "TP 3 9.5", "同时有 T 和 TP 行"),
        ("Maximum Node Weight", "Rooted Maximum Node Weight", "Rooted Maximum"),
        ("T 3 9.5", "TP 3 -1", "是负数"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, part: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read_stp(put(tmp_path, MWCS.replace(old, new)))
    assert part in str(caught.value)


def test_edges_of_a_steiner_tree_have_a_cost(tmp_path: Path) -> None:
    for cost in ("", " -1"):
        with pytest.raises(UnreadableInput, match="边 2–3"):
            read_stp(put(tmp_path, PCSTP.replace("E 2 3 2", f"E 2 3{cost}")))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="没有"):
        read_stp(tmp_path / "none.stp")


def _connected(nodes: set[int], edges: np.ndarray) -> bool:
    reached, grown = {min(nodes)}, True
    while grown:
        more = {b for a, b in [*edges.tolist(), *edges[:, ::-1].tolist()] if a in reached and b in nodes} - reached
        grown = bool(more)
        reached |= more
    return reached == nodes


def _best_tree(tree: PrizeCollecting) -> float:
    """Minimise over all sets of edges that are connected, the plain way, and over single nodes and nothing."""
    best = float(tree.prizes.sum() - tree.prizes.max())
    for size in range(1, len(tree.edges) + 1):
        for chosen in itertools.combinations(range(len(tree.edges)), size):
            nodes = {int(end) for edge in chosen for end in tree.edges[edge]}
            if _connected(nodes, tree.edges[list(chosen)]):
                left = sum(prize for node, prize in enumerate(tree.prizes) if node not in nodes)
                best = min(best, float(tree.costs[list(chosen)].sum() + left))
    return best


def _best_block(problem: Problem) -> tuple[float, tuple[int, ...]]:
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    for size in range(1, len(problem) + 1):
        for block in itertools.combinations(range(len(problem)), size):
            value = float(problem.benefit[list(block)].sum())
            if value > best[0] and _connected(set(block), problem.edges):
                best = value, block
    return best


@pytest.mark.parametrize("seed", range(25))
def test_as_blocks_a_tree_loses_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    number = int(random.integers(2, 6))
    pairs = [pair for pair in itertools.combinations(range(number), 2) if random.random() < 0.6] or [(0, 1)]
    tree = PrizeCollecting(
        tuple(map(str, range(number))),
        random.integers(0, 6, number).astype(float),
        np.array(pairs, dtype=np.int64),
        random.integers(0, 4, len(pairs)).astype(float),
    )
    value, block = _best_block(tree.as_blocks())
    assert tree.bound_of(value) == pytest.approx(_best_tree(tree))
    assert tree.cost_of([block]) == pytest.approx(_best_tree(tree))
    for nodes in tree.nodes_of([block]):
        assert _connected(set(nodes), tree.edges)


def test_an_edge_alone_is_no_block() -> None:
    tree = PrizeCollecting(("a", "b"), np.array([1.0, 2.0]), np.array([[0, 1]]), np.array([0.0]))
    assert tree.nodes_of([[2], [0]]) == [[0]]
    assert tree.cost_of([]) == 3
    assert tree.as_blocks().edges.tolist() == [[0, 2], [1, 2]]


REAL = Path(os.environ.get("MUJUN_REAL_DATA", "/nowhere")) / "blocks"


@pytest.mark.skipif(not REAL.is_dir(), reason="real data are not here")
def test_every_real_file_is_read() -> None:
    optima = pd.read_csv(REAL / "optima.csv")
    assert len(optima) == 85
    for file, kind in zip(optima["file"], optima["problem"], strict=True):
        if kind == "PCSTP" and not file.endswith("handsi01.stp"):
            continue
        problem, notes = read_stp(REAL / file)
        assert isinstance(problem, PrizeCollecting) is (kind == "PCSTP")
        counted = {line.split()[0]: int(line.split()[1]) for line in (REAL / file).read_text().splitlines() if line.startswith(("Nodes", "Edges", "Terminals"))}  # fmt: skip
        assert len(problem) == counted["Nodes"]
        assert (len(problem.edges) == counted["Edges"]) is (not notes)
        assert counted["Terminals"] == counted["Nodes"]
