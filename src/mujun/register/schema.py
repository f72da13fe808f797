"""The tables of the exchange format and their columns (docs/reference/exchange.md is written from this)."""

from __future__ import annotations

import dataclasses
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds; decides how a cell is read and which dtype the column has."""

    CODE = "code"  # identifier, kept as text to the letter: dtype str
    TEXT = "text"  # dtype str
    NUMBER = "number"  # dtype float64, NaN = nothing
    YEAR = "year"  # dtype Int64 inside tables, required where it is a key
    DATE = "date"  # dtype datetime64[us], NaT = nothing
    TRUTH = "truth"  # dtype boolean (nullable)
    GEOMETRY = "geometry"  # dtype object: WKB bytes (EPSG:4490) or None


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column. ``unit`` is the unit values are stored in; ``headings`` are further Chinese headings."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    headings: tuple[str, ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    minimum: float | None = None

    @property
    def all_headings(self) -> tuple[str, ...]:
        """Every heading the column answers to, the English name first."""
        return (self.name, self.label, *self.headings)


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """One table. ``key`` columns are required; the rest may be missing."""

    name: str
    label: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    names: tuple[str, ...] = ()
    geometry: bool = False

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raise KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def column_names(self) -> list[str]:
        """The English names in order."""
        return [column.name for column in self.columns]

    @property
    def linked_by_name(self) -> bool:
        """Whether a blank ``firm_id`` may be replaced by ``firm_name`` (and ``address``)."""
        return any(column.name == "firm_name" for column in self.columns)


def _code(name: str, label: str, *headings: str) -> Column:
    return Column(name, label, Kind.CODE, headings=headings)


def _text(name: str, label: str, *headings: str) -> Column:
    return Column(name, label, Kind.TEXT, headings=headings)


def _number(name: str, label: str, unit: str, *headings: str, minimum: float | None = 0) -> Column:
    return Column(name, label, Kind.NUMBER, unit, headings, minimum=minimum)


def _date(name: str, label: str, *headings: str) -> Column:
    return Column(name, label, Kind.DATE, headings=headings)


def _truth(name: str, label: str, *headings: str) -> Column:
    return Column(name, label, Kind.TRUTH, headings=headings)


_GEOMETRY = Column("geometry", "图形", Kind.GEOMETRY, headings=("几何", "坐标"))
_FIRM = _code("firm_id", "统一社会信用代码", "信用代码", "社会信用代码", "企业代码", "企业统一社会信用代码")
_FIRM_NAME = _text("firm_name", "企业名称", "单位名称", "纳税人名称", "企业", "用电户名")
_ADDRESS = _text("address", "地址", "住所", "生产经营地址", "企业地址")
_YEAR = Column("year", "年度", Kind.YEAR, headings=("年份", "所属年度", "数据年度"))

RIGHT_TYPES = (("grant", ("出让",)), ("allocation", ("划拨",)), ("collective", ("集体",)), ("lease", ("租赁",)))
OCCUPANCY_KINDS = (
    ("own", ("自有",)),
    ("lease", ("承租", "租赁", "租入")),
    ("sublease", ("转租",)),
    ("excluded", ("核减", "扣除")),
)
STATUSES = (
    ("active", ("存续", "在业", "正常", "开业")),
    ("deregistered", ("注销", "吊销")),
    ("stopped", ("停产", "停业")),
)
EFFECTS = (("separates", ("分隔",)), ("bridges", ("连接",)))

PARCELS = Table(
    "parcels",
    "宗地",
    ("parcel_id",),
    (
        _code("parcel_id", "宗地代码", "宗地编号", "宗地号", "地块编号", "不动产单元号"),
        _GEOMETRY,
        _text("town", "镇街", "乡镇", "所在镇街", "镇(街道)", "所在镇(街道)"),
        _text("village", "村", "村(社区)", "所在村"),
        _number("registered_area_m2", "登记面积", "m2", "宗地面积", "证载面积"),
        _number("taxed_area_m2", "计税面积", "m2", "土地计税面积"),
        _code("land_use", "土地用途", "用途", "地类"),
        Column("right_type", "权利类型", Kind.TEXT, headings=("使用权类型", "权利性质"), choices=RIGHT_TYPES),
        _code("holder_id", "权利人代码", "权利人信用代码", "权利人证件号"),
        _text("holder_name", "权利人", "权利人名称", "土地使用权人", "使用权人"),
        _date("approved_on", "批准日期", "批准时间"),
        _date("supplied_on", "供地日期", "供地时间"),
        _date("handed_over_on", "交地日期", "交地时间"),
        _date("start_due", "约定开工", "约定开工日期", "约定开工时间"),
        _date("finish_due", "约定竣工", "约定竣工日期", "约定竣工时间"),
        _date("started_on", "开工日期", "实际开工日期", "开工时间"),
        _date("finished_on", "竣工日期", "实际竣工日期", "竣工时间"),
        _date("produced_on", "投产日期", "投产时间"),
        _date("stopped_on", "停工日期", "停工时间"),
        _number("far_min", "容积率下限", "ratio", "最低容积率"),
        _number("far_max", "容积率上限", "ratio", "最高容积率"),
        _number("land_price_wan", "土地价款", "wan", "出让价款", "土地出让金"),
        _number("invest_due_wan", "约定投资", "wan", "约定投资额"),
        _number("invested_wan", "已投资", "wan", "已投资额", "实际投资"),
        _number("tax_due_wan_per_mu", "约定亩均税收", "wan/mu"),
        _truth("illegal_use", "违法用地", "是否违法用地"),
        _truth("protected", "保留", "是否保留"),
    ),
    ("宗地表", "地块", "宗地信息"),
    geometry=True,
)

BUILDINGS = Table(
    "buildings",
    "房屋",
    ("building_id",),
    (
        _code("building_id", "房屋编号", "楼栋编号", "幢号"),
        _code("parcel_id", "宗地代码", "宗地编号", "宗地号"),
        _number("floor_area_m2", "建筑面积", "m2"),
        _number("storeys", "层数", "", "地上层数", "总层数"),
        Column("built_year", "建成年份", Kind.YEAR, headings=("竣工年份", "建造年份")),
        _truth("legal", "是否合法", "合法", "合法建筑"),
        _GEOMETRY,
    ),
    ("建筑", "建筑物", "楼栋"),
    geometry=True,
)

FIRMS = Table(
    "firms",
    "企业",
    ("firm_id",),
    (
        _FIRM,
        _text("name", "名称", "企业名称", "单位名称", "单位详细名称"),
        _code("industry", "行业代码", "国民经济行业代码", "行业"),
        _truth("above_scale", "是否规上", "规上", "规上企业"),
        _date("founded_on", "成立日期", "注册日期", "成立时间"),
        _date("production_on", "投产日期", "投产时间"),
        Column("status", "状态", Kind.TEXT, headings=("经营状态", "登记状态", "企业状态"), choices=STATUSES),
        _text("town", "镇街", "乡镇", "所在镇街"),
        _ADDRESS,
    ),
    ("企业名录", "企业名单", "企业信息"),
)

OCCUPANCY = Table(
    "occupancy",
    "用地关系",
    ("firm_id", "parcel_id", "from"),
    (
        _FIRM,
        _FIRM_NAME,
        _ADDRESS,
        _code("parcel_id", "宗地代码", "宗地编号", "宗地号", "地块编号"),
        Column("kind", "关系", Kind.TEXT, headings=("用地方式", "关系类型", "用地类型"), choices=OCCUPANCY_KINDS),
        _number("area_m2", "用地面积", "m2", "面积", "占地面积"),
        _number("floor_area_m2", "使用建筑面积", "m2", "建筑面积"),
        _date("from", "起", "起始日期", "开始日期", "起租日期", "起始时间"),
        _date("to", "止", "终止日期", "结束日期", "到期日期", "截止日期"),
        _code("lessor_id", "出租方", "出租方代码", "出租方信用代码"),
    ),
    ("用地", "租赁关系", "用地情况"),
)

MEASURES = Table(
    "measures",
    "年度指标",
    ("firm_id", "year"),
    (
        _FIRM,
        _FIRM_NAME,
        _ADDRESS,
        _YEAR,
        _number("tax_wan", "税收", "wan", "实缴税收", "税收合计", "入库税收", "评价税收", minimum=None),
        _number("value_added_wan", "增加值", "wan", "工业增加值", minimum=None),
        _number("revenue_wan", "营业收入", "wan", "主营业务收入", "销售收入", "营收"),
        _number("rd_wan", "研发费用", "wan", "R&D经费", "研发经费", "R&D经费支出"),
        _number("energy_tce", "综合能耗", "tce", "综合能源消费量", "能耗"),
        _number("electricity_kwh", "用电量", "kwh", "电量", "年用电量"),
        _number("emission_t", "主要污染物排放", "t", "主要污染物排放量", "污染物排放", "排放量"),
        _number("employees", "年平均职工人数", "person", "职工人数", "平均职工人数", "从业人数", "年平均人数"),
    ),
    ("指标", "年度数据"),
)

TAXES = Table(
    "taxes",
    "税收明细",
    ("firm_id", "year", "item"),
    (
        _FIRM,
        _FIRM_NAME,
        _ADDRESS,
        _YEAR,
        _text("item", "税种", "征收项目", "税费种"),
        _number("amount_wan", "金额", "wan", "入库金额", "税额", minimum=None),
    ),
    ("税收", "分税种"),
)

MARKS = Table(
    "marks",
    "标记",
    ("firm_id", "year", "code"),
    (
        _FIRM,
        _FIRM_NAME,
        _ADDRESS,
        _YEAR,
        _code("code", "代码", "标记代码"),
        _number("points", "分值", "point", "加减分", minimum=None),
        _text("note", "说明", "备注"),
        _text("document", "文号", "依据文号"),
    ),
    ("加减分", "企业标记"),
)

BARRIERS = Table(
    "barriers",
    "分隔与连接",
    ("barrier_id",),
    (
        _code("barrier_id", "编号", "分隔编号"),
        _GEOMETRY,
        _text("kind", "类别", "类型"),
        Column("effect", "作用", Kind.TEXT, choices=EFFECTS),
    ),
    ("分隔", "道路河流"),
    geometry=True,
)

UNITS = Table(
    "units",
    "厂房单元",
    ("unit_id",),
    (
        _code("unit_id", "单元编号"),
        _code("building_id", "房屋编号", "楼栋编号"),
        _number("floor", "楼层", "", minimum=None),
        _number("floor_area_m2", "建筑面积", "m2"),
        _number("load_kn_m2", "荷载", "kn/m2", "楼面荷载"),
        _number("height_m", "层高", "m"),
        _number("power_kva", "电力", "kva", "配电容量"),
        _text("sector", "行业", "适合行业"),
        _number("rent_wan", "租金", "wan", "年租金"),
        _date("free_from", "可入驻日期", "可入驻时间"),
    ),
    ("厂房", "标准厂房"),
)

PROJECTS = Table(
    "projects",
    "项目",
    ("project_id",),
    (
        _code("project_id", "项目编号", "项目代码"),
        _text("name", "名称", "项目名称"),
        _code("industry", "行业代码", "行业"),
        _number("invest_wan", "总投资", "wan", "投资额", "计划投资"),
        _number("land_need_mu", "用地需求", "mu", "需用地"),
        _number("tax_promise_wan_per_mu", "承诺亩均税收", "wan/mu"),
        _number("energy_tce", "综合能耗", "tce", "能耗"),
        _number("far_min", "容积率下限", "ratio", "最低容积率"),
        _number("min_block_mu", "最小连片面积", "mu"),
        _number("load_kn_m2", "荷载", "kn/m2"),
        _number("power_kva", "电力", "kva"),
        _text("stage", "阶段", "项目阶段"),
        _text("leader", "领导", "联系领导"),
        _text("team", "专班", "服务专班"),
        _date("contacted_on", "已对接日期"),
        _date("negotiating_on", "谈判日期"),
        _date("signed_on", "签约日期"),
        _date("landing_on", "落地日期", "拟落地日期"),
        _date("started_on", "开工日期"),
        _date("completed_on", "竣工日期"),
        _date("producing_on", "投产日期"),
        _date("above_scale_on", "上规日期"),
        _date("full_output_on", "达产日期"),
    ),
    ("招商项目",),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (PARCELS, BUILDINGS, FIRMS, OCCUPANCY, MEASURES, TAXES, MARKS, BARRIERS, UNITS, PROJECTS)
}
"""Every table of the exchange format by its English name, in the order in which they are read."""
