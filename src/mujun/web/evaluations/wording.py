"""Cells and causes as people name them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from mujun.register.schema import TABLES
from mujun.web.register import wording

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


def cell_label(table: str, key: Sequence[str], column: str) -> str:
    """Name a cell: table, key without the firm's own code, column with its unit."""
    schema = TABLES[table]
    where = [part for name, part in zip(schema.key, key, strict=True) if name != "firm_id" and part]
    return " ".join([schema.label, *where, wording.label(table, column)])
