"""The user's own file back, with reasons; templates; formulas made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from mujun.base.defects import Defect, Severity
from mujun.files.county import read_file
from mujun.files.formulas import is_formula_like, neutral, reaches_out
from mujun.files.returned import write_returned
from mujun.files.templates import NOTES, write_template
from mujun.register.schema import TABLES, Kind
from tests.files.conftest import MakeBook

Code = Callable[[int], str]


def test_a_workbook_keeps_its_formats_and_gets_reasons(book: MakeBook, code: Code, tmp_path: Path) -> None:
    rows = [
        ["企业名录"],
        ["统一社会信用代码", "企业名称", "成立日期"],
        [code(1), "示范甲", "2020-02-30"],
        [code(2), "=cmd|' /C calc'!A0", None],
    ]
    path = book("企业.xlsx", {"企业": rows}, merged=[("企业", "A1:C1", "企业名录")])
    _, log = read_file(path)
    written = write_returned(path, log, tmp_path / "out" / "企业.xlsx")
    page = openpyxl.load_workbook(written)["企业"]
    bad = page["C3"]
    assert bad.fill.fgColor.rgb == "00FFC7CE"
    assert "2020-02-30" in bad.comment.text
    assert page["D2"].value == "问题"
    assert page["D3"].value.startswith("C3【错误】")
    assert page["D4"].value is None
    assert page["A1"].value == "企业名录"
    assert "A1:C1" in [str(area) for area in page.merged_cells.ranges]
    assert (page["B4"].data_type, page["B4"].quotePrefix) == ("s", True)
    again, log = read_file(written)
    assert again["firms"]["firm_id"].tolist() == [code(1), code(2)]
    assert [defect.code for defect in log] == ["date_bad"]


def test_formulas_that_reach_outside_become_text_and_others_stay(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.append(["firm_id", "合计", "链接"])
    page.append(["x", "=1+1", '=HYPERLINK("http://example.invalid","a")'])
    workbook.save(tmp_path / "firms.xlsx")
    written = write_returned(tmp_path / "firms.xlsx", [], tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(written).active
    assert (page["B2"].data_type, page["C2"].data_type) == ("f", "s")


def test_a_csv_comes_back_with_a_mark_reasons_and_harmless_cells(tmp_path: Path, code: Code) -> None:
    path = tmp_path / "firms.csv"
    path.write_bytes(f"firm_id,name,founded_on\n{code(1)},=1+1,2020-02-30\n{code(2)},-5.2,\n".encode("gb18030"))
    _, log = read_file(path)
    written = write_returned(path, log, tmp_path / "out" / "firms.csv")
    content = written.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][3] == "问题"
    assert rows[1][1] == "'=1+1"
    assert rows[1][3].startswith("C2【错误】")
    assert rows[2][1] == "-5.2"
    again, _ = read_file(written)
    assert again["firms"]["name"].tolist() == ["=1+1", "-5.2"]


def test_other_workbooks_come_back_as_plain_xlsx(
    tmp_path: Path, book: MakeBook, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mujun.files.returned._MOST_CELLS_KEPT", 0)
    path = book("企业.xlsx", {"企业": [["firm_id", "name", "成立日期"], [code(1), "+cmd", "2020-02-30"]]})
    _, log = read_file(path)
    general = Defect("x", Severity.NOTICE, "整张表的话")
    page = openpyxl.load_workbook(write_returned(path, [*log, general], tmp_path / "out.xlsx"))
    assert page["企业"]["D2"].value.startswith("C2【错误】")
    assert page["企业"]["C2"].fill.fgColor.rgb == "FFFFC7CE"
    assert page["企业"]["B2"].quotePrefix
    assert page["问题汇总"]["C2"].value == "整张表的话"


def test_a_layer_comes_back_as_a_list_of_features(tmp_path: Path) -> None:
    path = tmp_path / "parcels.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"parcel_id":"G1"},"geometry":null}]}'
    )
    _, log = read_file(path)
    written = write_returned(path, log, tmp_path / "out" / "parcels.geojson")
    assert written.name == "parcels.geojson.csv"
    rows = list(csv.DictReader(io.StringIO(written.read_text(encoding="utf-8-sig"))))
    assert [(row["要素序号"], row["标识"], row["字段"]) for row in rows] == [("1", "G1", "geometry")]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_formula_like_text_is_neutralised(text: str) -> None:
    assert is_formula_like(text)
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "示范", "-5.2", "+3", "-1,200", "12%", "-3e5", "a=b"])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


def test_which_formulas_reach_outside() -> None:
    assert reaches_out("=cmd|'/C calc'!A0")
    assert reaches_out('=hyperlink("x")')
    assert not reaches_out("=SUM(A1:A9)")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_templates_are_read_back_column_by_column(tmp_path: Path, table: str) -> None:
    path = tmp_path / f"{TABLES[table].label}.xlsx"
    write_template(table, path)
    workbook = openpyxl.load_workbook(path)
    page = workbook[TABLES[table].label]
    columns = [column for column in TABLES[table].columns if column.kind is not Kind.GEOMETRY]
    assert page.max_column == len(columns)
    rules = {str(rule.sqref).split(":")[0][:-1]: rule for rule in page.data_validations.dataValidation}
    for number, column in enumerate(columns, start=1):
        letter = page.cell(1, number).column_letter
        if column.choices:
            assert rules[letter].formula1 == '"' + ",".join(names[0] for _, names in column.choices) + '"'
        if column.kind is Kind.TRUTH:
            assert rules[letter].formula1 == '"是,否"'
    assert workbook[NOTES].max_row >= len(columns) + 1
    values = {"code": "X1", "text": "甲", "number": 2, "year": 2022, "date": "2022-03-05", "truth": "是"}
    for number, column in enumerate(columns, start=1):
        page.cell(2, number).value = column.choices[0][1][0] if column.choices else values[column.kind]
    workbook.save(path)
    register, log = read_file(path)
    assert len(log) == 0
    row = register[table].iloc[0]
    assert all(row[column.name] == row[column.name] and row[column.name] != "" for column in columns)
    cells = {column.name: register.cell(table, 0, column.name) for column in columns}
    assert all(cell is not None and cell.row == 2 for cell in cells.values())
