"""Small parcels for tests: boxes in metres, as the register holds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from mujun.demo.memory import as_degrees
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, conform

ORIGIN = np.array([512_000.0, 3_276_000.0])


def boxes(**corners: tuple[float, float, float, float]) -> pd.DataFrame:
    """Return parcels from west, south, east, north in metres."""
    return parcels({code: shapely.box(*box) for code, box in corners.items()})


def parcels(shapes: dict[str, shapely.Geometry]) -> pd.DataFrame:
    """Return parcels from shapes in metres around the middle of the demonstration county."""
    moved = np.array(
        [shapely.transform(shape, lambda points: points + ORIGIN) for shape in shapes.values()], dtype=object
    )
    geometry = as_degrees(moved) if len(moved) else []
    return conform(pd.DataFrame({"parcel_id": list(shapes), "geometry": geometry}), TABLES["parcels"])


def register(**frames: pd.DataFrame) -> Register:
    """Return a register of frames."""
    return Register({name: RegisterTable(conform(frame, TABLES[name])) for name, frame in frames.items()})
