"""Folders and files of a county, as they come."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mujun.base.errors import UnreadableInput
from mujun.files.county import read_county, read_file
from mujun.files.names import candidates, year_in
from tests.files.conftest import MakeBook

Code = Callable[[int], str]
FIRM_HEAD = ["统一社会信用代码", "企业名称"]


def codes(log: object) -> Counter[str]:
    return Counter(defect.code for defect in log)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("firms", "firms"), ("企业", "firms"), ("企业名单2022", "firms"), ("measures_2022", "measures"), ("企业税收2022", "taxes"),
        ("2022年度指标", "measures"), ("宗地", "parcels"), ("企业用地情况", "occupancy"), ("企业表", "firms"), ("房屋（城区）", "buildings"),
    ],
)  # fmt: skip
def test_a_table_is_known_by_the_longest_name_contained(name: str, table: str) -> None:
    assert candidates(name)[0].name == table


def test_english_names_must_stand_as_words() -> None:
    assert candidates("communities") == []
    assert year_in("税收2021-2022") is None
    assert year_in("税收2022") == 2022


def test_title_rows_two_level_headings_units_and_column_numbers(book: MakeBook, code: Code) -> None:
    path = book(
        "年度指标.xlsx",
        {
            "Sheet1": [
                ["某县工业企业主要指标"], [None], ["基本情况", None, None, "税收", "用电", None],
                ["信用代码", "企业名称", "年度", "2022年\n（元）", "用电量", "备查"], [None, None, None, None, "万千瓦时", None],
                ["甲", "乙", 1, 2, 3, 4], [code(1), "示范甲", 2022, 1_234_567, 3.5, "x"], ["合计", None, None, 1_234_567, 3.5, None],
                ["填表人：某某", None, None, None, None, None],
            ]
        },
        merged=[("Sheet1", "A3:C3", "基本情况"), ("Sheet1", "E3:F3", "用电")],
    )  # fmt: skip
    register, log = read_file(path)
    measures = register["measures"]
    assert len(measures) == 1
    assert measures["tax_wan"].tolist() == [123.4567]
    assert measures["electricity_kwh"].tolist() == [35_000.0]
    assert codes(log) == {"column_unknown": 1, "unit_converted": 2, "total_row": 2}
    cell = register.cell("measures", 0, "tax_wan")
    assert cell is not None
    assert (cell.address, cell.heading) == ("年度指标.xlsx / Sheet1 / D7", "税收 2022年 （元）")


def test_a_lessor_under_a_group_heading_is_not_the_firm(book: MakeBook, code: Code) -> None:
    rows = [
        ["承租企业", None, "宗地代码", "出租方", "起"],
        ["统一社会信用代码", "企业名称", None, "统一社会信用代码", None],
        [code(1), "示范甲", "G1", code(2), dt.date(2020, 1, 1)],
    ]
    path = book(
        "用地关系.xlsx", {"Sheet1": rows}, merged=[("Sheet1", "A1:B1", "承租企业"), ("Sheet1", "C1:C2", "宗地代码")]
    )
    register, _ = read_file(path)
    assert register["occupancy"][["firm_id", "lessor_id"]].to_numpy().tolist() == [[code(1), code(2)]]


def test_a_unit_in_the_title_holds_for_columns_without_their_own(book: MakeBook, code: Code) -> None:
    rows = [
        ["年度指标（单位：元、亩）"],
        [*FIRM_HEAD, "年度", "税收", "营业收入(万元)"],
        [code(1), "示范甲", 2022, 50_000, 7],
    ]
    register, _ = read_file(book("measures.xlsx", {"A": rows}))
    assert register["measures"][["tax_wan", "revenue_wan"]].to_numpy().tolist() == [[5.0, 7.0]]


def test_a_unit_of_another_kind_is_told_and_not_used(book: MakeBook, code: Code) -> None:
    register, log = read_file(
        book("measures.xlsx", {"A": [[*FIRM_HEAD, "年度", "税收(亩)"], [code(1), "示范甲", 2022, 5]]})
    )
    assert register["measures"]["tax_wan"].tolist() == [5.0]
    assert codes(log)["unit_unknown"] == 1


def test_the_year_may_stand_in_the_file_name(tmp_path: Path, code: Code) -> None:
    (tmp_path / "measures_2022.csv").write_text(f"firm_id,tax_wan\n{code(1)},5\n")
    register, log = read_file(tmp_path / "measures_2022.csv")
    assert register["measures"]["year"].tolist() == [2022]
    assert codes(log) == {"year_from_name": 1}


def test_without_any_year_the_table_is_not_read(tmp_path: Path, code: Code) -> None:
    (tmp_path / "measures.csv").write_text(f"firm_id,tax_wan\n{code(1)},5\n")
    register, log = read_file(tmp_path / "measures.csv")
    assert "measures" not in register.tables
    assert codes(log) == {"key_column_missing": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_csv_in_any_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str, code: Code) -> None:
    rows = [FIRM_HEAD, [code(1), "示范㐱五金"], [code(2), "示范乙五金"]]
    path = tmp_path / "企业.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    register, log = read_file(path)
    assert register["firms"]["name"].tolist() == ["示范㐱五金", "示范乙五金"]
    assert len(log) == 0


def test_csv_rows_are_lines_even_after_a_cell_of_two_lines(tmp_path: Path, code: Code) -> None:
    path = tmp_path / "firms.csv"
    path.write_text(f'firm_id,name,founded_on\n{code(1)},"示范\n甲",2020-01-01\n{code(2)},示范乙,2020-02-30\n')
    _, log = read_file(path)
    assert [(defect.code, defect.cell) for defect in log if defect.code == "date_bad"] == [("date_bad", "C4")]


def test_a_countys_own_headings_are_mapped(tmp_path: Path, code: Code) -> None:
    path = tmp_path / "firms.csv"
    path.write_text(f"主体身份码,叫什么,name\n{code(1)},示范甲,别的\n")
    mapping = {"主体身份码": "firm_id", "叫什么": "name", "name": ""}
    for given in (mapping, {"firms": mapping}):
        register, log = read_file(path, mapping=given)
        assert register["firms"][["firm_id", "name"]].to_numpy().tolist() == [[code(1), "示范甲"]]
        assert len(log) == 0


def test_files_of_bureaus_are_merged_by_key_with_the_cell_of_each_value(tmp_path: Path, code: Code) -> None:
    (tmp_path / "税务").mkdir()
    (tmp_path / "firms.csv").write_text(f"firm_id,name\n{code(1)},示范甲\n")
    (tmp_path / "税务" / "measures_tax.csv").write_text(
        f"firm_id,year,tax_wan,revenue_wan\n{code(1)},2022,5,100\n{code(1)},2022,5,100\n"
    )
    (tmp_path / "统计measures.csv").write_text(f"firm_id,year,energy_tce,revenue_wan\n{code(1)},2022,9,101\n")
    register, log = read_county(tmp_path)
    measures = register["measures"]
    assert measures[["tax_wan", "energy_tce"]].to_numpy().tolist() == [[5.0, 9.0]]
    assert codes(log) == {"duplicate_row": 1, "conflict": 1, "rows_merged": 1}
    energy, tax = register.cell("measures", 0, "energy_tce"), register.cell("measures", 0, "tax_wan")
    assert energy is not None
    assert tax is not None
    assert {energy.address, tax.address} == {"统计measures.csv / C2", "税务/measures_tax.csv / C2"}


def test_a_merged_cell_holds_for_all_its_rows(book: MakeBook, code: Code) -> None:
    rows = [["统一社会信用代码", "年度", "税种", "金额"], [code(1), 2022, "增值税", 5], [None, 2022, "消费税", 6]]
    path = book("税收明细.xlsx", {"S": rows}, merged=[("S", "A2:A3", code(1))])
    register, log = read_file(path)
    assert register["taxes"]["firm_id"].tolist() == [code(1), code(1)]
    assert codes(log) == {"merged_filled": 1}


def test_errors_of_formulas_are_seen_though_the_reader_shows_them_blank(tmp_path: Path, code: Code) -> None:
    import xlsxwriter

    path = tmp_path / "measures.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        other, page = workbook.add_worksheet("说明"), workbook.add_worksheet("年度指标")
        other.write(0, 0, "x")
        page.write_row(0, 0, ["firm_id", "year", "tax_wan"])
        page.write_row(1, 0, [code(1), 2022])
        page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    _, log = read_file(path)
    assert [(d.code, d.cell) for d in log if d.code == "excel_error"] == [("excel_error", "C2")]


def test_rows_without_a_key_are_told_and_left_out(tmp_path: Path, code: Code) -> None:
    path = tmp_path / "firms.csv"
    path.write_text(f"firm_id,name\n{code(1)},示范甲\n,示范乙\n9.13307E+17,示范丙\n,\n")
    register, log = read_file(path)
    assert register["firms"]["name"].tolist() == ["示范甲"]
    assert codes(log) == {"key_missing": 2, "code_rounded": 1}


def test_a_folder_without_firms_stops_but_reads_the_rest(tmp_path: Path) -> None:
    from mujun.register.checks import check_register

    (tmp_path / "parcels.csv").write_text("parcel_id,town\nG1,甲镇\n")
    (tmp_path / "firms.xlsx").write_bytes(b"PK\x03\x04broken")
    register, log = read_county(tmp_path)
    assert len(register["parcels"]) == 1
    assert log.stops
    assert check_register(register).stops


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path, code: Code) -> None:
    (tmp_path / "firms.csv").write_text(f"firm_id\n{code(1)}\n")
    for name in ("_planted/firms.csv", ".git/firms.csv", "_firms.csv", "~$firms.xlsx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("broken")
    (tmp_path / "读我.docx").write_text("x")
    register, log = read_county(tmp_path)
    assert len(register["firms"]) == 1
    assert codes(log) == {"file_type": 1}


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(UnreadableInput):
            read_county(path)


def test_parquet_and_excel_give_the_same(tmp_path: Path, book: MakeBook, code: Code) -> None:
    rows = [[code(1), 2022, 5.25], [code(2), 2022, None]]
    frame = pd.DataFrame(rows, columns=["firm_id", "year", "税收(元)"])
    frame.to_parquet(tmp_path / "measures.parquet")
    one, _ = read_file(tmp_path / "measures.parquet")
    other, _ = read_file(book("measures2.xlsx", {"年度指标": [list(frame.columns), *rows]}))
    pd.testing.assert_frame_equal(one["measures"], other["measures"])
    assert one["measures"]["tax_wan"].iat[0] == 0.000525


def test_progress_names_every_file(tmp_path: Path, code: Code) -> None:
    (tmp_path / "firms.csv").write_text(f"firm_id\n{code(1)}\n")
    told: list[tuple[str, int, int]] = []
    read_county(tmp_path, progress=lambda name, number, count: told.append((name, number, count)))
    assert told == [("firms.csv", 0, 1), ("", 1, 1)]
