"""Cross-table and range checks: what single cells cannot show."""

from __future__ import annotations

from mujun.base.defects import DefectLog
from mujun.register.checks import building, figures, firms, land, marks, periods, references, shapes, shares
from mujun.register.checks.view import View
from mujun.register.tables import Register

__all__ = ["check_register"]


def check_register(register: Register, *, year: int | None = None) -> DefectLog:
    """Return what the tables of ``register`` say against each other; nothing is changed.

    ``year`` is the year to be evaluated; without it the last year that most firms have figures for stands in.
    """
    view = View(register, year)
    log = DefectLog()
    for part in (references, firms, marks, figures, periods, shares, land, building, shapes):
        for check in part.CHECKS:
            log.extend(check(view))
    return log
