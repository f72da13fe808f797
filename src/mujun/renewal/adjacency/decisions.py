"""Decisions of people about single pairs: they come after the rule and are told with name and date."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from mujun.renewal.adjacency.rule import Decision
from mujun.renewal.adjacency.shapes import Floats, Ints, Shapes

BY_DECISION_JOINED, BY_DECISION_REFUSED = 3, 2


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """Per pair, sorted: ``kind`` 0 touches, 1 faces, 2 bridged, 3 decided, -1 refused; ``refusal`` 0 short, 1 parted,
    2 decided; the figures and what lies across.
    """

    pairs: Ints
    kind: Ints
    front_m: Floats
    gap_m: Floats
    across: Shapes
    refusal: Ints


def decided(judged: Judged, ids: Shapes | None, decisions: Sequence[Decision]) -> tuple[Judged, tuple[str, ...]]:
    """Let the last decision about each pair hold; a decision about parcels that are not there becomes a note."""
    places = {} if ids is None else {str(name): place for place, name in enumerate(ids.tolist())}
    last: dict[tuple[int, int], Decision] = {}
    notes = []
    for decision in sorted(decisions, key=lambda one: one.on):
        if decision.a not in places or decision.b not in places or decision.a == decision.b:
            notes.append(f"决定“{decision.text}”涉及的宗地{decision.a}、{decision.b}不存在，没有使用。")
            continue
        one, other = sorted((places[decision.a], places[decision.b]))
        last[one, other] = decision
    rows = {(i, j): row for row, (i, j) in enumerate(judged.pairs.tolist())}
    new = sorted(last.keys() - rows.keys())
    rows |= {pair: len(judged.pairs) + place for place, pair in enumerate(new)}
    pairs = np.concatenate([judged.pairs, np.array(new, dtype=np.int64).reshape(-1, 2)])
    kind, refusal = (np.concatenate([old, np.zeros(len(new), np.int64)]) for old in (judged.kind, judged.refusal))
    front_m, gap_m = (np.concatenate([old, np.zeros(len(new))]) for old in (judged.front_m, judged.gap_m))
    across = np.concatenate([judged.across, np.full(len(new), "", dtype=object)])
    for pair, decision in last.items():
        row = rows[pair]
        kind[row] = BY_DECISION_JOINED if decision.joins else -1
        refusal[row], across[row] = BY_DECISION_REFUSED, decision.text
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    answer = Judged(pairs[order], kind[order], front_m[order], gap_m[order], across[order], refusal[order])
    return answer, tuple(notes)
