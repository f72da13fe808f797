"""``grades.csv``: UTF-8 with BOM, plain decimals, blank where not applicable."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mujun.base.exact import SCORE_UNIT, Floats, Ints
from mujun.evaluation import Evaluation
from mujun.evaluation.ranking import NO_GAP

_LEADING = ("=", "+", "-", "@", "\t", "\r")


def plain(value: float) -> str:
    """Write a float as the shortest plain decimal that reads back as the same float; NaN is blank.

    >>> plain(42.5), plain(1e-05), plain(3.0)
    ('42.5', '0.00001', '3')
    """
    if value != value:
        return ""
    return np.format_float_positional(value, unique=True, trim="-")


def points(value: int, decimals: int = 4) -> str:
    """Write 1/10,000 points with 4 decimals, or rounded half up to 2.

    >>> points(1116076), points(1116076, 2), points(-5, 2)
    ('111.6076', '111.61', '0.00')
    """
    unit = SCORE_UNIT
    if decimals == 2:
        value, unit = (value + 50) // 100, 100
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), unit)
    return f"{sign}{whole}.{part:0{decimals}d}"


def safe_text(value: str) -> str:
    """Keep a spreadsheet from taking text for a formula."""
    return f"'{value}" if value.startswith(_LEADING) else value


def write_grades(evaluation: Evaluation, file: Path) -> None:
    """Write the grades of ``evaluation`` as specified in docs/reference/exchange.md."""
    results, frame = evaluation.results, evaluation.frame
    measured = results.scope.measured[frame.head]
    every = np.ones(len(frame), dtype=bool)
    columns: dict[str, list[str]] = {
        "firm_id": [safe_text(str(firm)) for firm in frame.firm_ids],
        "year": [str(evaluation.year)] * len(frame),
        "group": list(evaluation.groups),
        "area_mu": _decimals(frame.columns["area_mu"]),
    }
    for name, scores in results.items.items():
        columns[name] = _decimals(scores.value)
        columns[f"{name}_score"] = _points(scores.score, scores.on_card)
    totals = evaluation.points()
    columns["bonus"] = _points(totals["bonus"], measured)
    columns["penalty"] = _points(totals["penalty"], measured)
    columns["total"] = _points(totals["total"], measured, 2)
    rank = results.standing.rank[frame.head]
    columns["rank"] = [str(place) if place else "" for place in rank.tolist()]
    columns["grade"] = list(evaluation.grade_names)
    columns["reason"] = list(evaluation.reasons)
    columns["next_grade_gap"] = _points(results.gap, every & (results.gap != NO_GAP))
    with file.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _decimals(values: Floats) -> list[str]:
    texts = [repr(value) for value in values.tolist()]
    return [
        "" if text == "nan" else text[:-2] if text.endswith(".0") else plain(float(text)) if "e" in text else text
        for text in texts
    ]


def _points(values: Ints, applicable: npt.NDArray[np.bool_], decimals: int = 4) -> list[str]:
    return [
        points(value, decimals) if shown else ""
        for value, shown in zip(values.tolist(), applicable.tolist(), strict=True)
    ]
