"""Marks: codes that rule sets read, and points where a mark needs them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rapidfuzz import fuzz, process

from mujun.base.defects import Defect
from mujun.register.checks.view import View

KNOWN_MARKS = frozenset(
    {
        "veto_safety", "veto_environment", "veto_food", "veto_task", "veto_energy", "veto_quality",
        "new_firm", "scale_up", "under_construction", "class_t", "utility",
        "bonus_safety", "bonus_carbon", "bonus_innovation", "minus_county",
    }
)  # fmt: skip
"""Marks of the exchange format."""
_ALIKE = 60
_LETTERS = 20


def codes(view: View) -> Iterator[Defect]:
    """Mark codes are known, or at least used for many firms by a rule set of the county's own."""
    values = view["marks"]["code"]
    counts = values.value_counts()
    known = KNOWN_MARKS | set(counts[counts >= _LETTERS].index)
    for position in np.flatnonzero(((values != "") & ~values.isin(known)).to_numpy(dtype=bool)):
        near = process.extractOne(values.iat[position], sorted(KNOWN_MARKS), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        hint = f"（是否为“{near[0]}”）" if near else ""
        yield view.say("mark_unknown", "marks", position, "code", value=values.iat[position], hint=hint)


def points(view: View) -> Iterator[Defect]:
    """Bonus and minus marks say how many points."""
    marks = view["marks"]
    lacking = marks["code"].str.startswith(("bonus_", "minus_")) & marks["points"].isna()
    for position in np.flatnonzero(lacking.to_numpy(dtype=bool)):
        yield view.say("points_missing", "marks", position, "points", value=marks["code"].iat[position])


CHECKS = (codes, points)
