"""One quantitative statement of a document: a number that says how much is to be reached, was reached, or holds."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from enum import StrEnum


class Bound(StrEnum):
    """How the number bounds the quantity: 以上、超、突破 are ``GE``; 以下、不超过、100强 are ``LE``; 约、近、余 ``APPROX``."""

    EQ = "eq"
    GE = "ge"
    LE = "le"
    APPROX = "approx"


class Change(StrEnum):
    """Whether the number is a level (also a count of additions) or a rate of growth or decline."""

    LEVEL = "level"
    GROWTH = "growth"


class Kind(StrEnum):
    """What the number is to the body that speaks: to be reached, reached, or neither."""

    TARGET = "target"
    RESULT = "result"
    FACT = "fact"


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    ``start``, ``end``: code points of the raw text, end exclusive; ``quote`` is exactly ``raw[start:end]``. ``value`` is
    in the base unit (万, 亿 multiplied out; 成 as percent; half a year as 6 months). ``metric`` is what is measured, in the
    clean simplified words of the document. ``period``: ``2023``, ``2022-01..2022-09``, ``十三五``, or None. ``section``:
    the headings above, joined with " › "; ``scope``: whom it speaks of (a town, a firm, the county), empty if not said.
    """

    start: int
    end: int
    quote: str
    metric: str
    value: Decimal
    unit: str
    bound: Bound
    change: Change
    kind: Kind
    period: str | None = None
    section: str = ""
    scope: str = ""
