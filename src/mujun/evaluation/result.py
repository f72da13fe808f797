"""The outcome of one evaluation as tables."""

from __future__ import annotations

import dataclasses
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.exact import SCORE_UNIT, Floats, Ints
from mujun.evaluation.engine import Results, frames, measure
from mujun.evaluation.frame import FirmFrame, pooled
from mujun.evaluation.ranking import NO_GAP
from mujun.evaluation.scoring import FLAGS, Reference
from mujun.register.areas import PARTS
from mujun.register.lookup import positions_of
from mujun.register.tables import Register
from mujun.rulebook.ruleset import GRADE_ORDER, RuleSet

GRADES = (*GRADE_ORDER, "T", "")
"""Every grade a firm can have, best first, then T, then none."""
Codes = npt.NDArray[np.int8]
Objects = npt.NDArray[np.object_]


@dataclasses.dataclass(frozen=True, slots=True)
class RowsByFirm:
    """Row numbers by the position of the firm they belong to."""

    rows: Ints
    ends: Ints

    @classmethod
    def of(cls, firms: Ints, rows: Ints, size: int) -> RowsByFirm:
        """Sort ``rows`` by ``firms`` (positions 0 … size-1)."""
        order = np.argsort(firms, kind="stable")
        ends = np.cumsum(np.bincount(firms, minlength=size)).astype(np.int64)
        return cls(rows[order].astype(np.int64), ends)

    def __getitem__(self, firm: int) -> Ints:
        return np.unique(self.rows[self.ends[firm - 1] if firm else 0 : self.ends[firm]])


