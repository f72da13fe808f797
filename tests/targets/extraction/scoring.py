"""How far statements that were found agree with those that people agreed on."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable

from mujun.targets.extraction import extract
from mujun.targets.statement import Statement
from tests.targets.labels import Label, LabelledPage

_NEAR = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Error:
    """One disagreement. ``sort``: missed, extra, value, unit, bound, kind; ``said``: what was found instead."""

    page: str
    sort: str
    quote: str
    said: str = ""


@dataclasses.dataclass(slots=True)
class Score:
    """Counts over pages: labels, statements found, those that agree in span, value, unit and bound, and in kind too."""

    labels: int = 0
    found: int = 0
    agreed: int = 0
    kinds: int = 0
    periods: int = 0
    metrics: int = 0
    near_metrics: int = 0
    errors: list[Error] = dataclasses.field(default_factory=list, repr=False)  # a failing test must not show held pages

    @property
    def f1(self) -> float:
        """Return F1 on span, value, unit and bound; a span agrees if it overlaps."""
        return 2 * self.agreed / (self.labels + self.found) if self.labels + self.found else 1.0

    @property
    def kind(self) -> float:
        """Return the share of the agreeing statements whose kind agrees too."""
        return self.kinds / self.agreed if self.agreed else 1.0

    @property
    def period(self) -> float:
        """Return the share of the agreeing statements whose period is the label's."""
        return self.periods / self.agreed if self.agreed else 1.0

    @property
    def metric(self) -> tuple[float, float]:
        """Return the shares of the agreeing statements whose metric is the label's, and that share half its pairs."""
        return (self.metrics / self.agreed, self.near_metrics / self.agreed) if self.agreed else (1.0, 1.0)

    def counts(self) -> dict[str, int]:
        """Return how many errors there are of each sort."""
        return dict(Counter(error.sort for error in self.errors))


def score(pages: Iterable[LabelledPage]) -> Score:
    """Extract from each page and compare."""
    total = Score()
    for page in pages:
        _compare(page, extract(page.raw, name=page.name), total)
    return total


def _compare(page: LabelledPage, statements: list[Statement], total: Score) -> None:
    total.labels += len(page.labels)
    total.found += len(statements)
    free = set(range(len(statements)))
    for label in page.labels:
        overlapping = [i for i in sorted(free) if statements[i].start < label.end and label.start < statements[i].end]
        if not overlapping:
            total.errors.append(Error(page.name, "missed", label.quote))
            continue
        best = min(overlapping, key=lambda i: len(_differences(statements[i], label)))
        free.discard(best)
        differences = _differences(statements[best], label)
        total.agreed += not differences
        total.kinds += not differences and statements[best].kind == label.kind
        total.periods += not differences and statements[best].period == label.period
        total.metrics += not differences and statements[best].metric == label.metric
        total.near_metrics += not differences and alike(statements[best].metric, label.metric) >= _NEAR
        total.errors += [Error(page.name, sort, label.quote, said) for sort, said in differences.items()]
        if not differences and statements[best].kind != label.kind:
            total.errors.append(Error(page.name, "kind", label.quote, f"{label.kind} → {statements[best].kind}"))
    total.errors += [Error(page.name, "extra", statements[i].quote) for i in sorted(free)]


def alike(one: str, other: str) -> float:
    """Return the share of pairs of neighbouring characters that two metrics have in common (Dice)."""
    mine = {one[at : at + 2] for at in range(len(one) - 1)}
    yours = {other[at : at + 2] for at in range(len(other) - 1)}
    if not mine or not yours:
        return float(one == other)
    return 2 * len(mine & yours) / (len(mine) + len(yours))


def _differences(statement: Statement, label: Label) -> dict[str, str]:
    near = abs(float(statement.value) - label.value) <= 1e-9 * max(1.0, abs(label.value))
    said = {"value": "" if near else str(statement.value)}
    said["unit"] = "" if statement.unit == label.unit else statement.unit or "—"
    said["bound"] = "" if statement.bound == label.bound else str(statement.bound)
    return {sort: words for sort, words in said.items() if words}
