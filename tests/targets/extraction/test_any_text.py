"""Any string is accepted: no error, every quote where it says, and pages made to be slow are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.targets.extraction import extract

PIECES = st.sampled_from(
    [
        "3",
        "12",
        "2023",
        "36.5",
        "1,200",
        "三",
        "十",
        "百",
        "千",
        "万",
        "亿",
        "半",
        "一半",
        "两成",
        "百分之",
        "翻",
        "番",
        "第",
        "前",
        "首位",
        "强",
        "元",
        "亩",
        "个",
        "家",
        "%",
        "个月",
        "年",
        "月",
        "天",
        "位",
        "以上",
        "以下",
        "以内",
        "左右",
        "多",
        "余",
        "超",
        "近",
        "约",
        "至少",
        "增长",
        "提高",
        "到",
        "至",
        "—",
        "-",
        "~",
        "各",
        "连续",
        "新增",
        "建成",
        "确保",
        "已",
        "去年",
        "今年",
        "到2027年",
        "全省",
        "项目",
        "企业",
        "的",
        "，",
        "、",
        "。",
        "；",
        "：",
        "（",
        "）",
        "“",
        "”",
        "《",
        "》",
        "/",
        "+",
        "\n",
        "\t\u3000",
        "|",
        "#",
        "（亩）",
        "单位",
        "一、",
        "由",
        "从",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_mixture_of_numbers_and_words(raw: str) -> None:
    for statement in extract(raw):
        assert statement.quote == raw[statement.start : statement.end] != ""
        assert statement.value >= 0


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text(raw: str) -> None:
    for statement in extract(raw):
        assert statement.quote == raw[statement.start : statement.end]


@pytest.mark.parametrize(
    "piece",
    [
        "三",
        "万",
        "1",
        "3亿元以上、",
        "第",
        "“5",
        "《",
        "增长",
        "不少于",
        "到2027年",
        "过去",
        "3—",
        "居全省",
        "（",
        "1\t2\t3\n",
        "甲 2 3\n",
    ],
)
def test_hostile_pages_come_to_an_end(piece: str) -> None:
    """Steps that looked back over the whole page would take hours here."""
    for statement in extract(piece * 12_000):
        assert statement.end > statement.start
