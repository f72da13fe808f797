from __future__ import annotations

import pandas as pd
import shapely

from mujun.register.checks import check_register
from tests.register.shapes import boxes, parcels, register


def test_a_shape_that_crosses_itself_does_not_stop_the_checks() -> None:
    """The reader repairs shapes, but a register can be made without it."""
    bow = parcels({"BOW": shapely.Polygon([(0, 0), (100, 80), (100, 0), (0, 80)])})
    land = pd.concat([bow, boxes(A=(10, 0, 90, 80))], ignore_index=True)
    found = check_register(register(parcels=land)).frame()
    assert set(found.loc[found["code"] == "parcels_overlap", "key"]) == {"BOW", "A"}
