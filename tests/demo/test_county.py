from __future__ import annotations

import csv
import datetime as dt
import hashlib
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest
import python_calamine
import shapely

from mujun.base.errors import MujunError
from mujun.cli import main
from mujun.demo.county import PLANTED, write_county


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county") / "示范县"
    write_county(folder, seed=1, scale=0.25)
    return folder


@pytest.fixture(scope="module")
def planted(county: Path) -> pd.DataFrame:
    return pd.read_csv(county / PLANTED / "defects.csv", encoding="utf-8-sig", keep_default_na=False)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for name in ("one", "other"):
        write_county(tmp_path / name, seed=7, scale=0.02)
    write_county(tmp_path / "third", seed=8, scale=0.02)
    assert digests(tmp_path / "one") == digests(tmp_path / "other")
    assert digests(tmp_path / "one") != digests(tmp_path / "third")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(MujunError, match="已有文件"):
        write_county(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_nothing_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mujun.demo.county.write_layer", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_county(tmp_path / "county", scale=0.02)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MujunError, match="写不进"):
        write_county(tmp_path / "file" / "county", scale=0.02)


def test_files_are_as_bureaus_hand_them_over(county: Path) -> None:
    names = {path.name for path in county.iterdir()}
    assert {
        "企业.csv",
        "宗地.shp",
        "宗地.gpkg",
        "用地台账.xlsx",
        "统计年报.xlsx",
        "税务局.xlsx",
        "年度指标.csv",
    } <= names
    assert "统一社会信用代码" in (county / "企业.csv").read_bytes().decode("gb18030").splitlines()[0]
    with pytest.raises(UnicodeDecodeError):
        (county / "企业.csv").read_bytes().decode("utf-8")
    power = (county / "年度指标.csv").read_bytes().decode("gb18030").splitlines()[0]
    assert power == "用电户名,地址,年度,用电量(千瓦时)"


def test_headings_are_merged_and_carry_units(county: Path) -> None:
    sheet = openpyxl.load_workbook(county / "统计年报.xlsx")["年度指标"]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:H1", "A2:C2", "D2:F2", "G2:H2"} == merged
    assert sheet["G3"].value == "综合能源消费量(吨标煤)"
    supply = openpyxl.load_workbook(county / "供地台账.xlsx")["宗地"]
    kinds = {type(supply.cell(row, 7).value) for row in range(4, 200)}
    assert {str, dt.datetime} <= kinds


def test_one_layer_is_in_metres_of_its_zone_and_the_others_in_degrees(county: Path) -> None:
    assert pyogrio.read_info(county / "宗地.shp")["crs"] == "EPSG:4529"
    west, south, _, north = pyogrio.read_info(county / "宗地.shp", force_total_bounds=True)["total_bounds"]
    assert 41_400_000 < west < 41_600_000
    assert 3_200_000 < south < north < 3_400_000
    assert (county / "宗地.cpg").read_text() == "GBK"
    meta, _, geometry, _ = pyogrio.raw.read(county / "宗地.gpkg", layer="宗地")
    assert meta["crs"] == "EPSG:4490"
    points = shapely.get_coordinates(shapely.from_wkb(geometry))
    assert ((points[:, 0] > 122).mean()) > 0.9


def test_at_least_forty_kinds_each_several_times(planted: pd.DataFrame) -> None:
    cases = planted[planted["role"] == "planted"].groupby("kind")["case"].nunique()
    assert len(cases) >= 40
    assert (cases >= 2).all(), cases[cases < 2]


def test_the_list_points_at_the_cells(county: Path, planted: pd.DataFrame) -> None:
    """What the list calls text in a number, a reversed period or a wrong code really stands in that cell."""
    for kind, expected in (
        ("text_in_number", str),
        ("excel_error", str),
        ("code_rounded", float),
        ("tax_in_yuan", float),
    ):
        rows = planted[(planted["kind"] == kind) & (planted["role"] == "planted")]
        assert len(rows) >= 2
        for row in rows.itertuples():
            value = cell(county, str(row.file), str(row.sheet), str(row.column), int(str(row.row)))
            assert isinstance(value, expected), (kind, value)
    for row in planted[(planted["kind"] == "town_unknown") & (planted["role"] == "planted")].itertuples():
        assert cell(county, str(row.file), "", str(row.column), int(str(row.row))) in {
            "甲字镇",
            "外县镇",
            "白铁",
            "青同镇",
        }


def cell(county: Path, file: str, sheet: str, column: str, row: int) -> object:
    place = ord(column) - ord("A")
    if file.endswith(".csv"):
        with (county / file).open(encoding="gb18030", newline="") as stream:
            return list(csv.reader(stream))[row - 1][place]
    book = python_calamine.CalamineWorkbook.from_path(county / file)
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[row - 1][place]


def test_the_command_says_where_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mujun.demo.county.FIRMS", 60)
    monkeypatch.setattr("mujun.demo.county.PARCELS", 56)
    folder = tmp_path / "county"
    assert main.main(["demo", "--out", str(folder), "--seed", "2", "--json"]) == 0
    assert (folder / PLANTED / "defects.csv").exists()
    assert main.main(["demo", "--out", str(folder)]) == 2
