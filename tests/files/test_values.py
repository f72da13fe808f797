"""Numbers, dates, codes, truth values and choices as clerks write them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujun.files.columns import read_column
from mujun.files.dates import read_date, read_year
from mujun.files.numbers import parse_number, read_number, read_numbers
from mujun.files.texts import read_choice, read_code, read_text, read_truth
from mujun.files.units import convert, factor, split_unit
from mujun.register.schema import TABLES, Column, Kind

TAX = TABLES["measures"].column("tax_wan")
POWER = TABLES["measures"].column("electricity_kwh")
AREA = TABLES["occupancy"].column("area_m2")
FAR = TABLES["parcels"].column("far_max")
FROM, TO = TABLES["occupancy"].column("from"), TABLES["occupancy"].column("to")
FIRM = TABLES["firms"].column("firm_id")
PARCEL = TABLES["parcels"].column("parcel_id")
INDUSTRY = TABLES["firms"].column("industry")
KIND = TABLES["occupancy"].column("kind")


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("1,234.5", 1234.5, ""), ("１２３．５", 123.5, "number_fullwidth"), ("-12", -12.0, ""), ("−12", -12.0, "number_fullwidth"),
        ("(12.5)", -12.5, ""), ("1 234", 1234.0, ""), ("¥1,200", 1200.0, ""), ("12.5万", 12.5, "number_unit"),
        ("12.5万元", 12.5, "number_unit"), ("5000元", 0.5, "number_unit"), ("1.2亿", 12000.0, "number_unit"),
        ("—", None, ""), ("-", None, ""), ("/", None, ""), ("无", None, ""), ("", None, ""), ("　", None, ""),
        ("abc", None, "number_bad"), ("nan", None, "number_bad"), ("inf", None, "number_bad"), ("1_000", None, "number_bad"),
        ("1,23", None, "number_bad"), ("12.5.6", None, "number_bad"), ("约120", None, "number_bad"), ("3%", None, "percent_unexpected"),
        ("#DIV/0!", None, "excel_error"), ("#N/A", None, "excel_error"), ("1e400", None, "number_bad"), ("5亩", None, "number_bad"),
    ],
)  # fmt: skip
def test_numbers_in_text(text: str, value: float | None, code: str) -> None:
    reading = read_number(text, TAX)
    assert (reading.value, reading.code) == (value, code)


def test_ten_thousands_of_another_unit_multiply() -> None:
    assert read_number("12万", POWER).value == 120_000.0
    assert read_number("12万千瓦时", POWER).value == 120_000.0
    assert read_number("3亩", AREA).value == 2000.0
    assert read_number("150%", FAR).value == 1.5


def test_dates_and_truths_are_no_numbers() -> None:
    assert read_number(dt.date(2023, 3, 5), TAX).code == "number_date"
    assert read_number(True, TAX).code == "number_bad"


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_printed_float_is_read_back_to_the_bit(value: float) -> None:
    assert parse_number(repr(value)) == value


@given(st.lists(st.one_of(st.text(max_size=12), st.floats(), st.booleans(), st.dates(), st.none(), st.integers())))
def test_columns_and_single_cells_agree_whatever_is_in_them(cells: list[object]) -> None:
    values, _ = read_numbers(cells, TAX)
    for cell, value in zip(cells, values, strict=True):
        alone = read_number(cell, TAX).value if type(cell) is not float else (cell if math.isfinite(cell) else None)
        assert (alone is None and np.isnan(value)) or alone == value


@given(
    st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=4), min_size=1),
    st.sampled_from([Fraction(1, 10_000), Fraction(10_000), Fraction(2000, 3), Fraction(1, 1000), Fraction(1, 15)]),
)
def test_conversion_gives_the_float_nearest_to_the_exact_product(written: list[Decimal], by: Fraction) -> None:
    values = np.array([float(text) for text in written])
    for value, converted in zip(values.tolist(), convert(values, by).tolist(), strict=True):
        assert converted == float(Fraction(repr(value)) * by)


@pytest.mark.parametrize(
    ("unit", "stored", "expected"),
    [
        ("元", "wan", Fraction(1, 10_000)), ("（亿元）", "wan", Fraction(10_000)), ("亩", "m2", Fraction(2000, 3)), ("公顷", "m2", 10_000),
        ("ha", "m2", 10_000), ("万㎡", "m2", 10_000), ("万千瓦时", "kwh", 10_000), ("万kWh", "kwh", 10_000), ("千千瓦时", "kwh", 1000),
        ("MWh", "kwh", 1000), ("kg", "t", Fraction(1, 1000)), ("%", "ratio", Fraction(1, 100)), ("单位：万元", "wan", 1),
        ("亩", "wan", None), ("美元", "wan", None),
    ],
)  # fmt: skip
def test_units(unit: str, stored: str, expected: Fraction | int | None) -> None:
    assert factor(unit, stored) == expected


def test_a_unit_at_the_end_of_a_heading_is_split_off() -> None:
    assert split_unit("用地面积m2") == ("用地面积", "m2")
    assert split_unit("综合能耗吨标煤") == ("综合能耗", "吨标煤")
    assert split_unit("税收/万元") == ("税收", "万元")


@pytest.mark.parametrize(
    ("cell", "expected", "code"),
    [
        ("2022-03-05", "2022-03-05", ""), ("2022/3/5", "2022-03-05", ""), ("2022.3.5", "2022-03-05", ""), ("2022年3月5日", "2022-03-05", ""),
        ("20220305", "2022-03-05", ""), (20220305.0, "2022-03-05", ""), ("2022年3月", "2022-03-01", ""), ("202203", "2022-03-01", ""),
        (44625.0, "2022-03-05", ""), ("44625", "2022-03-05", ""), ("2022-03-05 00:00:00", "2022-03-05", ""),
        ("2022-03-05T08:00:00", "2022-03-05", ""), (dt.datetime(2022, 3, 5, 9), "2022-03-05", ""), ("２０２２-３-５", "2022-03-05", ""),
        ("2022年", "2022-01-01", "date_partial"), (2022.0, "2022-01-01", "date_partial"), ("2022-02-30", None, "date_bad"),
        ("待定", None, "date_bad"), ("—", None, ""), (-3.0, None, "date_bad"), ("2021/13/05", None, "date_bad"), (True, None, "date_bad"),
        (1e300, None, "date_bad"), (float("nan"), None, ""),
    ],
)  # fmt: skip
def test_dates(cell: object, expected: str | None, code: str) -> None:
    reading = read_date(cell, FROM)
    assert (reading.value and reading.value.isoformat(), reading.code) == (expected, code)


def test_a_period_ends_with_the_last_day_of_its_month_or_year() -> None:
    assert read_date("2022年2月", TO).value == dt.date(2022, 2, 28)
    assert read_date("2024", TO).value == dt.date(2024, 12, 31)
    assert read_date("长期", TO).code == "date_open"
    assert read_date("9999-12-31", TO).value is None
    assert read_date("长期", FROM).code == "date_bad"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2022", 2022),
        (2022.0, 2022),
        ("2022年", 2022),
        ("2022年度", 2022),
        ("FY2022", 2022),
        (dt.date(2022, 12, 31), 2022),
        ("2022.0", 2022),
    ],
)
def test_years(cell: object, expected: int) -> None:
    assert read_year(cell).value == expected


@pytest.mark.parametrize("cell", ["2202", "22", "二二年", 20222.0, "2O22", 2022.5])
def test_impossible_years(cell: object) -> None:
    assert read_year(cell).code == "year_bad"


@pytest.mark.parametrize(
    "cell",
    ["9.13307E+17", 9.13307e17, "913307000000000000.0", 123456789012345678.0, 12.5, "123.0"],
)
def test_codes_that_a_spreadsheet_rounded_are_no_codes(cell: object) -> None:
    reading = read_code(cell, FIRM)
    assert (reading.value, reading.code) == (None, "code_rounded")


def test_digits_lost_to_zeros_are_seen_by_the_check_character() -> None:
    assert read_code("913300001234560000"[:15] + "000", FIRM).code == "code_zeros"
    values, findings = read_column(["913300001234560"[:15] + "000"], FIRM)
    assert values.tolist() == [""]
    assert findings[0].reading.code == "code_zeros"


@pytest.mark.parametrize(
    "written",
    [" 91330000ma00000016", "９１３３００００ＭＡ００００００１６", "91330000 MA00000016", "91330000-MA0000001-6"],
)
def test_credit_codes_are_normalised_with_a_notice(written: str) -> None:
    reading = read_code(written, FIRM)
    assert (reading.value, reading.code) == ("91330000MA00000016", "code_normalised")


def test_other_codes_keep_their_letters() -> None:
    assert read_code("x1", FIRM).value == "x1"
    assert read_code("c3360", INDUSTRY).value == "c3360"
    assert read_code(3360.0, INDUSTRY).value == "3360"
    assert read_code("3360.0", INDUSTRY).code == "code_as_number"
    assert read_code("330784001001GB00012", PARCEL).code == ""
    assert read_code(10023.0, PARCEL).value == "10023"
    assert read_code("x" * 200, PARCEL).code == "cell_too_long"


@given(st.lists(st.one_of(st.text(max_size=25), st.floats(), st.integers(), st.none(), st.dates())))
@pytest.mark.parametrize("column", [FIRM, PARCEL, TABLES["firms"].column("name"), TABLES["marks"].column("note")])
def test_text_columns_and_single_cells_agree(column: Column, cells: list[object]) -> None:
    values, _ = read_column(cells, column)
    read = read_code if column.kind is Kind.CODE else read_text
    assert values.tolist() == [read(cell, column).value or "" for cell in cells]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("是", True), ("√", True), (1.0, True), ("有", True), ("Y", True), (True, True), ("否", False), ("无", False), ("0", False), ("×", False),
     ("", None), ("—", None), (None, None)],
)  # fmt: skip
def test_truths(cell: object, expected: bool | None) -> None:
    assert read_truth(cell).value is expected


def test_neither_yes_nor_no() -> None:
    assert read_truth("待核").code == "truth_bad"


def test_choices() -> None:
    assert read_choice("自有", KIND).value == "own"
    assert read_choice("LEASE", KIND).value == "lease"
    assert read_choice("转租（二房东）", KIND).code == "choice_guessed"
    assert read_choice("借用", KIND).code == "choice_bad"
    assert read_choice("无", KIND).value is None


def test_values_below_the_minimum_become_nothing() -> None:
    values, findings = read_numbers([5.0, -3.0, "-1,200", ""], AREA)
    assert np.isnan(values[1:]).all()
    assert [(f.position, f.reading.code) for f in findings] == [(1, "number_negative"), (2, "number_negative")]
    assert read_numbers([-3.0], TAX)[1] == []


@given(st.lists(st.one_of(st.text(max_size=20), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.none())))
def test_no_cell_of_any_kind_breaks_any_column(cells: list[object]) -> None:
    for table in TABLES.values():
        for column in table.columns:
            if column.kind is not Kind.GEOMETRY:
                values, findings = read_column(cells, column)
                assert len(values) == len(cells)
                assert all(0 <= finding.position < len(cells) and finding.reading.code for finding in findings)
