"""Cleaning: what comes out, and that each clean character still knows its raw one. The sentences are our own."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.targets.cleaning import BlockKind, CleanText, clean

_CLAUSES = [
    "全年整治低效工业用地5000亩以上",
    "新建标准厂房100万平方米",
    "青湖县召开工业更新推进会",
    "增长8.7%",
    "完成《三年行动方案》编制",
    "引进R&D项目3个",
    "“亩均论英雄”改革走深走实",
    "招引大学生1.2万人",
]
_RAW = st.text(
    st.one_of(
        st.sampled_from("一二亩个整治用地会议，。、“”（）,.()?！!《 \n\r\t#|—-·0123456789.%"),
        st.sampled_from("經濟書開著乾骸耙敖裉Tāoí\u3000\u200b\u00ad０％"),
        st.characters(),
    ),
    max_size=200,
)


@settings(max_examples=300, deadline=None)
@given(_RAW)
def test_any_text_is_cleaned_and_keeps_its_way_back(raw: str) -> None:
    page = clean(raw)
    assert len(page.origin) == len(page.text)
    assert (np.diff(page.origin) >= 0).all()
    assert not len(page.origin) or (page.origin[0] >= 0 and page.origin[-1] < len(raw))
    for start in range(0, len(page.text), 7):
        for end in range(start + 1, len(page.text) + 1, 11):
            first, last = page.raw_span(start, end)
            assert 0 <= first < last <= len(raw)
            assert first == page.origin[start]
            assert last == page.origin[end - 1] + 1
    covered = [block for block in page.blocks if block.end > block.start]
    assert "\n".join(page.text[block.start : block.end] for block in page.blocks) == page.text
    assert all(page.block_at(block.start) == block for block in covered)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(_CLAUSES), min_size=1, max_size=6), min_size=1, max_size=5))
def test_clean_text_stays_as_it_is(paragraphs: list[list[str]]) -> None:
    text = "\n".join("，".join(clauses) + "。" for clauses in paragraphs)
    page = clean(text)
    assert page.text == text
    assert (page.origin == np.arange(len(text))).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_CLAUSES), min_size=1, max_size=4), st.data())
def test_a_span_of_clean_text_leads_to_the_raw_words(clauses: list[str], data: st.DataObject) -> None:
    text = "，".join(clauses) + "。"
    spaced = "".join(sign + data.draw(st.sampled_from(["", "\u200b", "\u00ad"])) for sign in text)
    page = clean(spaced)
    assert page.text == text
    start = data.draw(st.integers(0, len(text) - 1))
    first, last = page.raw_span(start, len(text))
    assert clean(spaced[first:last]).text == text[start:]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("２０２３年完成３６.５亿元", "2023年完成36.5亿元"),
        ("占比８％", "占比8%"),
        ("整治用地5,000亩,新增5，000家", "整治用地5000亩，新增5000家"),
        ("共1,234,567.5元", "共1234567.5元"),
        ("整治5 0 0 0 亩", "整治5000亩"),
        ("新增 5 家", "新增5家"),
        ("提高3. 2 %", "提高3.2%"),
        ("完成 36.5 亿 元 以上", "完成36.5亿元以上"),
        ("县2022 500亩", "县2022 500亩"),
        ("青 湖 县 报", "青湖县报"),
        ("会议指出 要抓紧落实 ,不得拖延", "会议指出 要抓紧落实，不得拖延"),
        ("亩\u200b均\u00ad论\ufeff英雄", "亩均论英雄"),
        ("增长10~12%,约60–70个", "增长10~12%，约60-70个"),
        ("青湖(北)区:新增3个;", "青湖（北）区：新增3个；"),
        ("「先行先试」", "“先行先试”"),
    ],
)
def test_signs_widths_and_numbers(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("經(jīng)濟(jì)發(fā)展(zhǎn)的(de)時(shí)候", "经济发展的时候"),
        ("申請專利(PCT)和裝備(AI)升級", "申请专利（PCT）和装备（AI）升级"),
        ("全縣乾隆年間的古橋，天氣乾燥", "全县乾隆年间的古桥，天气干燥"),
        ("看著(zhe)這份名著(zhù)，沿著縣裡河邊", "看着这份名著，沿着县里河边"),
        ("登上瞭望臺，了解發髮之別", "登上瞭望台，了解发发之别"),
        ("他的著作与乾坤，瞭望国國", "他的著作与乾坤，瞭望国国"),
    ],
)
def test_traditional_characters_and_pinyin(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


def _split_by_pinyin(text: str, at: int, across: str, own: str) -> str:
    """What a site makes of a character whose first byte it took for the second half of another one."""
    return f"{text[:at]}?{across})?{own}){text[at + 1 :]}"


def test_a_character_that_pinyin_broke_comes_back() -> None:
    assert clean(_split_by_pinyin("要以優異成績迎接檢查", 2, "xún", "yōu")).text == "要以优异成绩迎接检查"


def _without_byte(text: str, at: int) -> str:
    """Lose the first byte of the character at ``at`` and decode as programs do, leaving out what has no meaning."""
    content = b"".join(sign.encode("gbk")[number == at :] for number, sign in enumerate(text))
    return content.decode("gbk", "ignore")


@pytest.mark.parametrize(
    "text",
    [
        "他在现场说道。“我们一定要守住耕地红线，加快推进低效用地整治。”会后大家纷纷表示赞同。",
        "会上他指出：“今天的会议很重要，必须抓紧落实。”随后全体起立。",
        "會議要求。“各部門要加快審批進度，確保項目按期開工。”",
        "記者問道。“要緊緊抓住機遇，努力發展經濟。”",
    ],
)
def test_a_lost_byte_is_put_back(text: str) -> None:
    damaged = _without_byte(text, text.index("“") - 1)
    assert "“" not in damaged
    assert clean(damaged).text == clean(text).text


@pytest.mark.parametrize(
    "text",
    [
        "认真落实！办好民生实事。",
        "对A股很有信心！宝鼎科技B股上涨。",
        "英俊宝贝弧度。",
        "加快建设！白溪港e站开张。",
        "！北斗导航。",
    ],
)
def test_what_only_looks_damaged_stays(text: str) -> None:
    assert clean(text).text == text


_COLUMN = (
    "全县工业更新推进会昨日召开，会议要求各镇街坚持问题导向，逐块逐户摸清底数，确保全年整治低效工业用地"
    "5000亩以上，新建标准厂房100万平方米。会议指出，要抓住用地、用能、环境三本账，对亩均税收低于标准的企业分类"
    "施策，能改则改、能并则并、能退则退，腾出空间优先保障好项目落地，年内开工项目不少于60个，形成滚动推进的格局。"
)


def _columns(text: str, width: int, end: str) -> str:
    lines, line, room = [], "", float(width)
    for sign in text:
        needed = 0.5 if sign < "\x7f" else 1.0
        if needed > room:
            lines.append(line)
            line, room = "", float(width)
        line += sign
        room -= needed
    return end.join([*lines, line])


@pytest.mark.parametrize("width", [12, 17, 22])
@pytest.mark.parametrize("end", ["\n", " "])
def test_lines_of_a_printed_column_are_joined(width: int, end: str) -> None:
    assert clean(_columns(_COLUMN, width, end)).text.replace("\n", "") == _COLUMN


def test_lost_commas_stay_as_spaces_beside_line_ends() -> None:
    lost = _COLUMN.replace("，", " ")
    words = clean(_columns(lost, 17, "\n")).text.replace("\n", "")
    assert words.replace(" ", "") == _COLUMN.replace("，", "")
    assert words.count(" ") >= lost.count(" ") - 2


def test_a_sentence_broken_by_a_page_end_goes_on() -> None:
    page = clean("要加快推进产业平台建\n\n设，落地储能产业园，整治用地50\n\n00亩。\n\n下一段另起，不再相连。")
    assert page.text == "要加快推进产业平台建\n设，落地储能产业园，整治用地50\n00亩。\n下一段另起，不再相连。".replace(
        "50\n00", "5000"
    )


def test_headings_blocks_and_sections() -> None:
    page = clean(
        "# 青湖县三年行动方案\n\n## 总体要求\n\n聚焦低效用地\n\n整治5000亩，建设平台3个。\n\n"
        "## 保障措施\n\n加强督查，按月通报。\n\n扫码下载客户端\n\n责任编辑：甲"
    )
    kinds = [(block.kind, block.level) for block in page.blocks]
    assert kinds == [
        (BlockKind.HEADING, 1),
        (BlockKind.HEADING, 2),
        (BlockKind.HEADING, 10),
        (BlockKind.BODY, 0),
        (BlockKind.HEADING, 2),
        (BlockKind.BODY, 0),
        (BlockKind.NOISE, 0),
        (BlockKind.NOISE, 0),
    ]
    assert page.section_of(page.text.index("5000")) == "青湖县三年行动方案 › 总体要求 › 聚焦低效用地"
    assert page.section_of(page.text.index("督查")) == "青湖县三年行动方案 › 保障措施"


def test_numbered_headings_nest_below_the_title() -> None:
    page = clean("青湖县工作报告\n一、主要目标\n（一）用地\n整治5000亩，盘活存量。\n二、主要措施\n按月通报，逐级督办。")
    assert page.section_of(page.text.index("5000")) == "青湖县工作报告 › 一、主要目标 › （一）用地"
    assert page.section_of(page.text.index("通报")) == "青湖县工作报告 › 二、主要措施"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("完成投资36.\n5亿元，新增企业12家。", "完成投资36.5亿元，新增企业12家。"),
        ("目标是到2024.\n5个项目开工。", "目标是到2024.\n5个项目开工。"),
    ],
)
def test_a_number_cut_at_its_point_is_whole_and_a_year_is_none(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


def test_a_list_of_numbers_is_not_run_together() -> None:
    assert clean("1200\n1300\n1400").text == "1200\n1300\n1400"
    assert clean("用地\n1200\n厂房\n1300").text == "用地\n1200\n厂房\n1300"


@pytest.mark.parametrize(
    "hostile",
    [
        *(" " * 200_000, "1 " * 100_000, "?xún)" * 40_000, "!办" * 100_000, "# " * 100_000, "|" * 200_000),
        *("\n" * 200_000, "一 " * 100_000, "1," * 100_000, "(jīng" * 40_000, "骸敖裉" * 60_000, "1.\n" * 60_000),
        *("—" * 200_000, "一二 " * 60_000, " |" * 100_000),
    ],
)
def test_hostile_texts_are_cleaned_too(hostile: str) -> None:
    assert len(clean(hostile).text) <= len(hostile) * 2
    assert isinstance(clean(hostile + "x"), CleanText)


@pytest.fixture(scope="module")
def real_page() -> CleanText:
    folder = os.environ.get("MUJUN_REAL_DATA")
    found = sorted(Path(folder, "documents").glob("004_*.txt")) if folder else []
    if not found:
        pytest.skip("needs MUJUN_REAL_DATA")
    return clean(found[0].read_bytes().decode("utf-8"))


def test_the_real_traditional_page_reads_simplified(real_page: CleanText) -> None:
    from mujun.targets.cleaning.simplify import traditional
    from mujun.targets.cleaning.traced import codes_of

    assert not re.search(r"[（(][a-zāáǎàēéěèīíǐìōóǒòūúǔùüǘǚǜ]+[)）]", real_page.text)
    assert not traditional(codes_of(real_page.text)).any()
    assert "GMT" not in real_page.text
    assert "?" not in real_page.text
    assert real_page.text.count("“") == real_page.text.count("”")
    mark = real_page.raw.index("耙")
    restored = real_page.text[int(np.searchsorted(real_page.origin, mark - 1)) :][:5]
    assert restored.startswith("。“")
    assert "耙" not in real_page.text
