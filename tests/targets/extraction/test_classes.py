"""Whole classes of statements, each with sentences of our own: what is counted, what it is, and what is none."""

from __future__ import annotations

import pytest

from mujun.targets.extraction import extract


def found(sentence: str) -> list[tuple[str, str, str]]:
    return [(f"{s.value.normalize():f}", s.unit, str(s.bound)) for s in extract(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # measure words behind a word of doing, listed or not
        ("全年接种流感疫苗3200剂。", [("3200", "剂", "eq")]),
        ("新增分拣流水线12线。", [("12", "线", "eq")]),
        ("全年采集水样1500瓿。", [("1500", "瓿", "eq")]),
        ("新建冷藏间300格，投放周转箱2万只。", [("300", "格", "eq"), ("20000", "只", "eq")]),
        ("出动巡查车辆86辆次，外出招商13批次。", [("86", "辆次", "eq"), ("13", "批次", "eq")]),
        ("购置数控设备120台套。", [("120", "台套", "eq")]),
        ("放流鱼苗60万尾，种植苗木4000株。", [("600000", "尾", "eq"), ("4000", "株", "eq")]),
        ("建成算力中心，算力达到300P。", [("300", "P", "eq")]),
        ("人均预期寿命达到83.1岁。", [("83.1", "岁", "eq")]),
        ("出口杯具30国。", []),
        ("每季度发布一期榜单。", [("1", "期", "eq")]),
        # halves, tenths, negatives, people without a unit
        ("规上企业上云率达六成半。", [("65", "%", "eq")]),
        ("办理周期缩短为3个半月。", [("3.5", "月", "eq")]),
        ("规上企业体检率百分百。", [("100", "%", "eq")]),
        ("用电量增幅-2.4%，门业-1.3%。", [("-2.4", "%", "eq"), ("-1.3", "%", "eq")]),
        ("改造涉及人口近3万。", [("30000", "人", "approx")]),
        ("研发投入翻了一番。", [("1", "番", "eq")]),
        ("三成多企业已投保。", [("30", "%", "approx")]),
        ("已走访四十几家企业。", [("40", "家", "approx")]),
        ("城乡收入比为1.62，比上年缩小0.02。", [("1.62", "", "eq"), ("0.02", "", "eq")]),
        # bounds
        ("满意率不能低于96%。", [("96", "%", "ge")]),
        ("成本增幅绝不超过3%。", [("3", "%", "le")]),
        ("制造业投资60亿元保底。", [("6000000000", "元", "ge")]),
        ("最多的一天签了9家。", [("9", "家", "eq")]),
        # small numerals that count things
        ("有三个镇完成了任务。", [("3", "个", "eq")]),
        ("两家食堂已经开张。", [("2", "家", "eq")]),
        ("建成污水处理站一座。", [("1", "座", "eq")]),
        ("东山、西塘、南浦三大区块全面开工。", [("3", "个", "eq")]),
        ("迎来启动A园、B园2大项目。", [("2", "个", "eq")]),
        # ranks
        ("产业大脑排位冲进全省前二十。", [("20", "位", "le")]),
        ("增速在全市9个县中列第2位。", [("2", "位", "eq")]),
        # spans of time
        ("报装时间由12天再压到5天以内。", [("12", "天", "eq"), ("5", "天", "le")]),
        ("从签约到开工比上年快一个半月。", [("1.5", "月", "eq")]),
        # counts are no thresholds, thresholds are no counts
        ("组织500家以上企业参加体检。", [("500", "家", "ge")]),
        ("屋顶面积5000平方米以上的厂房装机率达到80%。", [("80", "%", "eq")]),
        ("家庭年收入8万元—30万元群体比例达到70%。", [("70", "%", "eq")]),
        ("年收入8000元以下现象全面消除。", []),
    ],
)  # fmt: skip
def test_what_is_counted(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "每20家企业配备管家。", "实现时间过半、任务过半。", "按“1小时响应、3天反馈、5天办结”要求办理。", "推行“1键受理、2级分办、3方评价”。",
        "考核90分以上为优秀。", "准入门槛是投资强度400万元/亩。", "楼盖到一半停了工。", "一个月来，平台运行平稳。",
        "前五家企业税收集中。", "首付20万起，立减5万元。", "乘10路公交到站。", "接入5G网络，直达3号馆。",
    ],
)  # fmt: skip
def test_what_is_not_counted(sentence: str) -> None:
    assert found(sentence) == []


