"""Evaluated area of every firm on a day, from dated shares of land.

Source: exchange format, "Evaluated area": own + lease + sublease − areas where the firm is the lessor − excluded.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.exact import ExactSums, Floats, Ints, exact_sums
from mujun.register.lookup import positions_of
from mujun.register.tables import Register

PARTS = ("own", "lease", "sublease", "let", "excluded")
_SIGN = {"own": 1, "lease": 1, "sublease": 1, "let": -1, "excluded": -1}


@dataclasses.dataclass(frozen=True, slots=True)
class Areas:
    """Areas aligned with ``firm_ids``. ``parts`` are exact sums in m²; ``rows`` the occupancy rows in force.

    ``firm`` and ``lessor`` give, per row in force, the position of the user and of the lessor (-1 = not a firm
    of the register); ``lessor`` is -1 on rows that are not a letting.
    """

    firm_ids: pd.Index
    parts: dict[str, ExactSums]
    rows: Ints
    firm: Ints
    lessor: Ints

    @property
    def total(self) -> ExactSums:
        """The evaluated area in m², exact (mode ``net``)."""
        total = self.parts["own"]
        for part in PARTS[1:]:
            total = total.plus(self.parts[part], _SIGN[part])
        return total

    def mu(self, part: str = "total") -> Floats:
        """Return a part (or the evaluated area) in mu, each rounded once: m² × 3 ÷ 2000."""
        sums = self.total if part == "total" else self.parts[part]
        return sums.floats(3, 2000)

    def frame(self) -> pd.DataFrame:
        """Return one row per firm: each part and the evaluated area in m², and the area in mu."""
        columns: dict[str, npt.NDArray[np.float64]] = {f"{part}_m2": self.parts[part].floats() for part in PARTS}
        columns["area_m2"] = self.total.floats()
        columns["area_mu"] = self.mu()
        return pd.DataFrame(columns, index=self.firm_ids)


def in_force(occupancy: pd.DataFrame, day: dt.date) -> npt.NDArray[np.bool_]:
    """Tell which rows of ``occupancy`` are in force on ``day`` (``to`` is the last day, included; blank = open)."""
    moment = np.datetime64(day, "us")
    start = occupancy["from"].to_numpy()
    end = occupancy["to"].to_numpy()
    inside: npt.NDArray[np.bool_] = (np.isnat(start) | (start <= moment)) & (np.isnat(end) | (end >= moment))
    return inside


def evaluated_areas(register: Register, day: dt.date) -> Areas:
    """Attribute land to the firms of the register as it stands on ``day`` (31 December for an evaluation).

    A lessor left blank is the parcel's holder. A lessee unknown to the register still lessens its lessor's area.
    Areas that are missing count as nothing; the checks of the register report them.
    """
    firm_ids = pd.Index(register["firms"]["firm_id"])
    occupancy = register["occupancy"]
    rows = np.flatnonzero(in_force(occupancy, day)).astype(np.int64)
    held = occupancy.iloc[rows] if len(rows) < len(occupancy) else occupancy
    kind = held["kind"].to_numpy(dtype=object)
    area_m2 = held["area_m2"].to_numpy(dtype=np.float64)
    firm = positions_of(held["firm_id"], firm_ids)
    letting = (kind == "lease") | (kind == "sublease")
    lessor = np.full(len(held), -1, dtype=np.int64)
    if letting.any():
        lessor[letting] = positions_of(_lessor_ids(register, held.loc[letting]), firm_ids)
    groups = {part: np.where(kind == part, firm, -1) for part in ("own", "lease", "sublease", "excluded")}
    groups["let"] = lessor
    parts = {part: exact_sums(area_m2, groups[part], len(firm_ids)) for part in PARTS}
    return Areas(firm_ids, parts, rows, firm, lessor)


def _lessor_ids(register: Register, lettings: pd.DataFrame) -> pd.Series:
    lessors = lettings["lessor_id"]
    blank = lessors == ""
    if not blank.any():
        return lessors
    parcels = register["parcels"]
    holder = pd.Series(parcels["holder_id"].to_numpy(dtype=object), index=pd.Index(parcels["parcel_id"]))
    holder = holder[~holder.index.duplicated()]
    found = lettings["parcel_id"].map(holder).fillna("")
    return lessors.where(~blank, found)


def tenants_below_scale(areas: Areas, above_scale: npt.NDArray[np.bool_]) -> Ints:
    """Count, per firm, the distinct tenants below scale whose lease from it is in force.

    Tenants that are no firms of the register are not counted here. Source: WL2022, "Counting n".
    """
    counted = (areas.lessor >= 0) & (areas.firm >= 0) & (areas.lessor != areas.firm)
    counted[counted] &= ~above_scale[areas.firm[counted]]
    size = len(areas.firm_ids)
    pairs = np.unique(areas.lessor[counted] * size + areas.firm[counted])
    return np.bincount(pairs // max(size, 1), minlength=size).astype(np.int64)


def exact_mu(areas: Areas, position: int) -> Fraction:
    """Return the evaluated area of one firm in mu as a fraction."""
    return areas.total.fraction(position) * 3 / 2000
