"""Tables in text: heads of several rows, groups of rows, rows named by the column that tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from mujun.targets.extraction import extract
from mujun.targets.extraction.grammar import shipped_grammar
from mujun.targets.extraction.tables import Table, find_tables, within
from mujun.targets.statement import Kind

_HEAD = "指标\t2025年完成\t2025年完成\t2026年目标\t2026年目标\n指标\t总量（亿元）\t增速（%）\t总量（亿元）\t增速（%）\n"
_BODY = "地区生产总值\t420\t6.5\t450\t7\n规上产值\t820\t8.5\t900\t9\n"


def _read(raw: str) -> list[tuple[str, str, Decimal]]:
    return [
        (cell.row, cell.metric, cell.value) for table in find_tables(raw, shipped_grammar()) for cell in table.cells
    ]


@pytest.mark.parametrize(
    "head",
    [
        _HEAD,
        _HEAD.replace("\n指标", "\n"),
        "指标\t2025年完成\t2026年目标\n\t总量（亿元）\t增速（%）\t总量（亿元）\t增速（%）\n",
        "主要指标\t主要指标\t主要指标\t主要指标\t主要指标\n" + _HEAD,
    ],
    ids=["repeated", "empty below", "pasted", "three rows"],
)
def test_what_an_upper_head_says_reaches_the_cells(head: str) -> None:
    found = extract(f"# 2026年目标表\n\n{head}{_BODY}")
    assert [(one.quote, one.kind) for one in found] == [
        (number, kind)
        for row in (("420", "6.5", "450", "7"), ("820", "8.5", "900", "9"))
        for number, kind in zip(row, (Kind.RESULT, Kind.RESULT, Kind.TARGET, Kind.TARGET), strict=True)
    ]
    assert [one.period for one in found] == ["2025", "2025", "2026", "2026"] * 2
    assert [one.unit for one in found] == ["元", "%"] * 4
    (table,) = find_tables(head + _BODY, shipped_grammar())
    assert [cell.column.removeprefix("主要指标") for cell in table.cells][:3] == [
        "2025年完成总量",
        "2025年完成增速",
        "2026年目标总量",
    ]


def test_times_and_kinds_are_no_part_of_what_is_measured() -> None:
    assert _read(_HEAD + _BODY)[:2] == [
        ("地区生产总值", "地区生产总值总量", Decimal(420) * 10**8),
        ("地区生产总值", "地区生产总值增速", Decimal("6.5")),
    ]
    below = "镇街\t低效用地整治（亩）\t低效用地整治（亩）\n镇街\t2025年完成\t2026年目标\n甲镇\t1200\t1500\n"
    assert _read(below) == [("甲镇", "甲镇低效用地整治", 1200), ("甲镇", "甲镇低效用地整治", 1500)]
    years = below.replace("2025年完成", "2025").replace("2026年目标", "2026年")
    assert [value for _, _, value in _read(years)] == [1200, 1500]


@pytest.mark.parametrize("again", ["第一组", ""], ids=["repeated", "blank"])
def test_a_group_of_rows_is_no_name_of_a_row(again: str) -> None:
    page = f"类别\t镇街\t整治（亩）\t企业（家）\n第一组\t甲镇\t1200\t8\n{again}\t乙镇\t900\t5\n第二组\t丙镇\t700\t4\n"
    assert _read(page) == [
        ("甲镇", "甲镇整治", 1200),
        ("甲镇", "甲镇企业", 8),
        ("乙镇", "乙镇整治", 900),
        ("乙镇", "乙镇企业", 5),
        ("丙镇", "丙镇整治", 700),
        ("丙镇", "丙镇企业", 4),
    ]


def test_a_group_says_what_is_measured_where_the_head_does_not() -> None:
    page = "序号\t事项\t镇街\t2026年目标（亩）\n1\t低效用地整治\t甲镇\t1200\n2\t低效用地整治\t乙镇\t900\n3\t复垦\t甲镇\t80\n"
    assert _read(page) == [
        ("甲镇", "低效用地整治甲镇2026年目标", 1200),
        ("乙镇", "低效用地整治乙镇2026年目标", 900),
        ("甲镇", "复垦甲镇2026年目标", 80),
    ]


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("项目\t地点\t投资（亿元）\n甲厂\t城东\t3\n乙厂\t城东\t4\n", ["甲厂", "乙厂"]),
        ("镇\t责任人\t整治（亩）\n甲镇\t张三\t3\n甲镇\t张三\t4\n", ["甲镇", "甲镇"]),
        ("组\t镇\t整治（亩）\n一组\t甲镇\t3\n一组\t乙镇\t4\n合计\t合计\t7\n", ["甲镇", "乙镇", "合计"]),
    ],
    ids=["second column alike", "both alike", "sum"],
)
def test_which_column_names_the_rows(page: str, rows: Sequence[str]) -> None:
    assert [row for row, _, _ in _read(page)] == rows


def test_a_row_without_numbers_under_a_plain_head_is_no_head() -> None:
    page = "项目\t地点\t投资（亿元）\n甲厂\t城东\t待定\n乙厂\t城西\t4\n"
    assert _read(page) == [("乙厂", "乙厂投资", Decimal(4) * 10**8)]


def test_a_heading_inside_a_table_does_not_end_it() -> None:
    page = "指标\t单位\t目标\n一、规模\n产值\t亿元\t120\n二、效益\n税收\t亿元\t12\n"
    assert [(row, value) for row, _, value in _read(page)] == [
        ("产值", Decimal(120) * 10**8),
        ("税收", Decimal(12) * 10**8),
    ]
    assert [one.quote for one in extract(page.replace("二、效益", "完成投资30亿元。"))] == ["120", "30亿元"]


def test_long_words_in_a_cell_do_not_end_a_table() -> None:
    long = "由县自然资源和规划局牵头会同各镇街道办事处按月推进并通报"
    page = f"镇街\t整治（亩）\t要求\n甲镇\t300\t{long}\n乙镇\t400\t同上\n"
    assert [value for _, _, value in _read(page)] == [300, 400]


def test_a_year_may_head_a_column_of_values() -> None:
    assert [value for _, _, value in _read("镇街\t2025年度\t2026年度\n甲镇\t300亩\t400亩\n")] == [300, 400]


def test_a_place_lies_in_the_table_around_it() -> None:
    tables = [Table(5, 10, ()), Table(20, 30, ())]
    assert [place for place in range(40) if within(tables, place)] == [*range(5, 10), *range(20, 30)]
    assert not within([], 3)
