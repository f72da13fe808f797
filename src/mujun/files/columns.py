"""One column of cells read as its schema column says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from mujun.files.dates import read_dates, read_years
from mujun.files.finding import Finding
from mujun.files.numbers import read_numbers
from mujun.files.texts import read_choices, read_codes, read_texts, read_truths
from mujun.register.schema import Column, Kind


def read_column(cells: Sequence[object], column: Column, by: Fraction = Fraction(1)) -> tuple[pd.Series, list[Finding]]:
    """Return the values with the dtype of the schema, and what was found. ``by`` converts plain numbers.

    Geometry columns are read by :mod:`mujun.files.geometry`.
    """
    values: pd.Series
    if column.kind is Kind.NUMBER:
        numbers, findings = read_numbers(cells, column, by)
        return pd.Series(numbers), findings
    if column.kind is Kind.YEAR:
        years, findings = read_years(cells)
        return pd.Series(pd.array(np.where(np.isnan(years), 0, years).astype("int64"), dtype="Int64")).mask(
            np.isnan(years)
        ), findings
    if column.kind is Kind.DATE:
        days, findings = read_dates(cells, column)
        return pd.Series(days), findings
    if column.kind is Kind.TRUTH:
        values, findings = read_truths(cells)
    elif column.choices:
        values, findings = read_choices(cells, column)
    elif column.kind is Kind.CODE:
        values, findings = read_codes(cells, column)
    else:
        values, findings = read_texts(cells, column)
    return values, findings