@dataclasses.dataclass
class Evaluation:
    """One year of one register measured by one rule set. Nothing in it changes afterwards."""

    register: Register
    rules: RuleSet
    year: int
    frame: FirmFrame
    results: Results

    @property
    def positions(self) -> pd.Index:
        """The firms, for looking up a position with ``get_loc``."""
        return self.frame.firm_ids

    @property
    def baselines(self) -> dict[tuple[str, str, str], Reference]:
        """The baselines in use by (group, card, indicator)."""
        return self.results.baselines

    @cached_property
    def grade_codes(self) -> Codes:
        """Each firm's grade as a place in :data:`GRADES` (the last one is no grade)."""
        codes = np.where(self.results.grade >= 0, self.results.grade, len(GRADES) - 1).astype(np.int8)
        scope = self.results.scope
        for number, exemption in enumerate(self.rules.exemptions):
            codes[scope.measured & (scope.exempt == number)] = GRADES.index(exemption.grade)
        return codes[self.frame.head]

    @cached_property
    def grade_names(self) -> Objects:
        """Each firm's grade as printed: A, B, C, C-, D, T, or empty."""
        return np.array(GRADES, dtype=object)[self.grade_codes]

    @cached_property
    def reason_codes(self) -> tuple[Codes, list[str]]:
        """Why a firm has no rank, as codes and their names: empty, the exemptions, out_of_scope, no_area, pooled."""
        names = ["", *(exemption.name for exemption in self.rules.exemptions), "out_of_scope", "no_area", "pooled"]
        scope = self.results.scope
        codes = (scope.exempt + 1).astype(np.int8)
        codes[(scope.card < 0) | (scope.group < 0)] = len(names) - 3
        codes[~scope.has_area] = len(names) - 2
        codes[self.frame.head != np.arange(len(self.frame))] = len(names) - 1
        return codes, names

    @property
    def reasons(self) -> Objects:
        """Each firm's reason for having no rank; empty where it has one."""
        codes, names = self.reason_codes
        return np.array(names, dtype=object)[codes]

    @cached_property
    def group_codes(self) -> tuple[Ints, list[str]]:
        """The ranking group of each measured firm, as codes and their names (the last one is none)."""
        scope = self.results.scope
        names = [*scope.group_names, ""]
        return np.where(scope.measured, scope.group, len(names) - 1)[self.frame.head], names

    @property
    def groups(self) -> Objects:
        """The ranking group of each measured firm; empty elsewhere."""
        codes, names = self.group_codes
        return np.array(names, dtype=object)[codes]

    @property
    def grades(self) -> pd.DataFrame:
        """The columns of ``grades.csv``, one row per firm in register order. Points are floats, blank is NaN."""
        columns: dict[str, Any] = {
            "firm_id": np.asarray(self.frame.firm_ids, dtype=object),
            "year": np.full(len(self.frame), self.year, dtype=np.int64),
            "group": self.groups,
            "area_mu": self.frame.columns["area_mu"],
        }
        for name, scores in self.results.items.items():
            columns[name] = scores.value
            columns[f"{name}_score"] = _shown(scores.score, np.flatnonzero(~scores.on_card))
        points = self.points()
        columns |= {name: points[name] / SCORE_UNIT for name in ("bonus", "penalty", "total")}
        columns |= {"rank": self.ranks(), "grade": self.grade_names, "reason": self.reasons}
        gap = self.results.gap
        columns["next_grade_gap"] = np.where(gap == NO_GAP, np.nan, gap / SCORE_UNIT)
        frame = pd.DataFrame(columns, copy=False)
        frame.loc[~self.results.scope.measured[self.frame.head], ["bonus", "penalty", "total"]] = np.nan
        return frame

    @cached_property
    def merged_total(self) -> Ints | None:
        """Totals (1/10,000 point) with tenants merged into their lessors, where the rule set asks for them.

        For information only (混合型企业): baselines, means and grades are those of the firms alone.
        """
        if not self.rules.merged_for_information:
            return None
        together = pooled(self.frame, self.rules)
        return None if together is self.frame else measure(together, self.rules, None, fixed=self.results).total

    @cached_property
    def tax_before(self) -> Floats:
        """The tax of the year before, per firm, as the measures table has it; NaN where it has none."""
        measures = self.register["measures"]
        rows = np.flatnonzero((measures["year"] == self.year - 1).fillna(False).to_numpy(dtype=bool))
        owners = positions_of(measures["firm_id"].iloc[rows], self.positions)
        tax: Floats = np.full(len(self.frame), np.nan)
        tax[owners[owners >= 0]] = measures["tax_wan"].to_numpy(dtype=np.float64)[rows[owners >= 0]]
        return tax

    @cached_property
    def land_rows(self) -> RowsByFirm:
        """The positions, within ``frame.areas.rows``, of the land that each firm uses or lets."""
        areas = self.frame.areas
        users, lessors = np.flatnonzero(areas.firm >= 0), np.flatnonzero(areas.lessor >= 0)
        firms = np.concatenate([areas.firm[users], areas.lessor[lessors]])
        return RowsByFirm.of(firms, np.concatenate([users, lessors]), len(self.frame))

    @cached_property
    def _rows(self) -> dict[str, RowsByFirm]:
        return {}

    def rows_of(self, table: str, firm: int) -> Ints:
        """Return the rows of ``table`` (marks, taxes, measures) that belong to the firm in the evaluated year."""
        if table not in self._rows:
            data = self.register[table]
            rows = np.flatnonzero((data["year"] == self.year).fillna(False).to_numpy(dtype=bool))
            owners = positions_of(data["firm_id"].iloc[rows], self.positions)
            self._rows[table] = RowsByFirm.of(owners[owners >= 0], rows[owners >= 0], len(self.frame))
        return self._rows[table][firm]

    def points(self) -> dict[str, Ints]:
        """Return bonus, penalty and total in 1/10,000 point; a pooled tenant has its head's."""
        results = self.results
        points = {"bonus": results.bonus_total, "penalty": results.penalty_total, "total": results.total}
        return {name: values[self.frame.head] for name, values in points.items()} if self.frame.is_pooled else points

    def ranks(self) -> pd.arrays.IntegerArray:
        """Return the rank inside the group; <NA> where the firm is not ranked."""
        rank = self.results.standing.rank[self.frame.head]
        return pd.arrays.IntegerArray(rank, rank == 0)

    @property
    def accounts(self) -> pd.DataFrame:
        """Every number of every account, one row per firm: see docs/reference/accounts.md for the columns."""
        frame, results = self.frame, self.results
        columns: dict[str, Any] = {"firm_id": frame.firm_ids, "group": _categories(*self.group_codes)}
        columns |= {f"{part}_m2": frame.areas.parts[part].floats() for part in PARTS}
        columns |= dict(frame.columns)
        shown = np.empty((len(results.items), 2, len(frame)))  # one block: fresh memory comes faster in one piece
        for (name, scores), (raw, score) in zip(results.items.items(), shown, strict=True):
            columns[name] = scores.value
            columns[f"{name}_baseline"] = scores.baseline
            columns[f"{name}_weight"] = scores.weight
            not_on_card = np.flatnonzero(~scores.on_card)
            columns[f"{name}_raw"] = _shown(scores.raw, not_on_card, raw)
            columns[f"{name}_score"] = _shown(scores.score, not_on_card, score)
            columns[f"{name}_flag"] = _categories(scores.flag, list(FLAGS))
        for kind, parts in (("bonus", results.bonus), ("penalty", results.penalty)):
            columns |= {f"{kind}_{name}": points / SCORE_UNIT for name, points in parts.items()}
        columns |= {name: points / SCORE_UNIT for name, points in self.points().items()}
        columns["rank"] = results.standing.rank
        columns["group_size"] = np.append(results.standing.sizes, 0)[results.standing.group]
        columns["grade_by_rank"] = _categories(results.grade_by_rank, list(GRADE_ORDER))
        for kind, chosen, bounds in (
            ("veto", results.vetoed, self.rules.vetoes),
            ("protection", results.protected, self.rules.protections),
        ):
            names = [bound.name for bound in bounds]
            columns[kind] = _categories(chosen.astype(np.int8), names)
        columns["grade"] = _categories(self.grade_codes, list(GRADES))
        columns["reason"] = _categories(*self.reason_codes)
        columns["next_grade_gap"] = np.where(results.gap == NO_GAP, np.nan, results.gap / SCORE_UNIT)
        return pd.DataFrame(columns, copy=False)


def _shown(points: Ints, without: Ints, into: Floats | None = None) -> Floats:
    """Return points as floats (written ``into`` an array where one is given); NaN at the positions ``without`` any."""
    shown: Floats = np.divide(points, SCORE_UNIT, out=into)
    shown[without] = np.nan
    return shown


@lru_cache(maxsize=256)
def _names_dtype(names: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(names))


def _categories(codes: Codes | Ints, names: list[str]) -> Any:
    """Return the name of each code; the codes are ours, so they are not looked through again."""
    return pd.Categorical.from_codes(codes, dtype=_names_dtype(tuple(names)), validate=False)


def evaluate(register: Register, rules: RuleSet, year: int) -> Evaluation:
    """Measure every firm of ``register`` for ``year`` (state of 31 December) with ``rules``.

    Returns one result per firm, also for those not graded. Raises MujunError where the year (or, for rule sets that
    compare with it, the year before) has no figures.
    """
    frame, previous = frames(register, rules, year)
    results = measure(frame, rules, previous)
    return Evaluation(register, rules, year, frame, results)
