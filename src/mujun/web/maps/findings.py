"""What the map shows of the findings that count: one class per parcel, the gravest kind it was found for."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.web.findings.models import Finding
from mujun.web.findings.queries import standing_run
from mujun.web.maps.classes import Face

CLASSES: tuple[tuple[str, ...], ...] = (
    ("idle_1y", "idle_2y"),
    ("illegal_use",),
    ("approved_not_supplied", "supplied_not_used", "used_not_full", "built_not_producing"),
    ("yield_per_mu", "grade", "site_below_scale", "other"),
    ("floor_area_ratio",),
    ("below_promise",),
)
"""Kinds of each class, the gravest first: a parcel that was found for several is drawn as the first of them."""


def class_labels() -> list[str]:
    """What the classes are called, then what stands for no finding."""
    return [
        _("闲置土地"),
        _("违法用地"),
        _("批而未供、供而未用、用而未尽、建而未投"),
        _("亩均低效"),
        _("容积率低"),
        _("投而未达标"),
        _("未认定"),
    ]


def finding_faces(rows: pd.DataFrame) -> list[Face]:
    """The way to colour ``rows`` (index: parcel codes, in the order of the map) by findings; none without a run.

    ``rows`` lies inside the scope of the reader already, and which criterion a parcel meets is no protected figure.
    """
    run = standing_run()
    if run is None:
        return []
    labels = class_labels()
    classes = rows.index.map(_classes(run.pk)).fillna(len(labels) - 1)
    colours = [f"kind-{number}" for number in range(1, len(labels))]
    label = _("低效用地认定（{year}年）").format(year=run.year)
    return [Face("findings", label, labels, [*colours, "grade-none"], np.asarray(classes, dtype=np.int64))]


@functools.lru_cache(maxsize=4)
def _classes(run: int) -> dict[str, int]:
    """The class of every parcel that a run found; its rows never change."""
    order = {kind: number for number, kinds in enumerate(CLASSES) for kind in kinds}
    found: dict[str, int] = {}
    for parcel_id, kind in Finding.objects.filter(run=run, found=True).values_list("parcel_id", "kind").iterator():
        number = order.get(kind, order["other"])
        found[parcel_id] = min(number, found.get(parcel_id, number))
    return found
