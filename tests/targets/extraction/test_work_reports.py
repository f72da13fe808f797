"""What the work report of a county and its plan hold in one page: what was done, what is to come, and what both build on."""

from __future__ import annotations

import pytest

from mujun.targets.extraction import extract
from mujun.targets.statement import Statement

REPORT = "示范县政府工作报告\n2025年1月15日\n一、2024年工作回顾\n{review}\n二、2025年工作安排\n{plan}\n"


def of_review(sentence: str) -> list[Statement]:
    page = REPORT.format(review=sentence, plan="2025年完成投资120亿元。")
    return [statement for statement in extract(page) if statement.end <= page.index("二、")]


def of_plan(sentence: str) -> list[Statement]:
    page = REPORT.format(review="2024年完成投资100亿元。", plan=sentence)
    return [statement for statement in extract(page) if statement.start >= page.index("二、")]


def told(statements: list[Statement]) -> list[tuple[str, str, str | None]]:
    return [(f"{s.value.normalize():f}{s.unit}", str(s.kind), s.period) for s in statements]


def measured(statements: list[Statement]) -> list[tuple[str, str]]:
    return [(f"{s.value.normalize():f}{s.unit}", s.metric) for s in statements]


@pytest.mark.parametrize(
    "sentence",
    [
        "争取上级资金18.7亿元，发行专项债券12.3亿元。", "积极向上争取专项债券12.3亿元、国债资金3亿元。", "成功争取中央预算内资金2.3亿元。",
        "争取到省级补助项目36个、资金5.6亿元。", "确保了粮食面积42万亩、产量4.2亿斤。", "努力克服疫情影响，实现税收30亿元。",
        "整治低效工业用地3260亩，比年度计划多260亩。", "新建小微企业园6个、建筑面积38万平方米。", "拟上市企业达到12家，其中报会2家。",
    ],
)  # fmt: skip
def test_what_was_striven_for_and_got_is_a_result(sentence: str) -> None:
    statements = of_review(sentence)
    assert statements
    assert {(str(s.kind), s.period) for s in statements} == {("result", "2024")}


