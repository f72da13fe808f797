from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.register.lineage import COLUMNS, derive_lineage
from mujun.register.schema import TABLES
from mujun.register.tables import empty_frame
from tests.register.shapes import boxes, parcels


def links(old: pd.DataFrame, new: pd.DataFrame) -> list[tuple[str, str, str]]:
    found = derive_lineage(old, new)
    return list(zip(found["parent"], found["child"], found["kind"], strict=True))


GRID = {f"P{x}{y}": (100.0 * x, 80.0 * y, 100.0 * x + 100, 80.0 * y + 80) for x in range(4) for y in range(3)}


def test_nothing_changed() -> None:
    assert links(boxes(**GRID), boxes(**GRID)) == [(code, code, "same") for code in sorted(GRID)]


def test_split_and_merge() -> None:
    whole, halves = boxes(A=(0, 0, 100, 80)), boxes(B=(0, 0, 40, 80), C=(40, 0, 100, 80))
    found = derive_lineage(whole, halves)
    assert found["kind"].tolist() == ["split", "split"]
    assert found["share"].tolist() == pytest.approx([0.4, 0.6], abs=1e-6)
    assert found["share_of_child"].tolist() == pytest.approx([1, 1], abs=1e-6)
    assert found["overlap_m2"].tolist() == pytest.approx([3_200, 4_800], rel=1e-4)
    assert links(halves, whole) == [("B", "A", "merge"), ("C", "A", "merge")]


def test_split_that_keeps_the_old_code() -> None:
    assert links(boxes(A=(0, 0, 100, 80)), boxes(A=(0, 0, 70, 80), A2=(70, 0, 100, 80))) == [
        ("A", "A", "split"),
        ("A", "A2", "split"),
    ]


def test_another_code_or_another_shape_is_changed() -> None:
    assert links(boxes(A=(0, 0, 100, 80)), boxes(B=(0, 0, 100, 80))) == [("A", "B", "changed")]
    assert links(boxes(A=(0, 0, 100, 80)), boxes(A=(0, 0, 95, 80))) == [("A", "A", "changed")]


def test_land_that_leaves_and_land_that_comes() -> None:
    found = links(boxes(A=(0, 0, 100, 80), B=(100, 0, 200, 80)), boxes(A=(0, 0, 100, 80), C=(500, 0, 600, 80)))
    assert found == [("", "C", "new"), ("A", "A", "same"), ("B", "", "retired")]


def test_a_code_used_again_elsewhere_is_another_parcel() -> None:
    assert links(boxes(A=(0, 0, 100, 80)), boxes(A=(900, 0, 1000, 80))) == [("", "A", "new"), ("A", "", "retired")]


def test_several_become_several_others() -> None:
    old = boxes(A=(0, 0, 100, 80), B=(100, 0, 200, 80))
    new = boxes(C=(0, 0, 65, 80), D=(65, 0, 135, 80), E=(135, 0, 200, 80))
    found = derive_lineage(old, new)
    assert set(found["kind"]) == {"redrawn"}
    assert set(zip(found["parent"], found["child"], strict=True)) == {("A", "C"), ("A", "D"), ("B", "D"), ("B", "E")}


def test_a_street_that_takes_a_strip_of_every_parcel_ties_nothing_together() -> None:
    old = boxes(A=(0, 0, 100, 80), B=(100, 0, 200, 80), C=(200, 0, 300, 80))
    new = boxes(A=(0, 10, 100, 80), B=(100, 10, 200, 80), C=(200, 10, 300, 80), STREET=(-500, -10, 800, 10))
    assert links(old, new) == [("", "STREET", "new"), *((code, code, "changed") for code in "ABC")]


def test_slivers_between_neighbours_are_no_links() -> None:
    old = boxes(A=(0, 0, 100, 80), STRIP=(100, 0, 104, 80))
    new = boxes(A=(0, 0, 100.4, 80), STRIP=(100.4, 0, 104, 80))
    assert links(old, new) == [("A", "A", "same"), ("STRIP", "STRIP", "same")]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), noise=st.floats(0.0, 0.15))
def test_digitising_noise_changes_nothing(seed: int, noise: float) -> None:
    chance = np.random.default_rng(seed)
    shapes = {code: shapely.segmentize(shapely.box(*box), 20) for code, box in GRID.items()}
    shaken = {
        code: shapely.Polygon(
            (corners := np.array(shape.exterior.coords[:-1])) + chance.uniform(-noise, noise, corners.shape)
        )
        for code, shape in shapes.items()
    }
    assert links(parcels(shapes), parcels(shaken)) == [(code, code, "same") for code in sorted(GRID)]


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.floats(5, 195), min_size=0, max_size=4, unique=True), order=st.randoms(use_true_random=False))
def test_all_land_is_accounted_for_in_any_order_of_rows(cuts: list[float], order: object) -> None:
    edges = [0.0, *sorted(cuts), 200.0]
    pieces = {f"N{place}": (west, 0.0, east, 80.0) for place, (west, east) in enumerate(itertools.pairwise(edges))}
    pieces = {code: box for code, box in pieces.items() if box[2] - box[0] > 1}
    old, new = boxes(A=(0, 0, 100, 80), B=(100, 0, 200, 80)), boxes(**pieces)
    found = derive_lineage(old, new)
    assert set(found["parent"]) >= {"A", "B"}
    assert set(found["child"]) >= set(pieces)
    assert (found.groupby("parent")["share"].sum() <= 1 + 1e-9).all()
    again = derive_lineage(
        old.iloc[::-1].reset_index(drop=True), new.sample(frac=1, random_state=1).reset_index(drop=True)
    )
    pd.testing.assert_frame_equal(found, again)


def test_shapes_that_cross_themselves_or_are_missing_do_not_raise() -> None:
    bow = shapely.Polygon([(0, 0), (100, 80), (100, 0), (0, 80)])
    old = pd.concat([parcels({"A": bow}), boxes(B=(200, 0, 300, 80)).assign(geometry=None)], ignore_index=True)
    found = derive_lineage(old, boxes(A=(0, 0, 100, 80)))
    assert found[["parent", "child"]].to_numpy().tolist() == [["A", "A"]]


def test_several_polygons_of_one_code_are_one_parcel() -> None:
    old = boxes(A=(0, 0, 100, 80))
    new = pd.concat([boxes(A=(0, 0, 50, 80)), boxes(A=(50, 0, 100, 80))], ignore_index=True)
    assert links(old, new) == [("A", "A", "same")]


def test_empty_tables_give_an_empty_lineage() -> None:
    empty = empty_frame(TABLES["parcels"])
    assert derive_lineage(empty, empty).columns.tolist() == list(COLUMNS)
    assert links(empty, boxes(A=(0, 0, 100, 80))) == [("", "A", "new")]
    assert links(boxes(A=(0, 0, 100, 80)), empty) == [("A", "", "retired")]
