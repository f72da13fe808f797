"""A refusal of the engine as the pages tell it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.state import Refusal


class CaseRefused(Refused):
    """What the engine refused; ``who`` can do it (names for people), ``missing``: keys of fields, evidence, reason …"""

    def __init__(self, refusal: Refusal) -> None:
        self.who, self.missing = refusal.who, refusal.missing
        step = _("可以办理的是：{who}。").format(who="、".join(refusal.who)) if refusal.who else ""
        super().__init__(refusal.sentence, next_step=step)
