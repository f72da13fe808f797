"""The table that all lists share: sorting, paging, cells, workbook; and the filters of templates."""

from __future__ import annotations

import io
import math
from typing import Any

import openpyxl
import pandas as pd
import pytest
from django.template import Context, Template
from django.test import RequestFactory

from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.pages.templatetags import mujun as shown

ROWS: list[dict[str, Any]] = [
    {"name": "乙", "area": 2_000.0, "score": None, "ok": True},
    {"name": "甲", "area": None, "score": 12.5, "ok": False},
    {"name": "=1+1", "area": 1.0, "score": -3.25, "ok": None},
]
COLUMNS = (
    TableColumn("name", "名称", link=lambda row: f"/x/{row['name']}/", pin=True),
    TableColumn("area", "面积", "mu", "亩"),
    TableColumn("score", "得分", "number", "分"),
    TableColumn("ok", "合格", "truth", sort=None),
)


def table(address: str = "/", rows: list[dict[str, Any]] | None = None, **more: Any) -> DataTable:
    return DataTable(RequestFactory().get(address), ROWS if rows is None else rows, COLUMNS, **more)


def names(address: str, **more: Any) -> list[str]:
    return [row["name"] for row in table(address, **more).page]


def test_sorting_keeps_nothing_last() -> None:
    assert names("/?sort=score") == ["=1+1", "甲", "乙"]
    assert names("/?sort=-score") == ["甲", "=1+1", "乙"]


def test_only_columns_that_sort_sort() -> None:
    assert names("/?sort=ok") == names("/")
    assert names("/?sort=password") == names("/")


def test_heads_turn_around_and_figures_begin_with_the_largest() -> None:
    heads = {head.column.key: head for head in table("/?sort=score&town=a&page=3").heads}
    assert heads["score"].url == "?sort=-score&town=a"
    assert (heads["score"].aria_sort, heads["score"].arrow) == ("ascending", "↑")
    assert heads["area"].url == "?sort=-area&town=a"
    assert heads["name"].url == "?sort=name&town=a"
    assert heads["ok"].url == ""


def test_pages() -> None:
    held = table("/?page=2&q=x", rows=[{**ROWS[0], "name": str(n)} for n in range(120)])
    assert [len(held.page), held.page.number, held.count] == [50, 2, 120]
    assert (held.previous_url, held.next_url) == ("?page=1&q=x", "?page=3&q=x")


def test_cells_are_drawn_with_their_units() -> None:
    first = next(iter(table("/").lines))
    assert [cell.text for cell in first] == ["乙", "3.0000", "—", "是"]
    assert first[0].href == "/x/乙/"
    assert first[1].column.css == "number"


def test_a_workbook_holds_figures_and_never_a_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(table("/", title="清单", note="单位：亩").excel("清单").content)).active
    assert sheet["A1"].value == "单位：亩"
    assert [cell.value for cell in sheet[2]] == ["名称", "面积(亩)", "得分(分)", "合格"]
    assert [cell.value for cell in sheet[3]] == ["乙", pytest.approx(3.0), None, "是"]
    assert (sheet["A5"].value, sheet["A5"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize("nothing", [None, "", math.nan, float("nan"), pd.NaT, pd.NA])
def test_nothing_is_a_dash(nothing: Any) -> None:
    for written in (shown.number, shown.mu, shown.percent, shown.day, shown.yes_no, shown.or_dash, shown.duration):
        assert written(nothing) == "—"


def test_numbers() -> None:
    assert shown.number(1234.5) == "1,234.50"
    assert shown.number(-0.4, 0) == "0"
    assert shown.mu(2000 / 3) == "1.0000"
    assert shown.percent(0.1234) == "12.3%"
    assert shown.mu_unless_zero(0.0) == "—"
    assert [shown.duration(s) for s in (0.2, 59, 120, 7200)] == ["1 秒", "59 秒", "2 分钟", "2.0 小时"]


def test_grades_carry_their_letter() -> None:
    assert shown.grade("C-") == '<span class="grade grade-c-minus">C−</span>'
    assert "<script" not in shown.grade("<script>")


def test_a_title_is_escaped_once() -> None:
    page = Template(
        "{% load mujun %}{% capture as t %}{{ x }}{% endcapture %}<title>{{ t|plain }}</title><h1>{{ t }}</h1>"
    )
    assert page.render(Context({"x": "甲<b>&乙"})) == "<title>甲<b>&amp;乙</title><h1>甲&lt;b&gt;&amp;乙</h1>".replace(
        "<title>甲<b>", "<title>甲&lt;b&gt;"
    )
