"""Heading rows that break down a merged heading belong to the heading."""

from __future__ import annotations

from mujun.files.headings import find_headings
from mujun.files.sheets import Grid
from mujun.register.schema import TABLES

ROWS: list[list[object]] = [
    ["统一社会信用代码", "年度", "税收", "", "用电量(万千瓦时)"],
    ["", "", "合计(元)", "其中：增值税", ""],
    ["91330784MA2000001G", 2022.0, 1000000.0, 500000.0, 31.5],
]


def test_a_row_below_a_merged_heading_is_heading_though_the_others_are_not_merged_downwards():
    found = find_headings(Grid("f.xlsx", "s", ROWS, merged=[(0, 2, 0, 3)]), TABLES["measures"])
    assert found is not None
    assert found.first == 2
    assert found.columns["tax_wan"].unit == "元"


def test_a_row_with_a_value_outside_the_merged_heading_is_data():
    rows = [ROWS[0], ["91330784MA2000001G", 2022.0, "无", "无", ""], *ROWS[2:]]
    found = find_headings(Grid("f.xlsx", "s", rows, merged=[(0, 2, 0, 3)]), TABLES["measures"])
    assert found is not None
    assert found.first == 1
