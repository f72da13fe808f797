"""Which bureau hands over which columns in which file, and how it writes them: firms and figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mujun.demo import styles
from mujun.demo.bureaus_land import land_sheets
from mujun.demo.chance import stream
from mujun.demo.columns import Column, sheet_of
from mujun.demo.names import COUNTY
from mujun.demo.sheets import Sheet
from mujun.demo.world import World

SPREADSHEET = "yyyy/m/d"


def hand_over(seed: int, world: World) -> dict[str, Sheet]:
    """Return every sheet of the county folder by a short name."""
    chance = stream(seed, "hand over")
    frames = world.frames
    return land_sheets(chance, world) | {
        "firms": _firms(frames["firms"]),
        "tax": _tax_office(chance, frames["measures"]),
        "items": _tax_items(frames["taxes"]),
        "statistics": _statistics(chance, frames),
        "power": _power(chance, frames),
        "marks": _marks(frames["marks"]),
        "projects": _projects(frames["projects"]),
    }


def _firms(firms: pd.DataFrame) -> Sheet:
    columns: list[Column] = [
        ("firm_id", "统一社会信用代码"),
        ("name", "企业名称"),
        ("industry", "行业代码"),
        ("above_scale", "是否规上", styles.truth("是", "否")),
        ("founded_on", "成立日期", styles.date(SPREADSHEET)),
        ("production_on", "投产日期", styles.date("yyyy-mm-dd")),
        ("status", "经营状态", styles.choice("firms", "status")),
        ("town", "所在镇街"),
        ("address", "住所"),
    ]
    return sheet_of(firms, columns, file="企业.csv", sheet="", table="firms")


def _tax_office(chance: np.random.Generator, measures: pd.DataFrame) -> Sheet:
    group = "本年度申报入库（单位：万元）"
    columns: list[Column] = [
        ("firm_id", "统一社会信用代码", styles.plain, "纳税人"),
        ("firm_name", "纳税人名称", styles.plain, "纳税人"),
        ("year", "所属年度", styles.plain, "纳税人"),
        ("tax_wan", "实缴税收(万元)", styles.number(chance, thousands=0.2), group),
        ("revenue_wan", "营业收入（万元）", styles.number(chance, thousands=0.3), group),
    ]
    rows = measures.sort_values(["year", "firm_id"], kind="stable")
    title = f"{COUNTY}工业企业税收情况表"
    return sheet_of(rows, columns, file="税务局.xlsx", sheet="年度指标", table="measures", title=title)


def _tax_items(taxes: pd.DataFrame) -> Sheet:
    columns: list[Column] = [
        ("firm_id", "统一社会信用代码"),
        ("year", "年度"),
        ("item", "征收项目"),
        ("amount_wan", "入库金额(元)", styles.scaled(10_000, 0)),
    ]
    return sheet_of(taxes, columns, file="税收明细.csv", sheet="", table="taxes")


def _statistics(chance: np.random.Generator, frames: dict[str, pd.DataFrame]) -> Sheet:
    """The statistics bureau reports firms above scale only."""
    measures = frames["measures"]
    above = measures[measures["value_added_wan"].notna()].sort_values(["year", "firm_id"], kind="stable")
    figure = styles.number(chance, marks=True)
    columns: list[Column] = [
        ("firm_id", "统一社会信用代码", styles.plain, "单位基本情况"),
        ("firm_name", "单位名称", styles.plain, "单位基本情况"),
        ("year", "年度", styles.plain, "单位基本情况"),
        ("value_added_wan", "工业增加值(万元)", figure, "生产经营"),
        ("rd_wan", "R&D经费支出(万元)", figure, "生产经营"),
        ("employees", "年平均职工人数(人)", figure, "生产经营"),
        ("energy_tce", "综合能源消费量(吨标煤)", figure, "能耗与排放"),
        ("emission_t", "主要污染物排放量(千克)", _kilograms(chance), "能耗与排放"),
    ]
    title = f"{COUNTY}规模以上工业企业主要指标"
    return sheet_of(above, columns, file="统计年报.xlsx", sheet="年度指标", table="measures", title=title)


def _kilograms(chance: np.random.Generator) -> styles.Style:
    write = styles.number(chance, marks=True)
    return lambda values: write((values * 1_000).round(0))


def _power(chance: np.random.Generator, frames: dict[str, pd.DataFrame]) -> Sheet:
    """The power company knows no credit codes, only its customers' names and addresses, some of them short forms."""
    measures = frames["measures"]
    address = frames["firms"].set_index("firm_id")["address"]
    rows = measures.assign(address=measures["firm_id"].map(address), firm_name=_customer_names(chance, measures))
    rows = rows[rows["electricity_kwh"].notna()].sort_values(["year", "firm_name"], kind="stable")
    columns: list[Column] = [
        ("firm_name", "用电户名"),
        ("address", "地址"),
        ("year", "年度"),
        ("electricity_kwh", "用电量(千瓦时)", styles.number(chance, thousands=0.0)),
    ]
    return sheet_of(rows, columns, file="年度指标.csv", sheet="", table="measures")


def _customer_names(chance: np.random.Generator, measures: pd.DataFrame) -> list[str]:
    """Return names as the power company writes them: the same for a firm in every year, 4 % not to the letter."""
    names = pd.unique(measures["firm_name"])
    way = chance.choice(4, size=len(names), p=[0.96, 0.015, 0.015, 0.01]).tolist()
    written = {name: _WAYS[number](name) for name, number in zip(names.tolist(), way, strict=True)}
    return [written[name] for name in measures["firm_name"].tolist()]


_WAYS = (
    lambda name: name,
    lambda name: name.replace("有限公司", "有限责任公司"),
    lambda name: f"{name[:3]} {name[3:]} ",
    lambda name: name.removeprefix(COUNTY),
)


def _marks(marks: pd.DataFrame) -> Sheet:
    columns: list[Column] = [
        ("firm_id", "统一社会信用代码"),
        ("firm_name", "企业名称"),
        ("year", "年度"),
        ("code", "标记代码"),
        ("points", "分值"),
        ("document", "依据文号"),
    ]
    title = f"{COUNTY}亩均评价加减分与否决事项"
    return sheet_of(marks, columns, file="用地台账.xlsx", sheet="标记", table="marks", title=title)


def _projects(projects: pd.DataFrame) -> Sheet:
    columns: list[Column] = [
        ("project_id", "项目编号"),
        ("name", "项目名称"),
        ("industry", "行业代码"),
        ("invest_wan", "总投资(万元)"),
        ("land_need_mu", "用地需求(亩)"),
        ("tax_promise_wan_per_mu", "承诺亩均税收(万元/亩)"),
        ("energy_tce", "综合能耗(吨标煤)"),
        ("far_min", "容积率下限"),
        ("min_block_mu", "最小连片面积(亩)"),
        ("load_kn_m2", "荷载(kN/m²)"),
        ("power_kva", "电力(kVA)"),
        ("stage", "阶段"),
        ("leader", "联系领导"),
        ("team", "专班"),
        ("contacted_on", "已对接日期", styles.date("cell")),
        ("negotiating_on", "谈判日期", styles.date("cell")),
        ("signed_on", "签约日期", styles.date("cell")),
        ("landing_on", "落地日期", styles.date("cell")),
        ("started_on", "开工日期", styles.date("cell")),
        ("completed_on", "竣工日期", styles.date("cell")),
        ("producing_on", "投产日期", styles.date("cell")),
    ]
    return sheet_of(projects, columns, file="厂房与项目.xlsx", sheet="项目", table="projects")
