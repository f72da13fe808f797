"""Where the drawn rows of a table lie: an index by place, built once per process and revision."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

from mujun.register.schema import TABLES
from mujun.web.people.visible import known
from mujun.web.register.queries import current_revision

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


class Places:
    """The drawn rows of a table at one revision, with an index by place."""

    def __init__(self, table: str) -> None:
        rows = list(
            known(table).exclude(geometry=None).order_by(TABLES[table].key[0], "pk").values_list("pk", "geometry")
        )
        shapes = shapely.from_wkb([bytes(wkb) for _pk, wkb in rows], on_invalid="ignore")
        drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) if len(rows) else np.zeros(0, dtype=bool)
        self.ids = np.array([pk for pk, _wkb in rows], dtype=np.int64)[drawn]
        self.tree = STRtree(np.asarray(shapes)[drawn])
        edges = shapely.total_bounds(self.tree.geometries).tolist() if len(self.ids) else EVERYWHERE
        self.extent: list[float] = list(edges)

    def inside(self, area: shapely.Geometry) -> npt.NDArray[np.int64]:
        """Ids of the rows whose geometry touches ``area``, in the order of their keys."""
        found: npt.NDArray[np.int64] = self.ids[np.sort(self.tree.query(area, predicate="intersects"))]
        return found


@functools.lru_cache(maxsize=6)
def _places(table: str, revision: int, database: str) -> Places:
    return Places(table)


def places(table: str) -> Places:
    """The index of the present revision; built once per process and revision."""
    return _places(table, current_revision(), str(known(table).db))
