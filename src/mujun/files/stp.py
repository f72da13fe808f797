"""Reads ``.stp`` files (SteinLib format): maximum-weight connected subgraphs and prize-collecting Steiner trees."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd

from mujun.base.errors import UnreadableInput
from mujun.files.encodings import MOST_TEXT, decode
from mujun.files.numbers import parse_number
from mujun.files.prize_collecting import PrizeCollecting
from mujun.renewal.blocks.problem import Problem, Terms, build_problem

MAGIC = "33d32945"
_MOST_NODES = 10_000_000
_ROOTED = ("ROOT", "ROOTP", "TR")
_OTHER = re.compile(
    r"\b(rooted|node-weighted|group|degree|hop|directed|arborescence|rectilinear|revenue|budget|cardinality)\b",
    re.IGNORECASE,
)


@dataclasses.dataclass(slots=True)
class _Parts:
    """What the sections of a file say. Nodes are numbered from 1, edges keep the line they stand on."""

    problem: str = ""
    nodes: int = 0
    edges: list[tuple[int, int, float]] = dataclasses.field(default_factory=list)
    directed: list[bool] = dataclasses.field(default_factory=list)
    weights: dict[int, float] = dataclasses.field(default_factory=dict)
    prizes: dict[int, float] = dataclasses.field(default_factory=dict)
    counts: dict[str, int] = dataclasses.field(default_factory=dict)


def read_stp(path: Path) -> tuple[Problem | PrizeCollecting, tuple[str, ...]]:
    """Return the problem of an ``.stp`` file, and one Chinese sentence for each thing in it that is not used.

    Lines ``T node weight`` make a maximum-weight connected subgraph: one block at most, no budget, the weights as
    benefit; an area of 1 mu stands for each node, which the format knows nothing of. Lines ``TP node prize`` make a
    prize-collecting Steiner tree. Nodes without a line weigh nothing. Arcs ``A`` count as edges where both directions
    cost the same. Raises UnreadableInput naming the line for anything else.
    """
    if not path.is_file():
        raise UnreadableInput(f"没有“{path}”这个文件。", next_step="请核对路径。")
    if path.stat().st_size > MOST_TEXT:
        raise UnreadableInput(f"文件“{path.name}”太大。", why=f"上限{MOST_TEXT >> 20}MB。")
    parts = _parse(path)
    _check(path, parts)
    ids = tuple(map(str, range(1, parts.nodes + 1)))
    ends, costs, notes = _edges(path, parts)
    if parts.prizes:
        prizes = np.array([parts.prizes.get(node, 0.0) for node in range(1, parts.nodes + 1)])
        return PrizeCollecting(ids, prizes, ends, costs), notes
    weights = np.array([parts.weights.get(node, 0.0) for node in range(1, parts.nodes + 1)])
    nodes = pd.DataFrame({"id": pd.Series(ids, dtype="str"), "benefit": weights, "cost": 0.0, "area_mu": 1.0})
    names = nodes["id"].to_numpy()
    edges = pd.DataFrame({"a": names[ends[:, 0]], "b": names[ends[:, 1]]})
    return build_problem(nodes, edges, Terms(max_blocks=1)), notes


def _parse(path: Path) -> _Parts:
    lines = _lines(path)
    number, first = next(lines, (1, ""))
    if first.split()[:1] != [MAGIC] and not first.lower().startswith(MAGIC):
        _refuse(path, number, "不是 STP 文件的开头", f"第1行应以 {MAGIC.upper()} 开头。")
    parts, section = _Parts(), ""
    for number, line in lines:
        words = line.split()
        if section == "graph" and words[0] == "E" and _plain_edge(words, parts):
            continue
        word = words[0].upper()
        if word == "SECTION":
            section = words[1].lower() if len(words) > 1 else ""
        elif word == "END":
            section = ""
        elif word == "EOF":
            break
        elif section.startswith("comment"):
            if word == "PROBLEM":
                parts.problem = line.partition(" ")[2].strip().strip('"')
        elif section == "graph":
            _graph(path, number, words, parts)
        elif section == "terminals":
            _terminal(path, number, words, parts)
    return parts


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(decode(path.read_bytes())[0].splitlines(), start=1):
        if text := line.strip():
            yield number, text


def _refuse(path: Path, number: int, fault: str, mend: str = "") -> NoReturn:
    raise UnreadableInput(f"文件“{path.name}”第{number}行{fault}。", next_step=mend)


def _graph(path: Path, number: int, words: list[str], parts: _Parts) -> None:
    word = words[0].upper()
    if word in ("E", "A"):
        if not 3 <= len(words) <= 4:
            _refuse(path, number, "不是“E 点 点 [费用]”")
        cost = _figure(path, number, words[3]) if len(words) == 4 else math.nan
        parts.edges.append((_node(path, number, words[1], parts), _node(path, number, words[2], parts), cost))
        parts.directed.append(word == "A")
    elif word in ("NODES", "EDGES", "ARCS"):
        if len(words) != 2 or not words[1].isdecimal() or int(words[1]) > _MOST_NODES:
            _refuse(path, number, f"的“{words[0]}”后面应是一个数")
        if word == "NODES":
            parts.nodes = int(words[1])
        parts.counts[word] = int(words[1])
    else:
        _refuse(path, number, f"的“{words[0]}”不可识别", "图中只读 Nodes、Edges、Arcs、E、A。")


def _terminal(path: Path, number: int, words: list[str], parts: _Parts) -> None:
    word = words[0].upper()
    if word in _ROOTED:
        _refuse(path, number, "指定了根", "只读无根的 MWCS 与 PCSTP。")
    if word == "TERMINALS":
        return
    if word not in ("T", "TP"):
        _refuse(path, number, f"的“{words[0]}”不可识别", "终端中只读 T、TP。")
    if len(words) != 3:
        _refuse(path, number, f"不是“{word} 点 数值”", "只读 MWCS 与 PCSTP：每个终端须有权重或奖金。")
    node, figure = _node(path, number, words[1], parts), _figure(path, number, words[2])
    known = parts.prizes if word == "TP" else parts.weights
    if node in known:
        _refuse(path, number, f"的点{node}重复了")
    if word == "TP" and figure < 0:
        _refuse(path, number, f"的奖金“{words[2]}”是负数")
    known[node] = figure


def _plain_edge(words: list[str], parts: _Parts) -> bool:
    """Take in an edge as nearly all files write it, without a call per word; False leaves it to :func:`_graph`."""
    try:
        a, b = int(words[1]), int(words[2])
        cost = float(words[3]) if len(words) == 4 else math.nan
    except (ValueError, IndexError):
        return False
    if len(words) > 4 or not (1 <= a <= parts.nodes and 1 <= b <= parts.nodes) or (len(words) == 4 and not cost >= 0):
        return False
    if cost == math.inf or not "".join(words[1:3]).isdecimal():
        return False
    parts.edges.append((a, b, cost))
    parts.directed.append(False)
    return True


def _node(path: Path, number: int, word: str, parts: _Parts) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= parts.nodes:
        _refuse(path, number, f"的点“{word}”不在 1 到 {parts.nodes} 之间")
    return int(word)


def _figure(path: Path, number: int, word: str) -> float:
    figure = parse_number(word)
    if figure is None:
        _refuse(path, number, f"的“{word}”不是有限的数")
    return figure


def _check(path: Path, parts: _Parts) -> None:
    if _OTHER.search(parts.problem):
        raise UnreadableInput(f"文件“{path.name}”是“{parts.problem}”。", next_step="只读无根的 MWCS 与 PCSTP。")
    if not parts.nodes:
        raise UnreadableInput(f"文件“{path.name}”没有 Graph 一节，或其中没有点。", next_step="请检查文件是否完整。")
    if bool(parts.weights) == bool(parts.prizes):
        fault = "同时有 T 和 TP 行" if parts.weights else "没有一行 T 或 TP"
        raise UnreadableInput(
            f"文件“{path.name}”{fault}，不知是 MWCS 还是 PCSTP。", next_step="请检查 Terminals 一节是否完整。"
        )
    said = parts.counts.get("EDGES", 0) + parts.counts.get("ARCS", 0)
    if said != len(parts.edges):
        raise UnreadableInput(
            f"文件“{path.name}”说有{said}条边，实有{len(parts.edges)}条。", next_step="请检查文件是否完整。"
        )


def _edges(path: Path, parts: _Parts) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return the pairs (m, 2) from 0 with a < b, what each costs (m,), and what was left out."""
    table = pd.DataFrame(parts.edges, columns=["from", "to", "cost"]).astype({"from": "int64", "to": "int64"})
    table["a"], table["b"] = table[["from", "to"]].min(axis=1) - 1, table[["from", "to"]].max(axis=1) - 1
    if parts.prizes and (bad := table.index[~(table["cost"] >= 0)]).size:
        a, b = table.loc[bad[0], ["from", "to"]]
        raise UnreadableInput(f"文件“{path.name}”里边 {a:.0f}–{b:.0f} 没有费用，或费用是负数。")
    notes = []
    loops = table["a"] == table["b"]
    if loops.any():
        notes.append(f"{path.name} 有{loops.sum()}条边两端相同，未采用。")
    table = table[~loops]
    arcs = table[np.array(parts.directed, dtype=bool)[~loops.to_numpy()]].drop_duplicates(["from", "to"])
    if parts.prizes and (arcs.groupby(["a", "b"])["cost"].nunique() > 1).any():
        raise UnreadableInput(f"文件“{path.name}”的弧两个方向费用不同。", next_step="只读无向图。")
    repeats = table.duplicated(["from", "to"]) if len(arcs) else table.duplicated(["a", "b"])
    if repeats.any():
        notes.append(f"{path.name} 有{repeats.sum()}条边重复，只算费用最低的一条。")
    table = table.groupby(["a", "b"], as_index=False, sort=True).agg(cost=("cost", "min"))
    ends = table[["a", "b"]].to_numpy(np.int64).reshape(-1, 2)
    return ends, table["cost"].to_numpy(float), tuple(notes)
