"""What colours the map: one class per parcel and measure, joined in the browser to the numbers in the tiles."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.register.areas import in_force
from mujun.register.schema import RIGHT_TYPES
from mujun.web.evaluations.models import Run, RunResult
from mujun.web.people.rights import Scope
from mujun.web.register.models import Firm, Measure, Occupancy, Parcel
from mujun.web.register.queries import current_revision

GRADES = ("A", "B", "C", "D", "C-", "T")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST_USES = 7
TAX_CLASSES = 5
M2_PER_MU = 2000 / 3


@dataclasses.dataclass(frozen=True, slots=True)
class Face:
    """One way to colour the map: ``labels`` and colour tokens of its classes, and the class of each parcel."""

    key: str
    label: str
    labels: list[str]
    colours: list[str]
    classes: np.ndarray[Any, Any]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: ``classes`` as one character per parcel."""
        counts = np.bincount(self.classes, minlength=len(self.labels)).tolist() if len(self.classes) else []
        return {
            "key": self.key,
            "label": self.label,
            "labels": self.labels,
            "colours": self.colours,
            "counts": counts,
            "classes": "".join(DIGITS[number] for number in self.classes.tolist()),
        }


def parcel_frame(run: Run | None, day: dt.date) -> pd.DataFrame:
    """One row per current parcel, cached per revision and run: what the faces are made of (see :func:`_frame`)."""
    return _frame(current_revision(), run.pk if run else 0, day)


@functools.lru_cache(maxsize=4)
def _frame(revision: int, run_id: int, day: dt.date) -> pd.DataFrame:
    """Index ``parcel_id``; town, land_use, right_type, holder_id, user (firm with the largest share), use, grade,
    user_town, tax_wan_per_mu (of the users, weighted by their areas on the parcel; NaN where none is known).
    """
    fields = ("parcel_id", "town", "land_use", "right_type", "holder_id", "holder_name")
    parcels = pd.DataFrame(Parcel.objects.filter(until=None).values_list(*fields), columns=fields)
    frame = parcels.drop_duplicates("parcel_id").set_index("parcel_id").fillna("")
    shares = _shares(day, frame["holder_id"])
    grades = _grades(run_id)
    shares["grade"] = [grades.get(firm_id, "") for firm_id in shares["firm_id"]]
    shares["tax_wan_per_mu"] = shares["firm_id"].map(_tax_per_mu(shares, day.year))
    main = shares.sort_values(["net_m2", "firm_id"], ascending=[False, True]).drop_duplicates("parcel_id")
    main = main.set_index("parcel_id").reindex(frame.index)
    towns = dict(Firm.objects.filter(until=None).values_list("firm_id", "town"))
    frame["user"] = main["firm_id"].fillna("")
    frame["user_town"] = [towns.get(firm_id, "") for firm_id in frame["user"]]
    frame["grade"] = main["grade"].fillna("")
    frame["use"] = np.where(frame["user"] == "", 2, np.where(frame["user"] == frame["holder_id"], 0, 1))
    known = shares[shares["tax_wan_per_mu"].notna() & (shares["net_m2"] > 0)]
    weighted = (known["tax_wan_per_mu"] * known["net_m2"]).groupby(known["parcel_id"]).sum()
    frame["tax_wan_per_mu"] = (weighted / known["net_m2"].groupby(known["parcel_id"]).sum()).reindex(frame.index)
    return frame


def _shares(day: dt.date, holder: pd.Series[Any]) -> pd.DataFrame:
    """Net area per firm and parcel on ``day``: what it holds or takes, less what it lets and what is excluded."""
    columns = ("firm_id", "parcel_id", "kind", "area_m2", "from", "to", "lessor_id")
    rows = pd.DataFrame(Occupancy.objects.filter(until=None).values_list(*columns), columns=columns)
    for name in ("from", "to"):
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[us]")
    rows = rows[in_force(rows, day)] if len(rows) else rows
    rows["area_m2"] = rows["area_m2"].astype(float).fillna(0.0)
    taken = rows[rows["kind"].isin(["lease", "sublease"])]
    lessor = taken["lessor_id"].where(taken["lessor_id"] != "", taken["parcel_id"].map(holder).fillna(""))
    sign = np.where(rows["kind"] == "excluded", -1.0, 1.0)
    parts = [
        rows[["firm_id", "parcel_id"]].assign(net_m2=rows["area_m2"] * sign),
        taken[["parcel_id"]].assign(firm_id=lessor, net_m2=-taken["area_m2"]),
    ]
    net = pd.concat(parts, ignore_index=True)
    held: Any = net[net["firm_id"] != ""].groupby(["parcel_id", "firm_id"], as_index=False)["net_m2"].sum()
    positive: pd.DataFrame = held[held["net_m2"] > 0].reset_index(drop=True)
    return positive


