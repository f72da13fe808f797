"""Parcels already known, to which new coordinates are compared."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.files.datum import SHIFTS, Floats, distance_m
from mujun.register.drawn import shapes_of
from mujun.register.tables import Register

_MOST = 2000
_CLOSE_M = 30.0
_FAR_M = 80.0


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """Shapes of known parcels (EPSG:4490) by their code."""

    shapes: pd.Series
    tree: shapely.STRtree

    @classmethod
    def of(cls, register: Register | None) -> Known | None:
        """Return the parcels of ``register`` that have a shape; None where there is none."""
        if register is None or "parcels" not in register.tables:
            return None
        parcels = register["parcels"]
        shapes = shapes_of(parcels["geometry"].to_numpy(dtype=object))
        present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        if not present.any():
            return None
        series = pd.Series(shapes[present], index=pd.Index(parcels["parcel_id"].to_numpy(dtype=object)[present]))
        series = series[~series.index.duplicated()]
        return cls(series, shapely.STRtree(series.to_numpy(dtype=object)))


@dataclasses.dataclass(frozen=True, slots=True)
class Fit:
    """How well coordinates agree with known parcels: median distance in metres over ``count`` objects."""

    median_m: float
    count: int
    inside: float

    @property
    def good(self) -> bool:
        """Whether the coordinates agree."""
        return self.median_m <= _CLOSE_M if self.count else self.inside >= 0.5

    @property
    def bad(self) -> bool:
        """Whether the coordinates certainly lie elsewhere."""
        return self.median_m >= _FAR_M if self.count else self.inside <= 0.2


def fit(lon: Floats, lat: Floats, parcel_ids: npt.NDArray[np.object_] | None, known: Known) -> Fit:
    """Compare points with the known parcels: by parcel code where codes are shared, else by what they fall into.

    ``lon``, ``lat`` are points inside the new shapes. A point inside its own parcel is at distance 0.
    """
    usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if parcel_ids is not None:
        positions = known.shapes.index.get_indexer(pd.Index(parcel_ids[usable]))
        shared = usable[positions >= 0][:_MOST]
        if len(shared):
            shapes = known.shapes.to_numpy(dtype=object)[positions[positions >= 0][:_MOST]]
            points = shapely.points(lon[shared], lat[shared])
            nearest = shapely.get_coordinates(shapely.get_point(shapely.shortest_line(points, shapes), 1))
            far = distance_m(lon[shared], lat[shared], nearest[:, 0], nearest[:, 1])
            return Fit(float(np.median(far)), len(shared), float((far == 0).mean()))
    sample = usable[:: max(1, len(usable) // _MOST)]
    if not len(sample):
        return Fit(np.inf, 0, 0.0)
    hits = np.unique(known.tree.query(shapely.points(lon[sample], lat[sample]), predicate="intersects")[0])
    return Fit(np.inf, 0, len(hits) / len(sample))


def find_shift(
    lon: Floats, lat: Floats, parcel_ids: npt.NDArray[np.object_] | None, known: Known
) -> tuple[str, Fit, float] | None:
    """Find the shift that brings points onto the known parcels: (name, fit after it, metres moved).

    Returns ("", fit, 0) where the points agree as they are, None where nothing makes them agree.
    """
    plain = fit(lon, lat, parcel_ids, known)
    best: tuple[str, Fit, float] | None = None
    for name, back in SHIFTS.items():
        x, y = back(lon, lat)
        after = fit(x, y, parcel_ids, known)
        better = (after.median_m, -after.inside) < ((best[1].median_m, -best[1].inside) if best else (np.inf, 0.0))
        if after.good and better:
            best = (name, after, float(np.nanmedian(distance_m(lon, lat, x, y))))
    if plain.good and (
        best is None or (plain.median_m <= best[1].median_m + 5.0 and plain.inside >= best[1].inside - 0.2)
    ):
        return "", plain, 0.0
    if best is not None and (
        plain.bad or plain.median_m > 4 * best[1].median_m + 20.0 or best[1].inside > plain.inside + 0.3
    ):
        return best
    return ("", plain, 0.0) if plain.good else None
