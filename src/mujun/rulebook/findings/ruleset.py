"""What a findings rule set is made of. Read from YAML by :mod:`mujun.rulebook.findings.load`, never changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from mujun.rulebook.expressions import Expression
from mujun.rulebook.findings.figures import GRADE, PARCEL_FIGURES
from mujun.rulebook.parameters import Dated
from mujun.rulebook.ruleset import Clause

KINDS: dict[str, str] = {
    "yield_per_mu": "亩均产出低",
    "grade": "评价等级低",
    "site_below_scale": "占地大未上规",
    "floor_area_ratio": "容积率低",
    "approved_not_supplied": "批而未供",
    "supplied_not_used": "供而未用",
    "used_not_full": "用而未尽",
    "built_not_producing": "建而未投",
    "below_promise": "投而未达标",
    "idle_1y": "闲置满一年",
    "idle_2y": "闲置满两年",
    "illegal_use": "违法用地",
    "other": "其他",
}
COMPARISONS: dict[str, str] = {"below": "低于", "at_most": "不高于", "above": "高于", "at_least": "达到"}
"""How a figure is compared with the threshold, and the word for it in a sentence."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ageing:
    """Stages by a figure: ``limits`` are (from this value on, label), ascending; below the first: ``before``."""

    figure: str
    before: str
    limits: tuple[tuple[Fraction, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: a parcel is found where ``when`` holds and ``figure`` compares with the threshold.

    ``threshold`` is a dated value or an expression over the parcel's figures (a promise in the contract); None where
    ``when`` alone decides. ``grades`` are those that are found (kind ``grade`` only). ``towns`` limits the criterion to
    some towns (empty: everywhere). ``fee`` is a share of the land price.
    """

    name: str
    label: str
    kind: str
    figure: str
    comparison: str
    threshold: Dated | Expression | None
    when: Expression
    grades: tuple[str, ...]
    towns: tuple[str, ...]
    fee: Dated | None
    ageing: Ageing | None
    clause: Clause

    @property
    def unit(self) -> str:
        """The unit of value and threshold."""
        return PARCEL_FIGURES[self.figure].unit if self.figure in PARCEL_FIGURES else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure that the criterion reads, the compared one first."""
        found = [self.figure] if self.figure else []
        if isinstance(self.threshold, Expression):
            found += sorted(self.threshold.names)
        found += sorted(self.when.names)
        return tuple(dict.fromkeys(found))


@dataclasses.dataclass(frozen=True, slots=True)
class FindingsRules:
    """One county's criteria; any one of them makes a finding. ``digest`` is the SHA-256 of the YAML text.

    ``grade_rules`` names the evaluation rule set whose grades are meant where the caller has none.
    """

    name: str
    title: str
    text: str
    digest: str
    documents: Mapping[str, Clause]
    grade_rules: str
    criteria: tuple[Criterion, ...]

    @property
    def needs_grades(self) -> bool:
        """Whether some criterion reads the grades of firms."""
        return any(criterion.figure == GRADE for criterion in self.criteria)

    def criterion(self, name: str) -> Criterion:
        """Return the criterion called ``name``; raise KeyError where there is none."""
        for criterion in self.criteria:
            if criterion.name == name:
                return criterion
        raise KeyError(name)


def reference_day(year: int) -> dt.date:
    """The day on which land is looked at: 31 December of ``year``."""
    return dt.date(year, 12, 31)
