"""``mujun check`` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mujun.base import creditcode
from mujun.cli.main import main

_BODY = "91330000MA0000001"
FIRM = _BODY + creditcode.check_character(_BODY)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "县"
    (folder / "税务").mkdir(parents=True)
    (folder / "企业.csv").write_text(
        f"统一社会信用代码,企业名称,成立日期,是否规上\n{FIRM},示范甲,2020-02-30,是\n", encoding="gb18030"
    )
    (folder / "用地关系.csv").write_text(f"firm_id,parcel_id,from,kind,area_m2\n{FIRM},G1,2020-01-01,自有,5000\n")
    (folder / "税务" / "年度指标.csv").write_text(f"firm_id,年度,税收(元)\n{FIRM},2022,abc\n")
    return folder


def test_defects_are_listed_and_do_not_fail_the_command(county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(county)]) == 0
    shown = capsys.readouterr().out
    assert "date_bad" in shown
    assert "number_bad" in shown


def test_the_answer_as_json(county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(county), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["stops"] is False
    assert answer["counts"] == {"stops": 0, "error": 2, "warning": 0, "notice": 1}
    cells = {(defect["file"], defect["cell"], defect["code"]) for defect in answer["defects"]}
    assert ("税务/年度指标.csv", "C2", "number_bad") in cells


def test_every_file_with_a_defect_comes_back(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["check", str(county), "--json", "--out", str(out)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["returned"] == ["企业.csv", "税务/年度指标.csv"]
    assert "C2【错误】" in (out / "企业.csv").read_text(encoding="utf-8-sig")


def test_a_county_that_cannot_be_evaluated_answers_no(county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (county / "企业.csv").unlink()
    assert main(["check", str(county), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["stops"] is True


def test_a_folder_that_cannot_be_read_is_a_broken_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nowhere"), "--json"]) == 2
    captured = capsys.readouterr()
    assert "error" in json.loads(captured.out)
    assert "没有这个文件夹" in captured.err
