"""How statements and targets are said in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from mujun.targets.breakdown import shown
from mujun.targets.direction import falls
from mujun.targets.statement import Statement
from mujun.web.targets.models import StatementBound, StatementChange

BOUNDS = {StatementBound.GE: _("不少于"), StatementBound.LE: _("不超过"), StatementBound.APPROX: _("约")}
CHANGES = {StatementChange.GROWTH: _("增长"), StatementChange.DECLINE: _("下降")}


def said(held: Any) -> str:
    """What a statement or target says: ``不少于5,000亩``, ``增长8%``, ``下降不少于3.2%``. A negative growth has its sign."""
    change = CHANGES.get(held.change, "") if held.value >= 0 else ""
    words = f"{change}{BOUNDS.get(held.bound, '')}"
    return f"{words}{' ' if words[-1:].isascii() and words[-1:].isalpha() else ''}{shown(held.value, held.unit)}"


def change_of(statement: Statement, text: str) -> str:
    """Whether a statement read from ``text`` is a level, a growth or a decline, as the ledger holds it."""
    return StatementChange.DECLINE.value if falls(text, statement) else statement.change.value
