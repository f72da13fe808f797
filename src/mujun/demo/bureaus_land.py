"""Which bureau hands over which columns in which file, and how it writes them: land, buildings, tenure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mujun.demo import styles
from mujun.demo.columns import Column, sheet_of
from mujun.demo.land import EPSG_WITH_ZONE
from mujun.demo.names import COUNTY, TOWNS
from mujun.demo.sheets import Sheet
from mujun.demo.world import World

ZONE_TOWNS = TOWNS[5:]
"""The development zone hands over the first five towns itself, in degrees; the land bureau the others, in metres."""

DEGREES = 4490
BRIEF = "yyyy年m月"
LONG = "yyyy年m月d日"


def land_sheets(chance: np.random.Generator, world: World) -> dict[str, Sheet]:
    """Return the sheets about land by a short name."""
    frames = world.frames
    return {
        **_parcel_layers(world),
        "buildings": _buildings(world),
        "barriers": _barriers(world),
        "supply": _supply(chance, frames["parcels"]),
        "land_tax": _land_tax(frames["parcels"]),
        "occupancy": _occupancy(chance, frames["occupancy"]),
        "units": _units(frames["units"]),
    }


def _parcel_layers(world: World) -> dict[str, Sheet]:
    parcels = world.frames["parcels"].assign(geometry=world.geometry["parcels"])
    columns: list[Column] = [
        ("parcel_id", "宗地代码"),
        ("town", "镇街"),
        ("village", "村"),
        ("registered_area_m2", "登记面积"),
        ("land_use", "土地用途"),
        ("right_type", "权利类型", styles.choice("parcels", "right_type")),
        ("illegal_use", "违法用地", styles.truth("是", "否")),
        ("protected", "保留", styles.truth("1", "0")),
        ("geometry", "图形", pd.Series.tolist),
    ]
    bureau = parcels["town"].isin(ZONE_TOWNS)
    return {
        "parcels_bureau": sheet_of(
            parcels[bureau], columns, file="宗地.shp", sheet="宗地", table="parcels", epsg=EPSG_WITH_ZONE
        ),
        "parcels_zone": sheet_of(
            parcels[~bureau], columns, file="宗地.gpkg", sheet="宗地", table="parcels", epsg=DEGREES
        ),
    }


def _buildings(world: World) -> Sheet:
    buildings = world.frames["buildings"].assign(geometry=world.geometry["buildings"])
    columns: list[Column] = [
        ("building_id", "房屋编号"),
        ("parcel_id", "宗地代码"),
        ("floor_area_m2", "建筑面积"),
        ("storeys", "层数"),
        ("built_year", "建成年份"),
        ("legal", "是否合法", styles.truth("是", "否")),
        ("geometry", "图形", pd.Series.tolist),
    ]
    return sheet_of(buildings, columns, file="房屋.gpkg", sheet="房屋", table="buildings", epsg=DEGREES)


def _barriers(world: World) -> Sheet:
    barriers = world.frames["barriers"].assign(geometry=world.geometry["barriers"])
    columns: list[Column] = [
        ("barrier_id", "编号"),
        ("kind", "类别"),
        ("effect", "作用", styles.choice("barriers", "effect")),
        ("geometry", "图形", pd.Series.tolist),
    ]
    return sheet_of(barriers, columns, file="分隔与连接.gpkg", sheet="分隔与连接", table="barriers", epsg=DEGREES)


def _supply(chance: np.random.Generator, parcels: pd.DataFrame) -> Sheet:
    known, due, done = "宗地与权利人", "出让合同约定", "实际履行"
    contract, actual = (
        styles.dates(chance, "cell", "yyyy-mm-dd", "yyyy/m/d"),
        styles.dates(chance, "cell", LONG, "yyyy/m/d"),
    )
    columns: list[Column] = [
        ("parcel_id", "宗地代码", styles.plain, known),
        ("holder_name", "权利人", styles.plain, known),
        ("holder_id", "权利人代码", styles.plain, known),
        ("approved_on", "批准日期", styles.date(BRIEF), known),
        ("supplied_on", "供地日期", styles.date("cell"), due),
        ("handed_over_on", "交地日期", styles.date("cell"), due),
        ("start_due", "约定开工", contract, due),
        ("finish_due", "约定竣工", contract, due),
        ("far_min", "容积率下限", styles.plain, due),
        ("far_max", "容积率上限", styles.plain, due),
        ("land_price_wan", "土地价款（万元）", styles.number(chance, thousands=0.3), due),
        ("invest_due_wan", "约定投资(万元)", styles.number(chance, marks=True), due),
        ("tax_due_wan_per_mu", "约定亩均税收(万元/亩)", styles.plain, due),
        ("started_on", "开工日期", actual, done),
        ("finished_on", "竣工日期", actual, done),
        ("produced_on", "投产日期", styles.date("yyyy-mm-dd"), done),
        ("stopped_on", "停工日期", styles.date("yyyy-mm-dd"), done),
        ("invested_wan", "已投资(万元)", styles.number(chance, marks=True), done),
    ]
    title = f"{COUNTY}工业用地供应与履约台账"
    return sheet_of(parcels, columns, file="供地台账.xlsx", sheet="宗地", table="parcels", title=title)


def _land_tax(parcels: pd.DataFrame) -> Sheet:
    """The tax office keeps its own area, in mu."""
    rows = parcels[parcels["taxed_area_m2"].notna()]
    columns: list[Column] = [
        ("parcel_id", "宗地编号"),
        ("taxed_area_m2", "土地计税面积(亩)", lambda values: styles.plain((values * 3 / 2000).round(4))),
    ]
    return sheet_of(rows, columns, file="税务局.xlsx", sheet="宗地", table="parcels")


def _occupancy(chance: np.random.Generator, occupancy: pd.DataFrame) -> Sheet:
    firm, land = "用地企业", "用地情况"
    columns: list[Column] = [
        ("firm_id", "统一社会信用代码", styles.plain, firm),
        ("firm_name", "企业名称", styles.plain, firm),
        ("parcel_id", "宗地代码", styles.plain, land),
        ("kind", "用地方式", styles.choice("occupancy", "kind"), land),
        ("area_m2", "用地面积(㎡)", styles.number(chance, thousands=0.1), land),
        ("floor_area_m2", "使用建筑面积(㎡)", styles.number(chance, marks=True), land),
        ("from", "起始日期", styles.dates(chance, "cell", "yyyy-mm-dd", "yyyy/m/d"), "期限"),
        ("to", "终止日期", styles.dates(chance, "cell", "yyyy-mm-dd"), "期限"),
        ("lessor_id", "出租方代码", styles.plain, "期限"),
    ]
    title = f"{COUNTY}工业企业用地关系台账"
    return sheet_of(occupancy, columns, file="用地台账.xlsx", sheet="用地关系", table="occupancy", title=title)


def _units(units: pd.DataFrame) -> Sheet:
    columns: list[Column] = [
        ("unit_id", "单元编号"),
        ("building_id", "房屋编号"),
        ("floor", "楼层"),
        ("floor_area_m2", "建筑面积(㎡)"),
        ("load_kn_m2", "荷载(kN/m²)"),
        ("height_m", "层高(m)"),
        ("power_kva", "电力(kVA)"),
        ("sector", "适合行业"),
        ("rent_wan", "年租金(万元)"),
        ("free_from", "可入驻日期", styles.date("cell")),
    ]
    return sheet_of(units, columns, file="厂房与项目.xlsx", sheet="厂房单元", table="units")
