"""What the headings of a sheet say: unknown columns, the year in a name, the units numbers are converted by."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mujun.base.defects import Defect
from mujun.files.cells import Cells
from mujun.files.headings import Bound, Headings, title_unit
from mujun.files.names import year_in
from mujun.files.units import LABELS, factor
from mujun.register.catalogue import defect
from mujun.register.schema import Column, Kind, Table

_MOST_UNKNOWN = 20


def about_headings(headings: Headings, table: Table, place: dict[str, Any]) -> list[Defect]:
    """Tell of columns that are not known, and of those that stand there twice."""
    found = []
    named = [bound for bound in headings.unknown if bound.heading]
    for bound in named[:_MOST_UNKNOWN]:
        where = {**place, "row": headings.first, "column": bound.letter, "value": bound.heading}
        found.append(defect("column_unknown", place=where, heading=bound.heading))
    if len(named) > _MOST_UNKNOWN:
        found.append(defect("columns_unknown", place=place, count=len(named) - _MOST_UNKNOWN))
    for bound, name in headings.twice:
        where = {**place, "field": name, "row": headings.first, "column": bound.letter}
        found.append(defect("heading_twice", place=where, heading=bound.heading, label=table.column(name).label))
    return found


def year_of(cells: Cells, table: Table, place: dict[str, Any]) -> tuple[int | None, list[Defect]]:
    """Return the year that stands in headings, sheet, file or title where the table has no column for it."""
    headings = cells.headings
    if "year" not in table.key or "year" in headings.columns:
        return None, []
    years = {bound.year for bound in headings.columns.values() if bound.year is not None}
    if len(years) == 1:
        year, name = years.pop(), next(b.heading for b in headings.columns.values() if b.year is not None)
        return year, [defect("year_from_name", place=place, name=name, year=year)]
    for name in (cells.sheet, cells.file.rsplit("/", 1)[-1], headings.title[:200]):
        year_found = year_in(name)
        if year_found is not None and not years:
            return year_found, [defect("year_from_name", place=place, name=name, year=year_found)]
    return None, []


def conversion(
    column: Column, bound: Bound, headings: Headings, place: dict[str, Any]
) -> tuple[Fraction, list[Defect]]:
    """Return by what the numbers of a column are multiplied, and what there is to say about it."""
    if column.kind is not Kind.NUMBER:
        return Fraction(1), []
    unit = bound.unit or title_unit(headings, column.unit)
    by = factor(unit, column.unit) if unit else Fraction(1)
    expected = LABELS.get(column.unit, column.unit) or "数"
    where = {**place, "field": column.name, "column": bound.letter, "row": headings.first}
    if by is None:
        return Fraction(1), [defect("unit_unknown", place=where, heading=bound.heading, unit=unit, expected=expected)]
    if by == 1:
        return by, []
    how = (
        f"乘以{by}"
        if by.denominator == 1
        else f"除以{1 / by}"
        if by.numerator == 1
        else f"乘以{by.numerator}再除以{by.denominator}"
    )
    return by, [defect("unit_converted", place=where, heading=bound.heading, unit=unit, expected=expected, how=how)]
