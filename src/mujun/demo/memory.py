"""The county as a register in memory, without a file: for benchmarks, notebooks and tests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from mujun.demo.firms import YEARS
from mujun.demo.land import EPSG, Geometries
from mujun.demo.names import TOWNS
from mujun.demo.world import FIRMS, PARCELS, draw_world
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, conform


def make_register(
    seed: int = 1,
    firms: int = FIRMS,
    *,
    years: tuple[int, ...] = YEARS,
    taxes: bool = False,
    geometry: bool = True,
) -> Register:
    """Return the clean county with ``firms`` firms and parcels in proportion (four parcels to five firms).

    ``taxes`` adds the amounts per item (about eight rows per measure), ``geometry`` the WKB in EPSG:4490.
    """
    parcels = max(len(TOWNS), round(firms * PARCELS / FIRMS))
    world = draw_world(seed, firms=firms, parcels=parcels, years=years, taxes=taxes)
    tables = {}
    for name, table in TABLES.items():
        frame = world.frames[name]
        if geometry and name in world.geometry:
            frame = frame.assign(geometry=as_degrees(world.geometry[name]))
        tables[name] = RegisterTable(conform(frame, table))
    return Register(tables)


def as_degrees(shapes: Geometries) -> npt.NDArray[np.object_]:
    """Return geometry of EPSG:4550 as WKB in EPSG:4490 (longitude, latitude)."""
    return np.asarray(shapely.to_wkb(degrees(shapes)), dtype=object)


def degrees(shapes: Geometries) -> Geometries:
    """Return geometry of EPSG:4550 in EPSG:4490 (longitude, latitude)."""
    transformer = pyproj.Transformer.from_crs(EPSG, 4490, always_xy=True)

    def convert(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(shapes, convert), dtype=object)