def test_striving_for_money_in_a_plan_is_a_target() -> None:
    assert {str(s.kind) for s in of_plan("争取上级资金20亿元以上，争取补助项目40个。")} == {"target"}
    assert {str(s.kind) for s in extract("力争新增企业50家，争取落地亿元项目20个，争取到2027年产值破百亿元。")} == {
        "target"
    }


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("去年新增规上企业25家，今年再新增30家。", [("25家", "result", "2024"), ("30家", "target", "2025")]),
        (
            "在去年完成3100亩的基础上，再整治低效工业用地4000亩以上。",
            [("3100亩", "fact", "2024"), ("4000亩", "target", "2025")],
        ),
        ("在上年盘活2000亩的基础上，盘活存量土地2500亩。", [("2000亩", "fact", "2024"), ("2500亩", "target", "2025")]),
        ("在2024年320家规上企业基础上净增25家。", [("320家", "fact", "2024"), ("25家", "target", "2025")]),
        ("规上工业增加值同比增长8%以上。", [("8%", "target", "2025")]),
        ("实现税收30亿元，同比增长6%。", [("3000000000元", "target", "2025"), ("6%", "target", "2025")]),
    ],
)
def test_what_a_plan_builds_on_and_compares_with(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(of_plan(sentence)) == expected


def test_a_comparison_with_the_year_before_stays_a_result_in_a_review() -> None:
    assert told(of_review("实现税收30亿元，同比增长6%。")) == [
        ("3000000000元", "result", "2024"),
        ("6%", "result", "2024"),
    ]
    assert [str(s.kind) for s in extract("实现税收30亿元，同比增长6%。")] == ["result", "result"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("腾出工业用地5000—6000亩。", [("5000", "5000亩", "ge"), ("6000亩", "6000亩", "le")]),
        ("盘活厂房1500-2000平方米。", [("1500", "1500平方米", "ge"), ("2000平方米", "2000平方米", "le")]),
        ("培训1000—1200人。", [("1000", "1000人", "ge"), ("1200人", "1200人", "le")]),
        ("投入3000-5000万元。", [("3000", "30000000元", "ge"), ("5000万元", "50000000元", "le")]),
        ("审批压缩到30—35个工作日。", [("30", "30工作日", "ge"), ("35个工作日", "35工作日", "le")]),
        ("首次跨上50亿元台阶。", [("50亿元", "5000000000元", "ge")]),
        (
            "产值迈上800亿元新台阶，户数突破6万户大关。",
            [("800亿元", "80000000000元", "ge"), ("突破6万户", "60000户", "ge")],
        ),
        ("处置率均居全市前两位。", [("居全市前两位", "2位", "le")]),
    ],
)
def test_both_ends_of_a_range_and_steps(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    found = [(s.quote, f"{s.value.normalize():f}{s.unit}", str(s.bound)) for s in extract(sentence)]
    assert [said[1:] for said in found] == [said[1:] for said in expected], found


@pytest.mark.parametrize(
    "sentence",
    [
        "咨询0578-1234户。",
        "受理编号2025-12件。",
        "整治图斑B1500-2000亩。",
        "示政办发〔2025〕12-30件。",
        "2025-03-06印发。",
    ],
)
def test_numbers_joined_by_a_dash_that_are_no_range(sentence: str) -> None:
    assert extract(sentence) == []


def test_a_thing_cut_by_a_share_changes() -> None:
    assert [(s.quote, s.metric, str(s.change)) for s in extract("全年压减会议30%以上、文件20%。")] == [
        ("30%以上", "全年压减会议", "growth"), ("20%", "压减文件", "growth"),
    ]  # fmt: skip
    assert [str(s.change) for s in extract("压缩审批时限至30%，降低占比到20%。")] == ["level", "level"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "接待游客860万人次，实现旅游收入72亿元，分别增长15%、18%。",
            [("8600000人次", "接待游客"), ("7200000000元", "旅游收入"), ("15%", "接待游客"), ("18%", "旅游收入")],
        ),
        ("生产安全事故起数、死亡人数分别下降20%和15%。", [("20%", "生产安全事故起数"), ("15%", "生产安全事故死亡人数")]),
        (
            "存贷款余额分别为560亿元、430亿元，增长9.8%、12.4%。",
            [("56000000000元", "存款余额"), ("43000000000元", "贷款余额"), ("9.8%", "存款余额"), ("12.4%", "贷款余额")],
        ),
        ("城镇、农村居民收入分别增长5%和7%。", [("5%", "城镇居民收入"), ("7%", "农村居民收入")]),
        ("税收、产值、用地分别增长5%和7%。", [("5%", "税收、产值、用地"), ("7%", "税收、产值、用地")]),
        ("财政收入首次跨上50亿元台阶，同口径增长5.1%。", [("5000000000元", "财政收入"), ("5.1%", "财政收入")]),
        ("社会消费品零售总额突破200亿元大关。", [("20000000000元", "社会消费品零售总额")]),
        ("市场主体总量6万户，净增8000户。", [("60000户", "市场主体总量"), ("8000户", "净增市场主体")]),
        ("工业投资增长8%，高于全市平均0.7个百分点。", [("8%", "工业投资"), ("0.7百分点", "工业投资高于全市平均")]),
        ("“标准地”出让占比100%。", [("100%", "“标准地”出让占比")]),
        ("确保了粮食面积42万亩。", [("420000亩", "粮食面积")]),
        ("去年新增规上企业25家，今年再新增30家。", [("25家", "新增规上企业"), ("30家", "新增规上企业")]),
        ("在2024年320家规上企业基础上净增25家。", [("320家", "规上企业"), ("25家", "净增规上企业")]),
        ("出口总额由2020年的12亿元增加到20亿元。", [("1200000000元", "出口总额"), ("2000000000元", "出口总额")]),
        ("工业投资增长17.6%，增幅居全市第一。", [("17.6%", "工业投资"), ("1位", "工业投资增幅全市排名")]),
        ("招引亿元以上项目40个，其中10亿元以上3个。", [("40个", "招引亿元以上项目"), ("3个", "招引10亿元以上项目")]),
        ("改造老旧小区15个、惠及居民3200户。", [("15个", "改造老旧小区"), ("3200户", "改造老旧小区惠及居民")]),
    ],
)  # fmt: skip
def test_metrics_of_reports(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert measured(extract(sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "scopes"),
    [
        ("税收过亿企业10家，其中甲镇3家、乙镇2家、丙街道1家。", ["", "甲镇", "乙镇", "丙街道"]),
        ("招引项目9个，其中甲子镇5个、河东街道4个。", ["", "甲子镇", "河东街道"]),
        ("新增城镇就业5000人，农村居民收入增长8%。", ["", ""]),
        ("全县各乡镇新建集镇公园12个。", ["全县"]),
        ("石城镇3家，城镇居民收入增长5%。", ["石城镇", "石城镇"]),
    ],
)
def test_towns_that_statements_speak_of(sentence: str, scopes: list[str]) -> None:
    assert [s.scope for s in extract(sentence)] == scopes


def test_a_town_in_a_list_measures_what_was_named_before() -> None:
    assert measured(extract("税收过亿企业10家，其中甲镇3家、乙镇2家。")) == [
        ("10家", "税收过亿企业"), ("3家", "甲镇税收过亿企业"), ("2家", "乙镇税收过亿企业"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "periods"),
    [
        # a time that closes a line with a colon holds for the items below it, one in brackets for what follows it
        ("2022年2月11日\n\n今后五年，要实现新跨越，到2026年：\n\n——产值突破600亿元。\n\n——税收达到30万元。", ["2026", "2026"]),
        ("2025年3月6日\n\n（一）摸底签约阶段（1—4月）。完成签约300家。", ["2025-01..2025-04"]),
        # the whole year inside a half of it
        ("2024年7月3日\n\n下半年怎么干？具体讲，全年签约项目12个，下半年供地500亩。", ["2024", "2024-07..2024-12"]),
        ("2022年7月9日\n\n# 三、下半年打算\n\n确保全年产值超110亿元，新建公园2个。", ["2022", "2022"]),
        # a deadline speaks of its clause, unless a comma parts it from what it speaks of
        ("2022年7月9日\n\n要确保9月底前拆除厂房12万平方米，再引进项目5个。", ["2022-01..2022-09", "2022"]),
        ("2022年7月9日\n\n要确保9月底前，拆除厂房12万平方米，引进项目5个。", ["2022-01..2022-09"] * 2),
        ("2023年10月20日\n\n9月末存款余额812亿元。到9月末，新增贷款30亿元。", ["2023-09", "2023-01..2023-09"]),
        # where a number came from is of the time before
        ("2025年1月16日\n\n2024年，亩均税收由21万元提高到23万元。", ["2023", "2024"]),
        ("2025年1月16日\n\n2024年，腾地由上年的1850亩提高到2700亩，签约36个。", ["2023", "2024", "2024"]),
        ("2022年2月11日\n\n五年来，规上企业由286家增至451家。", ["2016", "2017..2021"]),
    ],
)  # fmt: skip
def test_periods_of_reports(page: str, periods: list[str]) -> None:
    assert [s.period for s in extract(page)] == periods


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("亩均税收突破30万元，年均增长13%。", [("300000元", "亩均税收"), ("13%", "亩均税收年均")]),
        ("地区生产总值增长8%，两年平均增长5.4%。", [("8%", "地区生产总值"), ("5.4%", "地区生产总值两年平均")]),
        ("连片整治1800亩，占60%。", [("1800亩", "连片整治"), ("60%", "连片整治占比")]),
    ],
)
def test_rates_and_shares_say_what_they_are(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert measured(extract(sentence)) == expected
