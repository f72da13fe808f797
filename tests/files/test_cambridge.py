from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from mujun.base.creditcode import is_valid
from mujun.base.errors import UnreadableInput
from mujun.files.adapters.cambridge import read_year, stand_in_code
from mujun.register.lineage import derive_lineage
from mujun.register.reconcile import reconcile_areas
from mujun.register.tables import Register

REAL = os.environ.get("MUJUN_REAL_DATA", "")
DAY = dt.date(2014, 1, 1)


def made_up(path: Path) -> Path:
    """Write a tiny file with the columns of the city's: two lots, one of two polygons, and a street."""
    shapes = [
        shapely.box(x, 900_000, x + width, 900_050)
        for x, width in ((230_000, 40), (230_040, 30), (230_070, 30), (229_000, 900))
    ]
    frame = pd.DataFrame(
        {
            "parcel_id": ["1-1", "1-2", "1-2", "---"],
            "geometry": list(shapely.to_wkb(np.array(shapes))),
            "rec_area_m2": [2_000.0, 0.0, 0.0, np.nan],
            "area_m2": [2_000.0, 1_500.0, 1_500.0, 45_000.0],
            "landuse_code": ["400", "101", "101", None],
            "total_value": [650_000.0, 300_000.0, 300_000.0, np.nan],
            "is_industrial": [True, False, False, False],
            "fiscal_year": 2014,
            "floor_area_m2": [900.0, 0.0, 0.0, np.nan],
            "stories": [2.5, 1.0, 1.0, np.nan],
            "year_built": [1901.0, 0.0, 0.0, np.nan],
            "address": ["1 Example St", "2 Example St", "2 Example St", None],
        }
    )
    frame.to_parquet(path)
    return path


def test_what_exists_comes_in_and_what_does_not_is_a_stand_in(tmp_path: Path) -> None:
    register, log = read_year(made_up(tmp_path / "year.parquet"))
    assert [defect.code for defect in log] == ["rows_merged"]
    parcels = register["parcels"]
    assert parcels["parcel_id"].tolist() == ["1-1", "1-2"]
    assert parcels["registered_area_m2"].iloc[0] == 2_000
    assert np.isnan(parcels["registered_area_m2"].iloc[1])
    assert parcels["taxed_area_m2"].isna().all()
    assert reconcile_areas(register, DAY)["drawn_m2"].tolist() == pytest.approx([2_000, 3_000], rel=1e-3)
    assert register["firms"]["name"].tolist() == ["1 Example St（代用，地块1-1）"]
    assert register["measures"]["tax_wan"].tolist() == [65.0]
    assert register["occupancy"]["area_m2"].tolist() == [2_000]
    assert register["buildings"]["building_id"].tolist() == ["1-1/1"]
    assert register["barriers"]["kind"].tolist() == ["---"]
    cell = register.cell("parcels", 1, "registered_area_m2")
    assert cell is not None
    assert (cell.file, cell.row, cell.heading) == ("year.parquet", 2, "rec_area_m2")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(other)
    with pytest.raises(UnreadableInput, match="缺少列"):
        read_year(other)
    (tmp_path / "broken.parquet").write_bytes(b"no")
    with pytest.raises(UnreadableInput, match="读不出来"):
        read_year(tmp_path / "broken.parquet")


def test_stand_in_codes_have_a_right_check_character() -> None:
    assert is_valid(stand_in_code("267.3-275"))
    assert stand_in_code("1-1") != stand_in_code("1-2")


@pytest.fixture(scope="module")
def years() -> tuple[Register, Register]:
    folder = Path(REAL) / "data" / "cambridge"
    return read_year(folder / "cambridge_fy13.parquet")[0], read_year(folder / "cambridge_fy14.parquet")[0]


@pytest.mark.skipif(not REAL, reason="MUJUN_REAL_DATA is not set")
def test_the_real_pair_of_years(years: tuple[Register, Register]) -> None:
    before, after = years
    old, new = set(before["parcels"]["parcel_id"]), set(after["parcels"]["parcel_id"])
    assert (len(old - new), len(new - old)) == (94, 52)
    lineage = derive_lineage(before["parcels"], after["parcels"])
    counts = lineage["kind"].value_counts()
    assert counts["same"] > 12_900
    assert 7 < lineage.loc[lineage["kind"] == "same", "moved_m2"].median() < 9
    assert set(lineage["parent"]) - {""} == old
    # The later year draws one lot as a polygon without a point.
    assert set(lineage["child"]) - {""} == new - {"238-80"}
    split = lineage[lineage["parent"] == "16-31"]
    assert split[["child", "kind"]].to_numpy().tolist() == [["16-32", "split"], ["16-33", "split"]]


@pytest.mark.skipif(not REAL, reason="MUJUN_REAL_DATA is not set")
def test_deed_against_drawn_area(years: tuple[Register, Register]) -> None:
    ratio = reconcile_areas(years[1], DAY)["drawn_ratio"].dropna()
    assert 0.8 < ratio.quantile(0.01) < 0.83
    assert 1.15 < ratio.quantile(0.99) < 1.18
    codes = pd.concat([stand_in(register) for register in years])
    assert codes.groupby("firm_id")["parcel_id"].nunique().max() == 1


def stand_in(register: Register) -> pd.DataFrame:
    return register["occupancy"][["firm_id", "parcel_id"]]
