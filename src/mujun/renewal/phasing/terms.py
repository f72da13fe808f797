"""The terms of a phasing: money per period, how much later benefit counts for, and what freed land can host."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from mujun.base.errors import MujunError

EARLY = 0.99
"""What a benefit of the next period counts for, of one of this period, unless said otherwise: slightly favours early."""


@dataclasses.dataclass(frozen=True, slots=True)
class PhasingTerms:
    """T periods (quarters), counted from 1 in tables and from 0 in arrays.

    ``budget_by_period`` T amounts in the unit of the costs; what is left of one period is not carried over.
    ``discount`` T factors of the benefit of each period, never rising (empty: 0.99 to the power of the periods before).
    ``new_floor_m2_per_mu`` floor space by sector that one freed mu hosts, in new factories, ``lag`` periods after it was
    freed; the sector "" stands for floor space open to every sector. ``split``: a workshop may be spread over several
    units of one building; otherwise it stays whole.
    """

    budget_by_period: tuple[float, ...]
    discount: tuple[float, ...] = ()
    new_floor_m2_per_mu: Mapping[str, float] = dataclasses.field(default_factory=dict)
    lag: int = 2
    split: bool = False

    def __post_init__(self) -> None:
        if not self.discount:
            factors = tuple(EARLY**period for period in range(len(self.budget_by_period)))
            object.__setattr__(self, "discount", factors)
        self._check()

    @property
    def periods(self) -> int:
        """T."""
        return len(self.budget_by_period)

    def _check(self) -> None:
        falling = all(a >= b for a, b in zip(self.discount, self.discount[1:], strict=False))
        faults = (
            (self.periods < 1, "至少要有一期预算。"),
            (any(not amount >= 0 for amount in self.budget_by_period), "每期预算要是不小于 0 的数。"),
            (len(self.discount) != self.periods, "折减系数的个数要与期数相同。"),
            (not falling or any(not factor >= 0 for factor in self.discount), "折减系数要不小于 0，且不逐期上升。"),
            (self.lag < 1, "建厂滞后至少为 1 期：土地当期腾出，当期建不成厂房。"),
            (any(not floor >= 0 for floor in self.new_floor_m2_per_mu.values()), "每亩新建面积要不小于 0。"),
        )
        for wrong, why in faults:
            if wrong:
                raise MujunError("分期条件不能使用：", why=why, next_step="请改正后重试。")
