"""What codes of an evaluation are called for people."""

from __future__ import annotations

from mujun.evaluation.engine import NOT_GRADED
from mujun.rulebook.ruleset import RuleSet


def reason_labels(rules: RuleSet) -> dict[str, str]:
    """Code of why a firm has no rank → label."""
    return NOT_GRADED | {exemption.name: exemption.label for exemption in rules.exemptions}
