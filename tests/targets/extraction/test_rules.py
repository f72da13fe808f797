"""Each rule in small: what is found in a sentence and what is not, one line a case."""

from __future__ import annotations

import pytest

from mujun.targets.extraction import extract


def found(sentence: str) -> list[str]:
    return [f"{s.quote}|{s.value.normalize():f}{s.unit}|{s.bound}" for s in extract(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("整治低效用地5000亩以上。", ["5000亩以上|5000亩|ge"]),
        ("发行专项债券36.5亿元。", ["36.5亿元|3650000000元|eq"]),
        ("出动志愿者上千名，筹资破百亿元。", ["上千名|1000名|ge", "破百亿元|10000000000元|ge"]),
        ("连片占比六成以上，办结率百分之九十五。", ["六成以上|60%|ge", "百分之九十五|95%|eq"]),
        ("合格率达七成五，近一半企业参加。", ["七成五|75%|eq", "近一半|50%|approx"]),
        ("“最多跑一次”实现率达99.5%，每家最多奖励50万元。", ["99.5%|99.5%|eq", "50万元|500000元|le"]),
        ("增速居金华首位，亩均税收位居金华市第2位。", ["居金华首位|1位|eq", "位居金华市第2位|2位|eq"]),
        ("项目最快3个月、最长半年落地。", ["最快3个月|3月|ge", "最长半年|6月|le"]),
        ("惠及企业2300余家，受益群众2万余人次。", ["2300余家|2300家|approx", "2万余人次|20000人次|approx"]),
        ("装机5万千瓦，用电3.2亿千瓦时。", ["5万千瓦|50000千瓦|eq", "3.2亿千瓦时|320000000千瓦时|eq"]),
        ("建成商务、会展、物流3大平台。", ["3大平台|3个|eq"][:0] or ["3大|3个|eq"]),
        ("50亿元以上、100亿元以上项目各1个。", ["各1个|1个|eq"]),
        ("新供用地1000至1200亩。", ["1000|1000亩|ge", "1200亩|1200亩|le"]),
        ("每个镇至少引进企业1家。", ["1家|1家|ge"]),
        ("分别突破6万元和3万元。", ["突破6万元|60000元|ge", "3万元|30000元|ge"]),
        ("亩均税收20.6万元/亩。", ["20.6万元/亩|206000元/亩|eq"]),
        ("容积率由0.98提高到1.6以上。", ["0.98|0.98|eq", "1.6以上|1.6|ge"]),
        ("增速连续3年高于全市。", ["连续3年|3年|eq"]),
        ("收入居全省第一，列全国百强县第49位。", ["居全省第一|1位|eq", "列全国百强县第49位|49位|eq"]),
        ("排名由第14位升至第10位，进入全市前三。", ["第14位|14位|eq", "升至第10位|10位|eq", "进入全市前三|3位|le"]),
        ("信用指数稳居全国100强。", ["100强|100位|le"]),
        ("产值翻两番。", ["翻两番|2番|eq"]),
        ("建成一座水厂。", ["一座|1座|eq"]),
    ],
)
def test_counted(sentence: str, expected: list[str]) -> None:
    got = found(sentence)
    assert [words.split("|")[1:] for words in got] == [words.split("|")[1:] for words in expected], got


