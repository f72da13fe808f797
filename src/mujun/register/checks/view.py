"""What the checks look at: the register, its frames conformed once, and sentences with places."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.base.defects import Defect
from mujun.register.catalogue import Places, defect
from mujun.register.drawn import areas_m2, shapes_of
from mujun.register.merging import where
from mujun.register.schema import TABLES
from mujun.register.tables import Register

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Position = int | np.integer[Any]
_BULK = 0.2


class View:
    """A register as the checks read it."""

    def __init__(self, register: Register, year: int | None = None) -> None:
        self.register = register
        self._year = year
        self._places = Places(register)

    def __getitem__(self, table: str) -> Any:
        """Return the frame of a table (pandas' stubs cannot follow columns known by name only)."""
        return self.register[table]

    def say(self, code: str, /, table: str, position: Position, field: str, **parts: Any) -> Defect:
        """Return a defect about one value."""
        return defect(code, place=self._places.of(table, int(position), field), **parts)

    def where(self, table: str, position: Position, field: str) -> str:
        """Say where a value stands."""
        return where(self._places.of(table, int(position), field))

    def missing(self, code: str, /, table: str, **parts: Any) -> Defect:
        """Return a defect about a whole table."""
        return defect(code, place={"table": table}, **parts)

    def label(self, table: str, field: str) -> str:
        """Return the Chinese name of a column."""
        return TABLES[table].column(field).label

    @functools.cached_property
    def year(self) -> int | None:
        """The year under evaluation, or the last year with at least a fifth of the fullest year's rows."""
        if self._year is not None:
            return self._year
        counts = self["measures"]["year"].value_counts()
        bulk = counts[counts >= _BULK * counts.max()] if len(counts) else counts
        return int(bulk.index.max()) if len(bulk) else None

    @functools.cached_property
    def firm_ids(self) -> pd.Index[Any]:
        """The firms' codes in the order of their table."""
        firm_ids: pd.Index[Any] = pd.Index(self["firms"]["firm_id"].to_numpy(dtype=object))
        return firm_ids

    def unknown_firms(self, values: pd.Series) -> Ints:
        """Return the positions of codes that are given and stand in no row of the firm table."""
        codes, unique = pd.factorize(values)
        known = (
            self.firm_ids.get_indexer(pd.Index(unique.to_numpy(dtype=object))) >= 0
            if self.firm_ids.is_unique
            else unique.isin(self.firm_ids)
        )
        known |= np.asarray(unique == "", dtype=bool)
        return np.flatnonzero(~known[codes]).astype(np.int64)

    @functools.cached_property
    def parcel_ids(self) -> pd.Index[Any]:
        """The parcels' codes in the order of their table."""
        parcel_ids: pd.Index[Any] = pd.Index(self["parcels"]["parcel_id"].to_numpy(dtype=object))
        return parcel_ids

    @functools.cached_property
    def shapes(self) -> npt.NDArray[np.object_]:
        """The parcels' shapes in the order of their table, valid; None where there is none."""
        shapes = shapes_of(self["parcels"]["geometry"].to_numpy(dtype=object))
        # Files are repaired on reading, but a register may come from elsewhere, and a check must not raise.
        crooked = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
        if crooked.any():
            shapes[crooked] = shapely.make_valid(shapes[crooked])
        return shapes

    @functools.cached_property
    def drawn_m2(self) -> Floats:
        """The parcels' drawn areas in m²."""
        return areas_m2(self.shapes)

    @functools.cached_property
    def parcel_m2(self) -> Floats:
        """The parcels' areas in m²: registered, or drawn where nothing is registered."""
        registered = self["parcels"]["registered_area_m2"].to_numpy(dtype=np.float64)
        return np.where(np.isnan(registered), self.drawn_m2, registered)

    @functools.cached_property
    def _first_of_each(self) -> tuple[pd.Index, Ints]:
        """Every parcel's code once, and where it first stands in the parcel table."""
        first = ~self.parcel_ids.duplicated()
        return self.parcel_ids[first], np.flatnonzero(first).astype(np.int64)

    def parcels_of(self, parcel_ids: pd.Series) -> Ints:
        """Return the position of each parcel in the parcel table; -1 where it is unknown."""
        if not len(parcel_ids):
            return np.empty(0, dtype=np.int64)
        codes, positions = self._first_of_each
        places = codes.get_indexer(pd.Index(parcel_ids.to_numpy(dtype=object)))
        return np.where(places >= 0, positions[places] if len(positions) else -1, -1).astype(np.int64)

    def area_of(self, parcel_ids: pd.Series) -> Floats:
        """Return the area in m² of each parcel; NaN where it is unknown."""
        places = self.parcels_of(parcel_ids)
        if not len(self.parcel_m2):
            return np.full(len(parcel_ids), np.nan)
        return np.where(places >= 0, self.parcel_m2[places], np.nan)


def amount(value: float) -> str:
    """Return a number as it stands in a sentence: at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(ratio: float) -> str:
    """Return a ratio as it stands in a sentence."""
    return f"{ratio * 100:.0f}%" if ratio < 10 else f"{ratio:.0f}倍"
