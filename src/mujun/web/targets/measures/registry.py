"""The figures that formulas may name. An app registers its own in ``AppConfig.ready``::

    register(Provider("freed_mu", "已验收腾出面积", "亩", accumulates=True, courses=freed))

``courses`` gets extents of many targets at once and answers in their order, by a fixed number of queries.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.rulebook.expressions import Expression
from mujun.targets.forecast import Pipeline
from mujun.targets.measuring import Months


@dataclasses.dataclass(frozen=True, slots=True)
class Extent:
    """Of whom and when a figure is asked: from ``starts_on`` to ``until`` (last day, included), of a town, a block, or all.

    ``target`` is the key of the target asked for; of a former year, of its predecessor (None: it had none).
    """

    target: int | None
    starts_on: dt.date
    until: dt.date
    town: str = ""
    block: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Provider:
    """One figure. ``accumulates``: it adds up from ``starts_on`` on; else it is a level at the month's end.

    ``pipeline``, where there is one, says what is still to come by planned stage dates.
    """

    name: str
    label: Any
    unit: str
    accumulates: bool
    courses: Callable[[Sequence[Extent]], list[Months]]
    pipeline: Callable[[Sequence[Extent]], list[Pipeline]] | None = None
    hint: Any = ""


PROVIDERS: dict[str, Provider] = {}
"""Every figure by its name."""


def register(provider: Provider) -> Provider:
    """Make a figure known; the same name from another place is a fault of the program."""
    held = PROVIDERS.get(provider.name)
    if held is not None and held.courses.__module__ != provider.courses.__module__:
        raise ValueError(f"the figure {provider.name} is registered twice")
    PROVIDERS[provider.name] = provider
    return provider


def adds_over_months(formula: Expression) -> bool:
    """Whether a formula adds up over the months: all its figures do, and twice the figures give twice the result."""
    providers = [PROVIDERS.get(name) for name in formula.names]
    if not all(one is not None and one.accumulates for one in providers):
        return False
    once = {name: 3.0 + 2.0 * place for place, name in enumerate(sorted(formula.names))}
    single = float(formula.over(once))
    return abs(float(formula.over({name: 2 * value for name, value in once.items()})) - 2 * single) < 1e-9


def check_names(names: Collection[str]) -> None:
    """Refuse a formula that names what nobody provides, or nothing at all."""
    unknown = sorted(set(names) - PROVIDERS.keys())
    if unknown:
        known = "、".join(f"{one.name}（{one.label}）" for one in PROVIDERS.values())
        raise Refused(
            _("算式里的“{names}”不是已有的数据。").format(names="、".join(unknown)),
            next_step=_("可以使用：{known}。").format(known=known),
        )
    if not names:
        raise Refused(_("算式至少要用到一项数据。"))
