from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from mujun.register.asof import lifetimes, occupancy_on, parcels_on, register_on, relatives
from mujun.register.tables import Source, origin_code
from tests.register.shapes import boxes, register

DAY = dt.date
STATES = [
    (DAY(2022, 1, 1), boxes(B=(0, 0, 50, 80), C=(50, 0, 100, 80))),
    (DAY(2020, 1, 1), boxes(A=(0, 0, 100, 80))),
    (DAY(2024, 1, 1), boxes(B=(0, 0, 50, 80), D=(50, 0, 100, 80))),
]


def occupancy() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "firm_id": ["F1", "F2", "F3"],
            "parcel_id": ["A", "B", "D"],
            "kind": "own",
            "from": pd.to_datetime(["2020-01-01", "2022-01-01", None]),
            "to": pd.to_datetime(["2021-12-31", None, None]),
        }
    )


def test_first_and_last_day_are_included() -> None:
    rows = occupancy()
    assert occupancy_on(rows, DAY(2021, 12, 31))["firm_id"].tolist() == ["F1", "F3"]
    assert occupancy_on(rows, DAY(2022, 1, 1))["firm_id"].tolist() == ["F2", "F3"]


def test_the_last_state_begun_holds() -> None:
    assert parcels_on(STATES, DAY(2021, 12, 31))["parcel_id"].tolist() == ["A"]
    assert parcels_on(STATES, DAY(2022, 1, 1))["parcel_id"].tolist() == ["B", "C"]
    assert parcels_on(STATES, DAY(2019, 1, 1)).empty
    with pytest.raises(ValueError, match="no state"):
        parcels_on([], DAY(2022, 1, 1))


def test_lifetimes_end_the_day_before_the_next_state() -> None:
    lives = lifetimes(STATES).set_index("parcel_id")
    assert lives.loc["A", "until"] == pd.Timestamp("2021-12-31")
    assert lives.loc["C", "since"] == pd.Timestamp("2022-01-01")
    assert lives.loc["C", "until"] == pd.Timestamp("2023-12-31")
    assert pd.isna(lives.loc["B", "until"])
    assert pd.isna(lives.loc["D", "until"])


def test_a_code_that_comes_back_has_two_lives() -> None:
    states = [(DAY(2020, 1, 1), boxes(A=(0, 0, 9, 9))), (DAY(2021, 1, 1), boxes(B=(0, 0, 9, 9)))]
    again = lifetimes([*states, (DAY(2022, 1, 1), boxes(A=(0, 0, 9, 9)))])
    assert again["parcel_id"].tolist() == ["A", "A", "B"]


def test_a_register_on_a_day_keeps_the_cells() -> None:
    held = register(parcels=boxes(A=(0, 0, 100, 80), B=(0, 0, 50, 80), D=(50, 0, 100, 80)), occupancy=occupancy())
    held.sources.append(Source("a.csv", "", {"firm_id": ("A", "企业代码")}))
    held.tables["occupancy"].origin = {"firm_id": origin_code(0, np.array([2, 3, 4]))}
    then = register_on(held, DAY(2024, 6, 1), STATES)
    assert then["parcels"]["parcel_id"].tolist() == ["B", "D"]
    assert then["occupancy"]["firm_id"].tolist() == ["F2", "F3"]
    cell = then.cell("occupancy", 0, "firm_id")
    assert cell is not None
    assert cell.row == 3


def test_relatives_over_several_steps() -> None:
    lineage = pd.DataFrame({"parent": ["A", "A", "C", "D", "D"], "child": ["B", "C", "D", "D", ""]})
    assert relatives(lineage, "A", forwards=True) == ["B", "C", "D"]
    assert relatives(lineage, "D", forwards=False) == ["C", "A"]
    assert relatives(lineage, "X", forwards=True) == []
