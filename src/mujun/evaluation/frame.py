"""The figures of every firm for one year, as aligned columns: what expressions of the rule set can name."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.errors import MujunError
from mujun.base.exact import ExactSums, Floats, Ints, decimal, exact_sums
from mujun.register.areas import Areas, evaluated_areas, tenants_below_scale
from mujun.register.lookup import positions_of
from mujun.register.tables import Register
from mujun.rulebook.ruleset import RuleSet

MEASURES = (
    "tax_wan", "value_added_wan", "revenue_wan", "rd_wan", "energy_tce", "electricity_kwh", "emission_t", "employees",
)  # fmt: skip
_AREA_PARTS = {"own_mu": ("own",), "leased_mu": ("lease", "sublease"), "let_mu": ("let",), "excluded_mu": ("excluded",)}


@dataclasses.dataclass(slots=True)
class FirmFrame:
    """One element per firm of the register, in its order.

    ``columns`` holds floats (NaN = nothing) and booleans by figure name; ``sums`` the exact sums behind those
    columns that are sums. ``measure_row`` is the row in ``measures`` (-1 = none). ``head`` is the position of the
    firm that a pooled tenant is merged into (itself where it stands alone).
    """

    firm_ids: pd.Index
    year: int
    columns: dict[str, Any]
    sums: dict[str, ExactSums]
    areas: Areas
    measure_row: Ints
    head: Ints

    def __len__(self) -> int:
        return len(self.firm_ids)

    @property
    def is_pooled(self) -> bool:
        """Whether some firm is merged into another."""
        return bool((self.head != np.arange(len(self))).any())

    def exact(self, name: str, position: int) -> Fraction | bool | None:
        """Return one figure of one firm as a fraction (or truth), None for nothing."""
        value = self.columns[name][position]
        if isinstance(value, bool | np.bool_):
            return bool(value)
        if np.isnan(value):
            return None
        held = self.sums.get(name)
        if held is None:
            return decimal(float(value))
        exact = held.fraction(position)
        return exact * 3 / 2000 if name.endswith("_mu") else exact


class Picked(dict[str, Any]):
    """The columns of some firms, each picked when it is first asked for."""

    def __init__(self, frame: FirmFrame, firms: Ints) -> None:
        super().__init__()
        self.frame = frame
        self.firms = firms

    def __missing__(self, name: str) -> Any:
        self[name] = self.frame.columns[name][self.firms]
        return self[name]


def needed_names(rules: RuleSet) -> frozenset[str]:
    """Return every figure that some expression of the rule set names."""
    expressions = [card.when for card in rules.cards] + [group.when for group in rules.groups]
    expressions += [exemption.when for exemption in rules.exemptions]
    expressions += [bound.when for bound in (*rules.vetoes, *rules.protections)]
    for points in (*rules.bonus, *rules.penalty):
        expressions += [points.when, points.points]
    if rules.tenants.apart_when is not None:
        expressions.append(rules.tenants.apart_when)
    names: set[str] = {"area_mu", "own_mu", "above_scale", "tax_wan"}
    names.update(*(expression.names for expression in expressions))
    names.update(*(indicator.inputs for indicator in rules.indicators))
    return frozenset(names)


def firm_frame(register: Register, rules: RuleSet, year: int) -> FirmFrame:
    """Join the register's tables on the firms, as they stand on 31 December of ``year``.

    Raises MujunError where the year has no figures at all.
    """
    names = needed_names(rules)
    areas = evaluated_areas(register, dt.date(year, 12, 31))
    columns, measure_row = _measures(register, areas.firm_ids, year)
    sums: dict[str, ExactSums] = {"area_mu": areas.total}
    for name, parts in _AREA_PARTS.items():
        total = areas.parts[parts[0]]
        for part in parts[1:]:
            total = total.plus(areas.parts[part])
        sums[name] = total
    columns.update({name: held.floats(3, 2000) for name, held in sums.items()})
    firms = register["firms"]
    columns["above_scale"] = firms["above_scale"].fillna(False).to_numpy(dtype=bool)
    columns["below_scale"] = ~columns["above_scale"]
    if "division" in names or any(group.sectors for group in rules.groups):
        columns["division"] = divisions(firms["industry"])
    if "months_in_production" in names:
        columns["months_in_production"] = _months(firms["production_on"], year)
    if "tenants_below_scale" in names:
        columns["tenants_below_scale"] = tenants_below_scale(areas, columns["above_scale"]).astype(np.float64)
    if rules.tax_items:
        sums["tax_wan"], columns["tax_wan"] = _tax(register, rules, areas.firm_ids, year)
    columns.update(_marks(register, names, areas.firm_ids, year))
    head = np.arange(len(areas.firm_ids), dtype=np.int64)
    frame = FirmFrame(areas.firm_ids, year, columns, sums, areas, measure_row, head)
    return pooled(frame, rules) if rules.tenants.mode == "pooled" else frame


def _measures(register: Register, firm_ids: pd.Index, year: int) -> tuple[dict[str, Any], Ints]:
    measures = register["measures"]
    years = measures["year"].to_numpy(dtype=np.float64, na_value=np.nan)
    rows = np.flatnonzero(years == year)
    if not len(rows):
        have = "、".join(str(int(y)) for y in np.unique(years[~np.isnan(years)]))
        raise MujunError(
            f"没有{year}年的年度指标，不能评价。",
            next_step=f"现有年度：{have}。" if have else "请先导入年度指标（measures）。",
        )
    firm = positions_of(measures["firm_id"].iloc[rows], firm_ids)
    rows, firm = rows[firm >= 0], firm[firm >= 0]
    measure_row = np.full(len(firm_ids), -1, dtype=np.int64)
    measure_row[firm] = rows
    columns: dict[str, Any] = {}
    for name in MEASURES:
        column = np.full(len(firm_ids), np.nan)
        column[firm] = measures[name].to_numpy(dtype=np.float64)[rows]
        columns[name] = column
    return columns, measure_row


def divisions(industry: pd.Series) -> Floats:
    """Return the two-digit division of GB/T 4754 codes such as ``C3441`` or ``34``; -1 where there is none."""
    digits = industry.str.extract(r"^\s*[A-Za-z]?(\d{2})", expand=False)
    numbers: Floats = pd.to_numeric(digits, errors="coerce").fillna(-1).to_numpy(dtype=np.float64)
    return numbers


def _months(production_on: pd.Series, year: int) -> Floats:
    months = (year - production_on.dt.year) * 12 + 12 - production_on.dt.month
    full: Floats = months.to_numpy(dtype=np.float64, na_value=np.nan)
    return full


def _tax(register: Register, rules: RuleSet, firm_ids: pd.Index, year: int) -> tuple[ExactSums, Floats]:
    taxes = register["taxes"]
    share = taxes["item"].map({name: float(share) for name, share in rules.tax_items})
    counted = (taxes["year"] == year).fillna(False).to_numpy(dtype=bool) & share.notna().to_numpy()
    rows = taxes.loc[counted]
    firm = positions_of(rows["firm_id"], firm_ids)
    amounts = rows["amount_wan"].to_numpy(dtype=np.float64)
    shares = share[counted].to_numpy(dtype=np.float64)
    parts = amounts * shares
    near = np.rint(parts * 1e6) / 1e6
    held = exact_sums(np.where(np.abs(near - parts) < 1e-9, near, parts), firm, len(firm_ids))
    column = held.floats()
    present = np.zeros(len(firm_ids), dtype=bool)
    present[firm[(firm >= 0) & np.isfinite(amounts)]] = True
    column[~present] = np.nan
    return held, column


def _marks(register: Register, names: Iterable[str], firm_ids: pd.Index, year: int) -> dict[str, Any]:
    wanted = {name.split("_", 1)[1] for name in names if name.startswith(("mark_", "points_"))}
    marks = register["marks"]
    rows = marks.loc[(marks["year"] == year).fillna(False).to_numpy(dtype=bool) & marks["code"].isin(wanted).to_numpy()]
    firm = positions_of(rows["firm_id"], firm_ids)
    code = rows["code"].to_numpy(dtype=object)
    points = np.abs(rows["points"].to_numpy(dtype=np.float64))
    columns: dict[str, Any] = {}
    for wanted_code in sorted(wanted):
        chosen = (code == wanted_code) & (firm >= 0)
        has: npt.NDArray[np.bool_] = np.zeros(len(firm_ids), dtype=bool)
        has[firm[chosen]] = True
        columns[f"mark_{wanted_code}"] = has
        columns[f"points_{wanted_code}"] = exact_sums(points[chosen], firm[chosen], len(firm_ids)).floats()
    return columns


def pooled(frame: FirmFrame, rules: RuleSet) -> FirmFrame:
    """Add tenants to the firm they rent from (遂昌 FY2022: all on a parcel share one grade).

    Returns ``frame`` itself where nobody rents.
    """
    head = _heads(frame, rules)
    members = np.arange(len(frame), dtype=np.int64)
    if (head == members).all():
        return frame
    columns, sums = dict(frame.columns), dict(frame.sums)
    for name in (*MEASURES, *sums):
        held = sums.get(name)
        if held is None:
            values = columns[name]
            sums[name] = exact_sums(values, head, len(frame))
            columns[name] = sums[name].floats()
            known = np.zeros(len(frame), dtype=bool)
            known[head[~np.isnan(values)]] = True
            columns[name][~known] = np.nan
        else:
            sums[name] = held.regrouped(head)
            columns[name] = sums[name].floats(3, 2000) if name.endswith("_mu") else sums[name].floats()
    return dataclasses.replace(frame, columns=columns, sums=sums, head=head)


def _heads(frame: FirmFrame, rules: RuleSet) -> Ints:
    """Return, per firm, the firm at the end of its chain of lessors; itself where it stands alone."""
    areas = frame.areas
    size = len(frame)
    apart = np.zeros(size, dtype=bool)
    if rules.tenants.apart_when is not None:
        apart = np.broadcast_to(np.asarray(rules.tenants.apart_when.over(frame.columns), dtype=bool), (size,))
    joins = (areas.lessor >= 0) & (areas.firm >= 0) & (areas.lessor != areas.firm)
    joins[joins] &= ~apart[areas.firm[joins]]
    parent = np.arange(size, dtype=np.int64)
    pairs, rows = np.unique(areas.firm[joins] * size + areas.lessor[joins], return_counts=True)
    tenant, lessor = pairs // max(size, 1), pairs % max(size, 1)
    order = np.lexsort((lessor, -rows, tenant))
    first = np.unique(tenant[order], return_index=True)[1]
    parent[tenant[order][first]] = lessor[order][first]
    return _ends(parent)


def _ends(parent: Ints) -> Ints:
    """Follow every chain to its end; firms that rent from each other in a circle join the first of them."""
    end = parent
    for _ in range(len(parent).bit_length()):
        end = end[end]
    first = np.arange(len(parent), dtype=np.int64)
    for start in np.unique(end[parent[end] != end]):
        circle, place = {int(start)}, int(parent[start])
        while place not in circle:
            circle.add(place)
            place = int(parent[place])
        first[list(circle)] = min(circle)
    return first[end]
