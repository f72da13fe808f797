"""What codes of an evaluation are called for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from mujun.evaluation.engine import NOT_GRADED
from mujun.rulebook.ruleset import RuleSet

CAUSES: dict[str, Any] = {
    "rules": _("规则变化"),
    "data": _("本企业数据变化"),
    "others": _("其他企业变化"),
    "new": _("新进入评价"),
    "gone": _("不再评价"),
}


def cause(due_to: str) -> str:
    """What a move is due to, for people."""
    return "、".join(str(CAUSES.get(part, part)) for part in due_to.split("+") if part)


def reason_labels(rules: RuleSet) -> dict[str, str]:
    """Code of why a firm has no rank → label."""
    return NOT_GRADED | {exemption.name: exemption.label for exemption in rules.exemptions}
