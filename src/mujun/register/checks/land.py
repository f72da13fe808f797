"""Parcels: registered, taxed and drawn areas beside each other, and plot ratios."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mujun.base.defects import Defect
from mujun.register.checks.view import Floats, View, amount, percent

_FAR_FROM_DRAWN, _FAR_FROM_REGISTERED = 0.15, 0.5
_SLACK_M2 = 100.0
_FAR_LEAST, _FAR_MOST = 0.05, 12.0
_CONFUSED = ((2000 / 3, "亩与平方米混淆"), (10_000.0, "公顷与平方米混淆"), (15.0, "亩与公顷混淆"))


def drawn(view: View) -> Iterator[Defect]:
    """The registered area is near the drawn one."""
    registered = view["parcels"]["registered_area_m2"].to_numpy(dtype=np.float64)
    yield from _apart(view, "area_far_from_drawn", "registered_area_m2", registered, view.drawn_m2, _FAR_FROM_DRAWN)


def taxed(view: View) -> Iterator[Defect]:
    """The taxed area is near the registered one."""
    parcels = view["parcels"]
    given = parcels["taxed_area_m2"].to_numpy(dtype=np.float64)
    registered = parcels["registered_area_m2"].to_numpy(dtype=np.float64)
    yield from _apart(view, "taxed_far_from_registered", "taxed_area_m2", given, registered, _FAR_FROM_REGISTERED)


def _apart(view: View, code: str, field: str, given: Floats, other: Floats, limit: float) -> Iterator[Defect]:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = given / other
    apart = (np.maximum(ratio, 1 / np.where(ratio > 0, ratio, np.nan)) - 1 > limit) & (
        np.abs(given - other) > _SLACK_M2
    )
    for position in np.flatnonzero(apart):
        parts = {
            "value": amount(given[position]), "area": amount(other[position]),
            "percent": percent(abs(ratio[position] - 1)), "hint": _hint(float(ratio[position])),
        }  # fmt: skip
        yield view.say(code, "parcels", position, field, **parts)


def _hint(ratio: float) -> str:
    for factor, words in _CONFUSED:
        for confused in (factor, 1 / factor):
            if 0.8 < ratio / confused < 1.25:
                return f"，可能是{words}"
    return ""


def plot_ratios(view: View) -> Iterator[Defect]:
    """Plot ratios are plausible, the lowest below the highest."""
    for table in ("parcels", "projects"):
        frame = view[table]
        for field in ("far_min", "far_max"):
            if field not in frame:
                continue
            values = frame[field]
            odd = (values > _FAR_MOST) | ((values > 0) & (values < _FAR_LEAST))
            for position in np.flatnonzero(odd.to_numpy(dtype=bool)):
                yield view.say("far_implausible", table, position, field, value=amount(float(values.iat[position])))
    parcels = view["parcels"]
    for position in np.flatnonzero((parcels["far_min"] > parcels["far_max"]).to_numpy(dtype=bool)):
        low, high = float(parcels["far_min"].iat[position]), float(parcels["far_max"].iat[position])
        yield view.say("far_reversed", "parcels", position, "far_min", value=amount(low), other=amount(high))


CHECKS = (drawn, taxed, plot_ratios)
