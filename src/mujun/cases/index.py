"""The index of a list: its formula over counts, line by line, with the arithmetic shown."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from mujun.base.exact import decimal
from mujun.cases.definition import Definition
from mujun.cases.figures import COUNTS

Number = int | float | Decimal | Fraction


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line of the arithmetic: ``formula`` as written, ``numbers`` the same with the values in it."""

    key: str
    label: str
    formula: str
    numbers: str
    value: Fraction | None


@dataclasses.dataclass(frozen=True, slots=True)
class IndexResult:
    """``value``: the index, None where it cannot be computed (``sentence`` says why)."""

    label: str
    value: Fraction | None
    lines: tuple[Line, ...]
    sentence: str = ""


def compute_index(definition: Definition, counts: Mapping[str, Number], day: dt.date) -> IndexResult | None:
    """Return the index of ``definition`` with the parameters in force on ``day``; None where the list has none.

    ``counts``: figures by the names of :data:`mujun.cases.figures.COUNTS`; one that is missing makes nothing of what
    needs it, so a forgotten count is never taken for 0.
    """
    index = definition.index
    if index is None:
        return None
    values: dict[str, Fraction | None] = {name: exact(counts[name]) for name in COUNTS if name in counts}
    labels = dict(COUNTS)
    for parameter in index.parameters:
        values[parameter.key] = parameter.value.on(day)
        labels[parameter.key] = parameter.label
    lines = []
    for step in index.steps:
        known = all(values.get(name) is not None for name in step.formula.names)
        value = step.formula.exactly(values.get) if known else None
        value = Fraction(value) if value is not None else None
        lines.append(Line(step.key, step.label, step.formula.text, _filled(step.formula.text, values), value))
        values[step.key], labels[step.key] = value, step.label
    result = lines[-1].value
    lacking = [line for line in lines if line.value is None]
    why = ""
    if result is None:
        first = lacking[0]
        names = [labels[name] for name in sorted(_names(first.formula)) if values.get(name) is None and name in labels]
        why = f"“{first.label}”算不出来：" + (f"缺少{'、'.join(names)}。" if names else "除数为 0，还没有事项。")
    return IndexResult(index.label, result, tuple(lines), why)


def deduction_points(definition: Definition, events: Mapping[str, Number], day: dt.date) -> IndexResult:
    """Return the sum of deductions for ``events`` (key of the deduction → how often), with its arithmetic.

    An event reported by the office itself counts half, one concealed twice: give 0.5 or 2. Raises KeyError for an event
    that the list does not know.
    """
    known = {deduction.key: deduction for deduction in definition.deductions}
    sums: dict[str, Fraction] = {}
    caps: dict[str, Fraction | None] = {}
    lines = []
    for key, times in events.items():
        deduction = known[key]
        points = deduction.points.on(day) or Fraction(0)
        value = points * exact(times)
        sums[deduction.group] = sums.get(deduction.group, Fraction(0)) + value
        caps[deduction.group] = deduction.cap
        lines.append(Line(key, deduction.label, "points * times", f"{_plain(points)} * {_plain(exact(times))}", value))
    total = Fraction(0)
    for group, value in sums.items():
        cap = caps[group]
        kept = value if cap is None else max(-cap, min(cap, value))
        if kept != value:
            lines.append(Line(group, "封顶", "cap", f"{_plain(value)} → {_plain(kept)}", kept - value))
        total += kept
    return IndexResult("扣分", total, tuple(lines))


def exact(value: Number) -> Fraction:
    """Return a number as the decimal that was written."""
    return decimal(value) if isinstance(value, float) else Fraction(value)


def _names(text: str) -> set[str]:
    return set(re.findall(r"[a-z_][a-z0-9_]*", text))


def _filled(text: str, values: Mapping[str, Fraction | None]) -> str:
    def fill(found: re.Match[str]) -> str:
        value = values.get(found.group(), "")
        return found.group() if value == "" else _plain(value)  # type: ignore[arg-type]

    return re.sub(r"[A-Za-z_][A-Za-z0-9_]*", fill, text)


def _plain(value: Fraction | None) -> str:
    if value is None:
        return "—"
    rounded = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{rounded.quantize(Decimal('0.0001')).normalize():f}"
