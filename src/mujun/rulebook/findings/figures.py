"""The figures of a parcel that criteria may name."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """``label`` and ``unit`` as shown; ``needs`` says what to fill in where the figure is unknown.

    ``dated`` is the column of the parcels from which months are counted ("" for figures that count no months) and
    ``event`` what happened on that day.
    """

    label: str
    unit: str = ""
    needs: str = ""
    dated: str = ""
    event: str = ""
    truth: bool = False


PARCEL_FIGURES: dict[str, Figure] = {
    "area_mu": Figure("宗地面积", "亩", "登记面积或图形"),
    "used_mu": Figure("企业用地面积", "亩", "用地关系里的面积"),
    "tax_wan": Figure("分摊税收", "万元", "用地企业的税收和用地面积"),
    "tax_per_mu": Figure("亩均税收", "万元/亩", "用地企业的税收和用地面积"),
    "far": Figure("容积率", "", "房屋的建筑面积和登记面积"),
    "far_min": Figure("容积率下限", "", "合同容积率下限"),
    "built_share": Figure("已建面积占约定建筑面积的比例", "", "房屋的建筑面积、登记面积和合同容积率下限"),
    "invested_share": Figure("已投资占约定投资的比例", "", "约定投资和已投资"),
    "unused_share": Figure("未用面积占宗地面积的比例", "", "用地关系里的面积和登记面积"),
    "invest_due_wan": Figure("约定投资", "万元", "约定投资"),
    "invested_wan": Figure("已投资", "万元", "已投资"),
    "tax_due_wan_per_mu": Figure("约定亩均税收", "万元/亩", "约定亩均税收"),
    "land_price_wan": Figure("土地价款", "万元", "土地价款"),
    "approved_months": Figure("批准后满月数", "个月", "批准日期", "approved_on", "批准之日"),
    "supplied_months": Figure("供地后满月数", "个月", "供地日期", "supplied_on", "供地之日"),
    "start_due_months": Figure("约定开工日后满月数", "个月", "约定开工日期", "start_due", "约定开工日"),
    "started_months": Figure("开工后满月数", "个月", "开工日期", "started_on", "开工之日"),
    "finished_months": Figure("竣工后满月数", "个月", "竣工日期", "finished_on", "竣工之日"),
    "unproductive_months": Figure(
        "竣工（不早于约定竣工）后满月数", "个月", "竣工日期", "finished_on", "竣工（不早于约定竣工）之日"
    ),
    "stopped_months": Figure("停工后满月数", "个月", "停工日期", "stopped_on", "停工之日"),
    "supplied": Figure("是否已供地", "", "供地日期", truth=True),
    "started": Figure("是否已开工", "", "开工日期", truth=True),
    "finished": Figure("是否已竣工", "", "竣工日期", truth=True),
    "produced": Figure("是否已投产", "", "投产日期", truth=True),
    "stopped": Figure("是否停工", "", "停工日期", truth=True),
    "above_scale": Figure("主要用地企业是否规上", "", "用地企业及其是否规上", truth=True),
    "below_scale": Figure("主要用地企业是否规下", "", "用地企业及其是否规上", truth=True),
    "illegal_use": Figure("是否违法用地", "", "违法用地标记", truth=True),
    "protected": Figure("是否保留", "", "保留标记", truth=True),
}
"""Name → figure. How each is computed: :mod:`mujun.renewal.findings.figures`."""

GRADE = "grade"
"""The grade of the firm that uses most of the parcel; text, so only criteria of kind ``grade`` read it."""
