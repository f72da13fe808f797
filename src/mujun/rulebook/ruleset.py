"""What a rule set is made of. A rule set is read from YAML by :mod:`mujun.rulebook.load` and never changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from fractions import Fraction

from mujun.rulebook.expressions import Expression
from mujun.rulebook.parameters import Dated

GRADE_ORDER = ("A", "B", "C", "C-", "D")
"""Grades from best to worst; T stands apart."""


@dataclasses.dataclass(frozen=True, slots=True)
class Clause:
    """Where a rule comes from: document, its number, the clause, and whether it is published or our default."""

    document: str = ""
    number: str = ""
    clause: str = ""
    origin: str = "default"

    @property
    def text(self) -> str:
        """The clause as people cite it."""
        return " ".join(part for part in (self.document, self.number, self.clause) if part)


@dataclasses.dataclass(frozen=True, slots=True)
class Indicator:
    """A quotient of two figures of a firm, e.g. tax per mu."""

    name: str
    label: str
    unit: str
    numerator: Expression
    denominator: Expression
    lower_is_better: bool = False

    @property
    def inputs(self) -> frozenset[str]:
        """The figures that the quotient needs."""
        return self.numerator.names | self.denominator.names


@dataclasses.dataclass(frozen=True, slots=True)
class Baseline:
    """``given`` (dated value), ``mean`` (Σ numerator ÷ Σ denominator of the year) or ``previous_mean`` × factor.

    ``over`` is ``group`` (same ranking group and score card) or ``county``; ``decimals`` rounds a mean half up.
    """

    kind: str
    given: Dated | None = None
    factor: Fraction = Fraction(1)
    over: str = "group"
    decimals: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """One indicator on a score card.

    ``method``: ratio (v ÷ b × w), minmax (w × [f + (1 − f)(v − min) ÷ (max − min)]), best (v ÷ max × w, or
    (2 − v ÷ mean) × w where lower is better), value (the indicator itself). ``cap`` is a multiple of the weight
    (None = off), ``floor`` points (None = off). ``missing``: zero, mean (of those with data), full, or skip
    (its weight is spread over the others). ``negative``: keep or zero.
    """

    indicator: Indicator
    weight: Dated
    method: str
    baseline: Baseline | None
    cap: Fraction | None
    floor: Fraction | None
    floor_share: Fraction
    missing: str
    negative: str
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """A score card: which firms it is for and what they are measured by."""

    name: str
    label: str
    when: Expression
    items: tuple[Item, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Cuts:
    """Grade cuts. By ``rank``: cumulative shares from the top and from the bottom in percent; by ``score``: points."""

    by: str
    top: tuple[tuple[str, Fraction], ...]
    bottom: tuple[tuple[str, Fraction], ...]
    rest: str
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class Sector:
    """A part of a group, by industry divisions (GB/T 4754, two digits); ``divisions`` empty = all others."""

    name: str
    label: str
    divisions: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Firms that are ranked among themselves, apart by sector where there are sectors."""

    name: str
    label: str
    when: Expression
    sectors: tuple[Sector, ...]
    cuts: Cuts
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class Points:
    """A bonus or a penalty: ``points`` (an expression, never counted below 0) where ``when`` holds, capped."""

    name: str
    label: str
    when: Expression
    points: Expression
    cap: Fraction | None
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class Bound:
    """A veto (``grade`` is the best a firm may get) or a protection (the worst), where ``when`` holds."""

    name: str
    label: str
    when: Expression
    grade: str
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class Exemption:
    """Firms set apart: ``grade`` is T or empty; ``scored`` ones still get items and a total, but no rank."""

    name: str
    label: str
    when: Expression
    grade: str
    scored: bool
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class Tenants:
    """``apart`` (each firm alone) or ``pooled`` (a tenant joins its lessor unless ``apart_when`` holds)."""

    mode: str
    apart_when: Expression | None
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class RuleSet:
    """One county's ruler. ``digest`` is the SHA-256 of the YAML text it was read from."""

    name: str
    title: str
    text: str
    digest: str
    documents: Mapping[str, Clause]
    tax_items: tuple[tuple[str, Fraction], ...]
    tenants: Tenants
    merged_for_information: bool
    exemptions: tuple[Exemption, ...]
    cards: tuple[Card, ...]
    groups: tuple[Group, ...]
    bonus: tuple[Points, ...]
    bonus_cap: Fraction | None
    penalty: tuple[Points, ...]
    vetoes: tuple[Bound, ...]
    protections: tuple[Bound, ...]
    tie_break: tuple[str, ...]
    area_clause: Clause

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The union of the cards' indicators, in order of first appearance."""
        seen: dict[str, Indicator] = {}
        for card in self.cards:
            for item in card.items:
                seen.setdefault(item.indicator.name, item.indicator)
        return tuple(seen.values())

    @property
    def needs_previous_year(self) -> bool:
        """Whether a baseline is drawn from last year's figures."""
        return any(
            item.baseline is not None and item.baseline.kind == "previous_mean"
            for card in self.cards
            for item in card.items
        )
