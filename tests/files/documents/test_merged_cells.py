"""Tables with merged cells: each value stays in its column, names stand again, numbers never do."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from mujun.files.documents import read_document
from mujun.files.documents.spans import MOST_COLUMNS, TOO_MANY, Spanning, Spans, span_of
from tests.files.documents.building import body, paragraph, write_parts

_GROUPS = "类别\t镇街\t整治（亩）\t新增（家）\n第一组\t甲镇\t1200\t8\n第一组\t乙镇\t900\t5\n第二组\t丙镇\t700\t4\n第二组\t丁镇\t600\t3\n"
_HEAD = "指标\t2025年完成\t2025年完成\t2026年目标\t2026年目标\n指标\t总量\t增速\t总量\t增速\n产值\t420\t6.5\t450\t7\n"


def _page(path: Path, inner: str) -> str:
    path.write_text(f"<html><body>{inner}</body></html>", encoding="utf-8")
    return read_document(path).text


def _word(path: Path, inner: str) -> str:
    return read_document(write_parts(path, {"word/document.xml": body(inner)})).text


def _cell(words: str, columns: int = 1, down: str = "") -> str:
    merge = {"": "", "restart": '<w:vMerge w:val="restart"/>', "goes on": "<w:vMerge/>"}[down]
    inner = words if words.startswith("<") else paragraph(words)
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{columns}"/>{merge}</w:tcPr>{inner}</w:tc>'


def _table(*rows: tuple[str, ...]) -> str:
    inner = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    return f"<w:tbl>{inner}</w:tbl>"


def test_a_page_with_groups_of_rows(tmp_path: Path) -> None:
    rows = "<tr><td rowspan=2>第一组<td>甲镇<td>1200<td>8</tr><tr><td>乙镇<td>900<td>5</tr>"
    rows += "<tr><td rowspan=9>第二组<td>丙镇<td>700<td>4</tr><tr><td>丁镇<td>600<td>3</tr>"
    head = "<thead><tr><th>类别<th>镇街<th>整治（亩）<th>新增（家）</tr></thead>"
    assert _page(tmp_path / "a.html", f"<table>{head}<tbody>{rows}</tbody></table>") == _GROUPS


@pytest.mark.parametrize("first", ["<th rowspan=2>指标", "<th rowspan=0>指标"])
def test_a_page_with_a_head_of_two_rows(tmp_path: Path, first: str) -> None:
    head = f"<thead><tr>{first}<th colspan=2>2025年<br>完成<th colspan='2'>2026年目标</tr>"
    head += "<tr><th>总量<th>增速<th>总量<th>增速</tr></thead>"
    text = _page(tmp_path / "a.html", f"<table>{head}<tr><td>产值<td>420<td>6.5<td>450<td>7</tr></table>")
    assert text.replace("2025年 完成", "2025年完成") == _HEAD


def test_a_word_document_with_groups_and_a_head_of_two_rows(tmp_path: Path) -> None:
    groups = _table(
        (_cell("类别"), _cell("镇街"), _cell("整治（亩）"), _cell("新增（家）")),
        (_cell("第一组", down="restart"), _cell("甲镇"), _cell("1200"), _cell("8")),
        (_cell("", down="goes on"), _cell("乙镇"), _cell("900"), _cell("5")),
        (_cell("第二组", down="restart"), _cell("丙镇"), _cell("700"), _cell("4")),
        (_cell("不显示", down="goes on"), _cell("丁镇"), _cell("600"), _cell("3")),
    )
    head = _table(
        (_cell("指标", down="restart"), _cell("2025年完成", 2), _cell("2026年目标", 2)),
        (_cell("", down="goes on"), *(_cell(words) for words in ("总量", "增速", "总量", "增速"))),
        tuple(_cell(words) for words in ("产值", "420", "6.5", "450", "7")),
    )
    assert _word(tmp_path / "a.docx", groups + paragraph("下表。") + head) == f"{_GROUPS}\n下表。\n\n{_HEAD}"


def test_a_table_that_word_processors_merged(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 5)
    for row, words in zip(table.rows, _HEAD.splitlines(), strict=True):
        for cell, word in zip(row.cells, words.split("\t"), strict=True):
            cell.text = word
    for (row, column), (down, aside) in {(0, 0): (1, 0), (0, 1): (0, 2), (0, 3): (0, 4)}.items():
        merged = table.cell(row, column).merge(table.cell(down, aside))
        merged.text = _HEAD.splitlines()[0].split("\t")[column]
    document.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx").text == _HEAD


@pytest.mark.parametrize("words", ["300", "300亩", "整治三百亩", "新增企业20家，完成投资3亿元", "提高三成"])
def test_what_counts_stands_once(words: str) -> None:
    rows = [[Spanning(words, 1, 2), Spanning("甲镇"), Spanning("1")], [Spanning("乙镇"), Spanning("2")]]
    assert Spans().places(rows) == [[0, 1, 2], ["", 0, 1]]


@pytest.mark.parametrize("words", ["第1组", "2025年1-6月完成", "2021—2025年", "前3季度", "三镇", "PM2.5", "12月底"])
def test_what_names_stands_again(words: str) -> None:
    rows = [[Spanning(words, 1, 2), Spanning("甲镇")], [Spanning("乙镇")]]
    assert Spans().places(rows) == [[0, 1], [words, 0]]


def test_a_row_of_its_own_stands_once_and_columns_that_none_begins_go() -> None:
    rows = [[Spanning("一、总量", 12)], [Spanning("甲", 3), Spanning("1", 9)], [Spanning("乙", 3), Spanning("2", 9)]]
    assert Spans().places(rows) == [[0], [0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("written", "span"), [(None, 1), ("", 1), ("0", 1), ("-3", 1), ("x", 1), (" 2", 2), ("9" * 5000, 999_999_999)]
)
def test_a_span_is_a_number_of_some_length(written: str | None, span: int) -> None:
    assert span_of(written) == span


def test_spans_without_end_cost_nothing(tmp_path: Path) -> None:
    laid = Spans().places([[Spanning("名", 10**8, 10**8), Spanning("1")]] + [[Spanning("2")]] * 1000)
    assert laid[0] == [0, 1]
    assert all(len(row) <= MOST_COLUMNS + 2 for row in laid)
    text = _page(tmp_path / "a.html", "<table><tr><td colspan=100000000 rowspan=100000000>名<td>1<tr><td>2</table>")
    assert text == "名\t1\n名\t2\n"
    text = _word(tmp_path / "a.docx", _table((_cell("名", 100_000_000), _cell("1")), (_cell("乙"), _cell("2"))))
    assert text == "名\t名\t1\n乙\t2\n"


def test_more_merged_cells_than_any_table_has_are_left_with_a_note(tmp_path: Path) -> None:
    head = "".join(f"<td rowspan=60000>名称{sign}" for sign in "甲乙丙丁戊己庚辛壬癸" * 20)
    page = tmp_path / "a.html"
    page.write_text(f"<html><table><tr>{head}</tr>{'<tr><td>1</tr>' * 5000}</table>", encoding="utf-8")
    document = read_document(page)
    assert TOO_MANY in document.notes
    assert len(document.text) < 3_000_000
    assert document.text.endswith("\n1\n")