@pytest.mark.parametrize(
    ("page", "kinds"),
    [
        ("简报（2025年第7期）\n\n上半年，全县完成整治1650亩，新增企业52家，招引亿元以上项目17个。\n下半年要加快进度，确保目标完成。", "result result result"),
        ("新的一年，开发区定下目标：产值210亿元以上；腾地600亩。", "target target"),
        ("# 全镇2024年上半年工作总结和下半年打算\n\n## 一、上半年工作完成情况\n\n### （一）民生保障有力有效\n\n新增就业800人。\n\n## 二、下半年打算\n\n新增就业700人。", "result target"),
        ("G999国道改线工程，全长14.6公里，概算21亿元。", "fact fact"),
        ("动员大会以视频形式召开，共1200余人参加。", "fact"),
        ("完成全年计划（13亿元）的56.2%。", "target result"),
        ("累计淘汰落后产能企业630家。", "result"),
        ("再讲问题。去年签的项目里，还有19个没有落地，占两成。", "fact fact"),
        ("厂里用上机器人后，原来48名工人的活现在9名就够。", "fact fact"),
        ("2024年6月12日\n\n要确保6月底累计整治1700亩。", "target"),
    ],
)  # fmt: skip
def test_kinds_without_markers(page: str, kinds: str) -> None:
    assert " ".join(s.kind for s in extract(page)) == kinds


@pytest.mark.parametrize(
    ("page", "periods"),
    [
        ("2023年10月24日\n\n前三季度，产值389亿元，增长5%。利润19亿元。\n出口168亿元。", ["2023-01..2023-09"] * 4),
        ("# 云岭县行动方案（2025—2027年）\n\n## 一、任务\n\n实施改造项目1500个。", ["2025..2027"]),
        ("# 甲镇2023年工作总结和2024年工作思路\n\n## 一、2023年工作\n\n新增企业5家。\n\n## 二、2024年思路\n\n新增企业8家。", ["2023", "2024"]),
        ("2024年3月2日\n\n工厂创办于1998年。去年，整治3860亩，盘活1280亩。", ["2023", "2023"]),
        ("2024年5月8日\n\n今年以来，签约18家。本月新开工3家。", ["2024-01..2024-05", "2024-05"]),
        ("2023年10月8日\n\n三年来，整治1万亩。今后三年，再整治9000亩。", ["2021..2023", "2024..2026"]),
    ],
)  # fmt: skip
def test_periods_carry_on(page: str, periods: list[str]) -> None:
    assert [s.period for s in extract(page)] == periods


@pytest.mark.parametrize(
    ("sentence", "metrics"),
    [
        ("规上工业亩均税收由21万元提高到23万元。", ["规上工业亩均税收", "规上工业亩均税收"]),
        ("规上产值186亿元，占全县的41%。", ["规上产值", "规上产值占全县"]),
        ("与高校共建实验室4至6家。", ["高校共建实验室", "高校共建实验室"]),
        ("检查“九小场所”860家次。", ["检查“九小场所”"]),
    ],
)
def test_metrics_as_a_reader_names_them(sentence: str, metrics: list[str]) -> None:
    assert [s.metric for s in extract(sentence)] == metrics


def test_a_table_with_one_cell_a_line() -> None:
    page = "2025年整治任务计划\n序号\n镇\n面积（亩）\n厂房（万平方米）\n1\n甲镇\n620\n15\n2\n乙镇\n510\n12\n3\n丙镇\n400\n8\n各镇要抓好落实。\n"
    cells = [(s.quote, f"{s.value:f}", s.unit, s.metric, str(s.kind)) for s in extract(page)]
    assert cells[0] == ("620", "620", "亩", "甲镇面积", "target")
    assert cells[-1] == ("8", "80000", "平方米", "丙镇厂房", "target")
    assert len(cells) == 6


def test_a_caption_may_name_several_units() -> None:
    page = "重点项目计划（单位：亩、亿元）\n\n项目名称｜用地｜年度投资\n锁具园｜215｜4.2\n电池二期｜340｜9.8\n"
    assert [(s.quote, f"{s.value.normalize():f}", s.unit) for s in extract(page)] == [
        ("215", "215", "亩"), ("4.2", "420000000", "元"), ("340", "340", "亩"), ("9.8", "980000000", "元"),
    ]  # fmt: skip
