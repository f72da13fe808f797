"""``mujun findings`` from the outside: a folder of files in, findings with clause and cell out."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from mujun.base import creditcode
from mujun.cli.main import main


def code(number: int) -> str:
    body = f"91330784MA00000{number:02d}"
    return body + creditcode.check_character(body)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "县"
    folder.mkdir()
    (folder / "宗地.csv").write_text(
        "宗地代码,镇街,登记面积,供地日期,约定开工,开工日期,竣工日期,投产日期,土地价款,违法用地\n"
        "G1,甲镇,12000,2009-01-01,2009-07-01,2009-06-01,2010-06-01,2011-01-01,200,否\n"
        "G2,甲镇,12000,2022-06-01,2023-01-01,,,,300,否\n",
        encoding="utf-8",
    )
    (folder / "企业.csv").write_text(f"统一社会信用代码,企业名称,是否规上\n{code(1)},示范甲,否\n", encoding="gb18030")
    (folder / "用地关系.csv").write_text(f"firm_id,parcel_id,from,kind,area_m2\n{code(1)},G1,2010-01-01,自有,12000\n")
    (folder / "年度指标.csv").write_text(f"firm_id,年度,税收(万元),用电量\n{code(1)},2024,36,1000\n", encoding="utf-8")
    return folder


def rows(out: Path) -> list[dict[str, str]]:
    raw = (out / "findings.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))


def call(county: Path, out: Path, *more: str) -> int:
    return main(["findings", str(county), "--year", "2024", "--rules", "YK", "--out", str(out), *more])


def test_findings_are_written_as_the_exchange_format_says(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(county, tmp_path / "out", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    found = {(row["parcel"], row["criterion"]): row for row in rows(tmp_path / "out")}
    assert list(rows(tmp_path / "out")[0]) == ["parcel", "criterion", "value", "threshold", "clause", "since"]
    assert set(found) == {
        ("G1", "low_tax_per_mu"), ("G1", "large_below_scale"), ("G2", "supplied_not_used"), ("G2", "idle_1y"),
    }  # fmt: skip
    low, idle = found["G1", "low_tax_per_mu"], found["G2", "idle_1y"]
    assert (low["value"], low["threshold"], low["since"]) == ("2", "5", "2024-12-31")
    assert (idle["value"], idle["threshold"], idle["since"]) == ("23", "12", "2024-01-01")
    assert "国土资源部令第53号" in idle["clause"]
    assert (answer["found"], answer["counts"]["idle_1y"], answer["undecided"]["low_far"]) == (2, 1, 2)
    for name, digest in answer["files"].items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    detail = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))["findings"]
    fee = next(one for one in detail if one["criterion"] == "idle_1y")
    assert fee["fee_wan"] == 60
    assert {"宗地.csv / E3"} <= {cell["cell"]["address"] for cell in fee["cells"] if cell["cell"]}


def test_the_same_county_gives_the_same_bytes(county: Path, tmp_path: Path) -> None:
    assert call(county, tmp_path / "one") == call(county, tmp_path / "two") == 0
    files = [file.relative_to(tmp_path / "one") for file in (tmp_path / "one").rglob("*") if file.is_file()]
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files)
    assert call(county, tmp_path / "one") == 0


def test_grades_come_from_a_run_a_file_or_a_rule_set(county: Path, tmp_path: Path) -> None:
    def criteria(out: str) -> set[str]:
        return {row["criterion"] for row in rows(tmp_path / out)}

    (tmp_path / "grades.csv").write_text(f"firm_id,grade\n{code(1)},D\n", encoding="utf-8-sig")
    assert call(county, tmp_path / "file", "--grades", str(tmp_path / "grades.csv")) == 0
    assert "grade_d" in criteria("file")
    run = tmp_path / "run"
    assert main(["evaluate", str(county), "--year", "2024", "--rules", "HY2022", "--out", str(run)]) == 0
    assert call(county, tmp_path / "folder", "--grades", str(run)) == 0
    assert call(county, tmp_path / "ruler", "--grade-rules", "HY2022") == 0
    assert criteria("folder") == criteria("ruler")


def test_broken_calls_are_refused(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["findings", str(county), "--year", "2024", "--rules", "HY2022", "--out", str(tmp_path / "x")]) == 2
    assert "没有名为“HY2022”的认定规则集" in capsys.readouterr().err
    assert call(county, tmp_path / "x", "--grades", str(tmp_path / "none.csv")) == 2
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    assert call(county, tmp_path / "full") == 2
    assert not (tmp_path / "x").exists()


def test_a_year_without_figures_is_told_and_finds_what_dates_show(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["findings", str(county), "--year", "2023", "--rules", "YK", "--out", str(tmp_path / "out"), "--json"]
    assert main(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert any("不能按HY2022评价" in note for note in answer["notes"])
    assert answer["counts"]["supplied_not_used"] == 1
    assert answer["undecided"]["low_tax_per_mu"] == 2


def test_a_folder_of_findings_replays_to_the_same_bytes(county: Path, tmp_path: Path) -> None:
    assert call(county, tmp_path / "out", "--grade-rules", "HY2022") == 0
    assert main(["replay", str(tmp_path / "out"), "--out", str(tmp_path / "again")]) == 0
    for file in (one for one in (tmp_path / "out").rglob("*") if one.is_file()):
        assert (tmp_path / "again" / file.relative_to(tmp_path / "out")).read_bytes() == file.read_bytes(), file


@pytest.mark.parametrize(
    "name", ["findings.csv", "grades.csv", "rules.yaml", "snapshot/parcels.parquet", "findings.json"]
)
def test_any_change_of_a_folder_of_findings_is_found(
    county: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(county, tmp_path / "out", "--grade-rules", "HY2022") == 0
    content = bytearray((tmp_path / "out" / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "out" / name).write_bytes(bytes(content))
    assert main(["replay", str(tmp_path / "out")]) == 1
    assert name in capsys.readouterr().out
    description = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    description["files"][name] = hashlib.sha256(bytes(content)).hexdigest()  # forged together with its digest
    (tmp_path / "out" / "run.json").write_text(json.dumps(description), encoding="utf-8")
    if name in ("findings.csv", "findings.json"):
        assert main(["replay", str(tmp_path / "out")]) == 1


def test_what_a_drawn_area_was_measured_from_is_frozen_too(tmp_path: Path) -> None:
    held = tmp_path / "县"
    held.mkdir()
    square = "[[120,29],[120.001,29],[120.001,29.001],[120,29.001],[120,29]]"
    feature = '{{"type":"Feature","properties":{{"宗地代码":"{}","登记面积":{}}},"geometry":{{"type":"Polygon","coordinates":[{}]}}}}'
    features = ",".join([feature.format("G1", "null", square), feature.format("G2", "9000", square)])
    (held / "宗地.geojson").write_text(f'{{"type":"FeatureCollection","features":[{features}]}}', encoding="utf-8")
    (held / "企业.csv").write_text(f"统一社会信用代码,企业名称,是否规上\n{code(1)},示范甲,否\n", encoding="utf-8")
    (held / "用地关系.csv").write_text(f"firm_id,parcel_id,from,kind,area_m2\n{code(1)},G1,2010-01-01,自有,10000\n")
    (held / "年度指标.csv").write_text(f"firm_id,年度,税收(万元)\n{code(1)},2024,36\n", encoding="utf-8")
    assert call(held, tmp_path / "out", "--grade-rules", "HY2022") == 0
    assert any(row["parcel"] == "G1" and row["criterion"] == "large_below_scale" for row in rows(tmp_path / "out"))
    assert main(["replay", str(tmp_path / "out")]) == 0
    shapes = pd.read_parquet(tmp_path / "out" / "snapshot" / "parcels.parquet").set_index("parcel_id")["geometry"]
    assert (shapes.notna()["G1"], shapes.notna()["G2"]) == (True, False)