@pytest.mark.parametrize(
    "sentence",
    [
        "3亿元以上项目快速落地。", "年收入50万元以上村全覆盖。", "对亩均税收低于5万元的企业限期整治。", "产值超亿元企业集聚。",
        "实施“558”工程，聚焦3+2体系、6+X片区。", "办好十方面民生实事，做到八个提速、六大行动。", "用好“七张问题清单”。", "坚持四好农村路建设。",
        "2023年8月1日，县委十五届四次全体会议召开。", "第18届人大第三次会议，总第1034期，今日8版。", "S316省道、G330国道和5号线通车。", "8℃~15℃，降水概率20%。",
        "实施20周年，倒计时163天。", "联系电话0999-1234567，邮编321300。", "指标位居全省前列，两位数增长。", "建设15分钟生活圈，24小时值班。",
        "根据第十二条，处5万元以上10万元以下罚款。", "按实际投资额的10%给予补助，最高100万元。", "过去五年、未来3年、三年行动。", "满18周岁、60岁以上老人。",
        "数十家企业、几十个项目、一批平台、两三家单位。", "百日攻坚、千人计划、万亩千亿平台、千万工程。", "坚持一个目标、两条路径，抓好三件大事。", "《三年行动计划5项》印发。",
    ],
)  # fmt: skip
def test_not_counted(sentence: str) -> None:
    assert found(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("去年累计整治4126亩，拆除厂房116万平方米。", "result result"),
        ("确保全年整治3000亩以上，力争新增企业50家。", "target target"),
        ("到2035年，产值突破2000亿元。", "target"),
        ("全县现有工业园区9个，占地4.2万亩。", "fact fact"),
        ("税收由21.3万元提高到23.9万元。", "fact result"),
        ("完成年度目标3200亩的42.8%。", "target result"),
        ("项目总投资21亿元，达产后年产值超40亿元。", "fact target"),
        ("前三季度，增加值增长6.5%；投资96亿元；出口38亿元。", "result result result"),
        ("当前仍存在不少困难和问题：投入强度低于全市0.4个百分点；仍有低效用地1.1万亩。", "fact fact"),
    ],
)
def test_kinds(sentence: str, kinds: str) -> None:
    assert " ".join(s.kind for s in extract(sentence)) == kinds


@pytest.mark.parametrize(
    ("page", "periods"),
    [
        ("# 2024年工作计划\n\n新增企业5家。", ["2024"]),
        ("2022年3月31日\n\n去年，整治100亩；过去五年，招引项目52个。", ["2021", "2017..2021"]),
        ("2023年10月8日\n\n1—9月，整治100亩。“十三五”期间，整治7600亩。", ["2023-01..2023-09", "十三五"]),
        ("今年是八八战略实施20周年。全年要新增企业5家。", ["2023"]),
        ("2024年6月5日\n\n到2027年，力争整治1万亩，比2023年翻一番。", ["2027", "2027"]),
    ],
)
def test_periods(page: str, periods: list[str]) -> None:
    assert [s.period for s in extract(page)] == periods


@pytest.mark.parametrize(
    ("sentence", "metrics"),
    [
        ("累计招引3亿元以上项目52个。", ["累计招引3亿元以上项目"]),
        ("新增国家高新技术企业68家、省科技型中小企业180家。", ["新增国家高新技术企业", "新增省科技型中小企业"]),
        ("持续整治18个重点区块。", ["持续整治重点区块"]),
        ("规上工业增加值700亿元，增长6%。", ["规上工业增加值", "规上工业增加值"]),
        ("实现高新技术产业增加值占比61%。", ["高新技术产业增加值占比"]),
    ],
)
def test_metrics(sentence: str, metrics: list[str]) -> None:
    assert [s.metric for s in extract(sentence)] == metrics


def test_cells_of_a_table_take_their_unit_from_head_row_or_caption() -> None:
    page = "任务分解表\n序号\t镇\t整治面积（亩）\t标准厂房（万平方米）\t签约率\n1\t甲镇\t620\t15\t95%\n\t合计\t620\t15\t95%\n"
    cells = [(s.quote, f"{s.value:f}", s.unit, s.metric, s.kind) for s in extract(page)]
    assert cells[:3] == [
        ("620", "620", "亩", "甲镇整治面积", "target"),
        ("15", "150000", "平方米", "甲镇标准厂房", "target"),
        ("95%", "95", "%", "甲镇签约率", "target"),
    ]
    assert len(cells) == 6
    by_row = "指标\t单位\t上年实绩\t本年目标\n产值\t亿元\t120\t≥135\n"
    assert [(s.quote, f"{s.value:f}", s.unit, str(s.bound)) for s in extract(by_row)] == [
        ("120", "12000000000", "元", "eq"),
        ("≥135", "13500000000", "元", "ge"),
    ]


def test_rates_of_change_share_their_word() -> None:
    assert [(s.quote, str(s.change)) for s in extract("收入分别增长7%、8%左右，达3.2万元，列车增至9列，新增1.1万个。")] == [
        ("增长7%", "growth"), ("8%左右", "growth"), ("3.2万元", "level"), ("9列", "level"), ("1.1万个", "level"),
    ]  # fmt: skip
