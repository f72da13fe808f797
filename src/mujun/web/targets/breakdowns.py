"""Breakdowns of the tables held against the rules."""

from __future__ import annotations

import functools

from mujun.rulebook.targets.breakdown import BreakdownRules, load_breakdown
from mujun.targets.breakdown import Part, Rule, Verdict, check
from mujun.targets.statement import Bound
from mujun.web.targets.models import Target, TargetState


@functools.cache
def rules() -> BreakdownRules:
    """The rules that come along."""
    return load_breakdown()


def rule_for(unit: str, *, growth: bool) -> str:
    """Return the usual rule for a unit."""
    return rules().rule_for(unit, growth=growth)


def verdict_of(whole: Target, parts: list[Target] | None = None) -> Verdict:
    """Hold the parts of ``whole`` (asked for where not given) against it."""
    if parts is None:
        parts = list(whole.parts.exclude(state=TargetState.WITHDRAWN).order_by("place", "pk"))
    return check(
        whole.value, whole.unit, Bound(whole.bound), [Part(one.name, one.value, one.weight) for one in parts],
        Rule(whole.rule), over_share=rules().over_share,
    )  # fmt: skip
