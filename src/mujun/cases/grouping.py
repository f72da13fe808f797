"""The same problem of the n-th firm: cases with the same cause are one group, and from some size on a matter of policy."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from mujun.cases.definition import Definition


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Cases (ids, in the order given) with one cause; ``policy``: enough of them to mend the rule instead."""

    key: str
    cases: tuple[str, ...]
    policy: bool


def group_key(definition: Definition, fields: Mapping[str, Any]) -> str:
    """Return what cases with the same cause share; empty where a field of the grouping is empty."""
    if definition.grouping is None:
        return ""
    parts = [_plain(fields.get(name)) for name in definition.grouping.by]
    return "" if not all(parts) else " | ".join(parts)


def groups_of(definition: Definition, cases: Iterable[tuple[str, str]]) -> list[Group]:
    """Return the groups of two or more among (case id, group key), the largest first."""
    found: dict[str, list[str]] = {}
    for case, key in cases:
        if key:
            found.setdefault(key, []).append(case)
    least = definition.grouping.policy_from if definition.grouping else 2
    groups = [Group(key, tuple(ids), len(ids) >= least) for key, ids in found.items() if len(ids) > 1]
    return sorted(groups, key=lambda group: (-len(group.cases), group.key))


def repeats(keys: Iterable[str]) -> int:
    """Return how many cases repeat an earlier one: all but the first of each group."""
    held = [key for key in keys if key]
    return len(held) - len(set(held))


def _plain(value: Any) -> str:
    text = unicodedata.normalize("NFKC", str(value if value is not None else "")).casefold()
    return "".join(sign for sign in text if sign.isalnum())
