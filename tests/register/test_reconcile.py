from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.demo.memory import make_register
from mujun.register.ledger import share_ledger
from mujun.register.reconcile import reconcile_areas, used_areas
from tests.register.shapes import boxes, register

DAY = dt.date(2024, 12, 31)


def table(**columns: list[object]) -> pd.DataFrame:
    land = boxes(A=(0, 0, 100, 100), B=(100, 0, 200, 100)).assign(**columns)
    occupancy = pd.DataFrame(
        {
            "firm_id": ["H", "T", "S", "V"],
            "parcel_id": ["A", "A", "A", "B"],
            "kind": ["own", "lease", "sublease", "lease"],
            "area_m2": [10_000.0, 4_000.0, 1_000.0, 7_000.0],
            "lessor_id": ["", "H", "T", ""],
        }
    )
    return reconcile_areas(register(parcels=land, occupancy=occupancy), DAY)


def test_four_areas_side_by_side() -> None:
    found = table(registered_area_m2=[10_000.0, 9_000.0], taxed_area_m2=[9_900.0, None])
    assert found["drawn_m2"].tolist() == pytest.approx([10_000, 10_000], rel=1e-5)
    assert found["used_m2"].tolist() == [10_000, 7_000]
    assert found["taxed_ratio"].iloc[0] == 0.99
    assert not found["taxed_differs"].any()
    assert found["drawn_differs"].tolist() == [False, True]
    assert found["used_minus_registered_m2"].tolist() == [0, -2_000]
    assert found["sentence"].iloc[0] == ""
    assert (
        found["sentence"].iloc[1]
        == "图形面积比登记面积多999.96平方米（11.1%）。使用面积比登记面积少2,000.00平方米（22.2%）。"
    )


def test_unknown_areas_differ_from_nothing() -> None:
    found = table(registered_area_m2=[None, 0.0])
    assert not found[["taxed_differs", "drawn_differs", "used_differs"]].any(axis=None)
    assert found["drawn_ratio"].isna().all()


def test_tolerance_is_the_callers() -> None:
    land = boxes(A=(0, 0, 100, 100)).assign(registered_area_m2=[10_200.0])
    assert not reconcile_areas(register(parcels=land), DAY)["drawn_differs"].any()
    assert reconcile_areas(register(parcels=land), DAY, tolerance=0.01)["drawn_differs"].all()


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 50))
def test_used_areas_agree_with_the_ledgers(seed: int) -> None:
    held = make_register(seed, 60, geometry=False, years=(2024,))
    used = used_areas(held, DAY)
    villages = set(held["parcels"].query("right_type == 'collective'")["parcel_id"])
    for parcel in [code for code in used.index if code not in villages][:8]:
        assert share_ledger(held, parcel, DAY).rows["uses_m2"].sum() == pytest.approx(used[parcel])
