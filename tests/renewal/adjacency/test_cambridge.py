"""A real fabric: Cambridge, Massachusetts, fiscal year 2014 (City of Cambridge GIS, PDDL 1.0), streets recorded too."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from mujun.renewal.adjacency import Adjacency, Kind, Rule, adjacency
from tests.renewal.adjacency.fabrics import Shapes, pairs

DATA = Path(os.environ.get("MUJUN_REAL_DATA", "/nonexistent")) / "data" / "cambridge" / "cambridge_fy14.parquet"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="MUJUN_REAL_DATA is not set")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rows = pd.read_parquet(DATA, columns=["parcel_id", "geometry"])
    return rows.assign(shape=shapely.from_wkb(rows["geometry"].to_numpy(dtype=object)))


@pytest.fixture(scope="module")
def parcels(table: pd.DataFrame) -> Shapes:
    return np.asarray(table["shape"], dtype=object)


@pytest.fixture(scope="module")
def near(parcels: Shapes) -> Adjacency:
    return adjacency(parcels, Rule())


def sizes(found: Adjacency) -> list[int]:
    return sorted(np.unique(found.pieces(), return_counts=True)[1].tolist(), reverse=True)


def test_streets_are_found_and_join_nothing(table: pd.DataFrame, parcels: Shapes, near: Adjacency) -> None:
    aside = near.passages
    assert set(table["parcel_id"].iloc[aside["position"]]) == {"ROAD"}
    assert len(aside) == 4
    assert aside["neighbours"].max() > 5000
    kept = np.setdiff1d(np.arange(len(parcels)), aside["position"].to_numpy())
    for rule in (Rule(gap_m=0), Rule()):
        all_of_them, without = adjacency(parcels, rule), adjacency(parcels[kept], rule)
        assert {(int(kept[i]), int(kept[j])) for i, j in pairs(without)} == pairs(all_of_them)
        assert without.front_m.tolist() == all_of_them.front_m.tolist()


def test_a_gap_joins_what_streets_cut(parcels: Shapes, near: Adjacency) -> None:
    touching = sizes(adjacency(parcels, Rule(gap_m=0)))
    assert touching[0] < 1000
    assert len(touching) > 300
    assert sizes(near)[0] > 8000
    assert set(near.kind) == {Kind.TOUCHES, Kind.FACES}


def test_broken_shapes_are_told(parcels: Shapes, near: Adjacency) -> None:
    broken = set(np.flatnonzero(~shapely.is_missing(parcels) & ~shapely.is_valid(parcels)).tolist())
    told = near.repairs[near.repairs["fault"] != "没有图形"]
    assert set(told["position"]) == broken - set(near.passages["position"])
    assert (told["after_m2"] > 0).all()


def test_numbers_do_not_matter(parcels: Shapes, near: Adjacency) -> None:
    order = np.random.default_rng(1).permutation(len(parcels))
    other = adjacency(parcels[order], Rule())
    back = np.sort(order[other.pairs], axis=1)
    place = np.lexsort((back[:, 1], back[:, 0]))
    assert back[place].tolist() == near.pairs.tolist()
    assert other.front_m[place].tolist() == near.front_m.tolist()
    assert other.kind[place].tolist() == near.kind.tolist()


def test_a_centimetre_does_not_matter(parcels: Shapes, near: Adjacency) -> None:
    chance = np.random.default_rng(2)
    moved = np.array([*(_moved(shape, chance) for shape in parcels), None], dtype=object)[:-1]
    other = adjacency(moved, Rule())
    before, after = pairs(near), pairs(other)
    sure = {tuple(pair) for pair, front in zip(near.pairs.tolist(), near.front_m, strict=True) if front > 1.5}
    assert len(sure - after) <= 0.002 * len(sure), sorted(sure - after)[:10]
    assert len(before ^ after) <= 0.01 * len(before)


def _moved(shape: shapely.Geometry | None, chance: np.random.Generator) -> shapely.Geometry | None:
    """Move each corner on its own by up to a centimetre."""

    def ring(line: shapely.LinearRing) -> np.ndarray:
        corners = np.asarray(line.coords)[:-1, :2]
        return corners + chance.uniform(-0.01, 0.01, corners.shape)

    if shape is None:
        return None
    polygons = [
        shapely.Polygon(ring(part.exterior), [ring(hole) for hole in part.interiors])
        for part in shapely.get_parts(shape)
        if not part.is_empty
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