def _grades(run_id: int) -> dict[str, str]:
    return dict(RunResult.objects.filter(run_id=run_id).values_list("firm_id", "grade")) if run_id else {}


def _tax_per_mu(shares: pd.DataFrame, year: int) -> pd.Series[Any]:
    tax = dict(Measure.objects.filter(until=None, year=year, tax_wan__isnull=False).values_list("firm_id", "tax_wan"))
    area_mu = shares.groupby("firm_id")["net_m2"].sum() / M2_PER_MU
    return pd.Series(tax, dtype=float).reindex(area_mu.index) / area_mu


def faces(frame: pd.DataFrame, scope: Scope, run: Run | None) -> list[Face]:
    """The ways to colour ``frame`` (rows in the order of the map) that ``scope`` may see."""
    found = [_grade_face(frame, scope)] if run is not None else []
    if scope.amounts and scope.everything and frame["tax_wan_per_mu"].notna().any():
        found.append(_tax_face(frame))
    found += [_right_face(frame), _use_face(frame), _land_use_face(frame)]
    return found


def _grade_face(frame: pd.DataFrame, scope: Scope) -> Face:
    grade = frame["grade"].to_numpy(dtype=object)
    if not scope.everything:
        seen = np.array(
            [scope.sees_firm(f, t) for f, t in zip(frame["user"], frame["user_town"], strict=True)], dtype=bool
        )
        grade = np.where(seen, grade, "")
    present = [name for name in GRADES if name in ("A", "B", "C", "D") or name in set(grade.tolist())]
    names = {name: index for index, name in enumerate(present)}
    classes = np.array([names.get(name, len(present)) for name in grade.tolist()], dtype=np.int64)
    colours = [f"grade-{name.lower()}" if name != "C-" else "grade-c-minus" for name in present]
    labels = [_("{grade} 类").format(grade=name.replace("-", "−")) for name in present]
    return Face("grade", _("评价等级"), [*labels, _("未评价")], [*colours, "grade-none"], classes)


def _tax_face(frame: pd.DataFrame) -> Face:
    values = frame["tax_wan_per_mu"].to_numpy(dtype=float)
    known = ~np.isnan(values)
    cuts = np.unique([_two_digits(q) for q in np.quantile(values[known], np.linspace(0, 1, TAX_CLASSES + 1)[1:-1])])
    classes = np.where(known, np.searchsorted(cuts, np.where(known, values, 0), side="right"), len(cuts) + 1)
    texts = [f"{cut:,g}" for cut in cuts]
    labels = [f"< {texts[0]}", *[f"{a}–{b}" for a, b in itertools.pairwise(texts)], f"≥ {texts[-1]}"]
    colours = [f"step-{1 + round(i * 4 / max(len(cuts), 1))}" for i in range(len(cuts) + 1)]
    return Face("tax", _("亩均税收（万元/亩）"), [*labels, _("没有数据")], [*colours, "grade-none"], classes)


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _right_face(frame: pd.DataFrame) -> Face:
    codes = [code for code, _words in RIGHT_TYPES]
    labels = [words[0] for _code, words in RIGHT_TYPES]
    return _named(frame["right_type"], "right", _("权利类型"), codes, [_(label) for label in labels], _("没有记录"))


def _use_face(frame: pd.DataFrame) -> Face:
    labels = [_("权利人自用"), _("由他人使用"), _("没有使用记录")]
    return Face("use", _("使用情况"), labels, ["kind-1", "kind-2", "grade-none"], frame["use"].to_numpy(dtype=np.int64))


def _land_use_face(frame: pd.DataFrame) -> Face:
    counts = frame.loc[frame["land_use"] != "", "land_use"].value_counts()
    top = sorted(counts.index[:MOST_USES].tolist())
    return _named(frame["land_use"], "land_use", _("土地用途"), top, [str(name) for name in top], _("其他或没有记录"))


def _named(values: pd.Series[Any], key: str, label: str, codes: list[str], labels: list[str], other: str) -> Face:
    numbers = {code: index for index, code in enumerate(codes)}
    classes = values.map(numbers).fillna(len(codes)).to_numpy(dtype=np.int64)
    colours = [f"kind-{index + 1}" for index in range(len(codes))]
    return Face(key, label, [*labels, other], [*colours, "grade-none"], classes)
