"""What is wrong with YAML before it is made into values: repeated keys, signs nobody can keep, values without end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

MOST_NODES = 200_000
"""A rule file has a few thousand values; one that repeats others by reference (``*name``) is counted as written out."""
_LOST = re.compile("[\x00\ud800-\udfff]")


def node_faults(root: yaml.Node) -> list[str]:
    """Return one sentence per fault, with its line; ``root`` is what the whole text says."""
    faults: list[str] = []
    looked_at: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in looked_at:
            continue
        looked_at.add(id(node))
        if isinstance(node, yaml.MappingNode):
            faults += _repeated(node)
        elif isinstance(node, yaml.ScalarNode) and _LOST.search(node.value):
            faults.append(f"第{node.start_mark.line + 1}行有不能保存的字符（如 \\0），请删去")
        waiting += reversed(_inside(node))
    return faults or _endless(root)


def _repeated(node: yaml.MappingNode) -> Iterable[str]:
    seen: set[Any] = set()
    for key, _value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                yield f"第{key.start_mark.line + 1}行的“{key.value}”写了两次，请改名或删去一个"
            seen.add(key.value)


def _inside(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _endless(root: yaml.Node) -> list[str]:
    """References that lead back to themselves, or that make far more of the text than stands there."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()
    waiting: list[tuple[yaml.Node, bool]] = [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            open_.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(part)] for part in _inside(node))
            if sizes[id(node)] > MOST_NODES:
                return [f"第{node.start_mark.line + 1}行的内容展开后太大，请减少引用（*）"]
            continue
        if id(node) in open_:
            return [f"第{node.start_mark.line + 1}行的内容引用了自己，请改写"]
        if id(node) in sizes:
            continue
        open_.add(id(node))
        waiting.append((node, True))
        waiting += [(part, False) for part in _inside(node)]
    return []
