"""Defects found when rows meet: duplicates, links between tables, and values that contradict each other."""

from __future__ import annotations

from mujun.base.defects import Severity
from mujun.register.entry import Entry

S, E, W, N = Severity.STOPS, Severity.ERROR, Severity.WARNING, Severity.NOTICE

ENTRIES: dict[str, Entry] = {
    "duplicate_row": Entry(W, "与{first}完全相同，只用一行。", "请删去重复的一行。"),
    "conflict": Entry(E, "{label}“{value}”与{first}的“{kept}”不一致，暂用后者。", "请核实哪个正确，只留一个。"),
    "rows_merged": Entry(N, "有{count}行与其他文件的行是同一对象，各取所有，合为一行。"),
    "linked_exactly": Entry(N, "有{count}行没有统一社会信用代码，按完全相同的企业名称关联。"),
    "linked_by_name": Entry(
        N, "没有统一社会信用代码，“{value}”共{count}行按名称（地址）关联到{name}（{code}）。", "如有误请补填代码。"
    ),
    "link_doubtful": Entry(
        E, "没有统一社会信用代码，“{value}”可能是：{candidates}，需人工确认，暂未使用。", "请确认是哪一家，或补填代码。"
    ),
    "link_missing": Entry(
        E, "没有统一社会信用代码，企业表中也找不到“{value}”，这一行没有使用。", "请补填代码，或把该企业加进企业表。"
    ),
}

CHECK_ENTRIES: dict[str, Entry] = {
    "firms_missing": Entry(
        S, "没有企业表，或企业表里没有一家可用的企业，无法评价。", "请提交企业名录，至少有统一社会信用代码。"
    ),
    "occupancy_missing": Entry(S, "没有用地关系，算不出任何企业的用地面积，无法评价。", "请提交用地关系表。"),
    "measures_missing": Entry(W, "没有{year}年度指标，各项得分都会是空白。", "请提交年度指标表。"),
    "credit_code_check": Entry(E, "{label}“{value}”：{fault}", "请与营业执照核对；核实前仍按原样使用。"),
    "firm_unknown": Entry(W, "企业表中没有“{value}”。", "请把该企业加进企业表，或改正代码。"),
    "parcel_unknown": Entry(W, "宗地表中没有“{value}”。", "请把该宗地加进宗地表，或改正代码。"),
    "building_unknown": Entry(W, "房屋表中没有“{value}”。", "请把该房屋加进房屋表，或改正编号。"),
    "lessor_unknown": Entry(W, "出租方“{value}”不在企业表中。", "请核对出租方代码；出租方不是企业的可不理会。"),
    "lessor_missing": Entry(W, "承租没有写出租方，宗地也没有权利人，这块面积不会从任何出租方扣除。", "请补填出租方。"),
    "lessor_is_lessee": Entry(W, "出租方与承租方是同一家（{value}）。", "自有用地请填“自有”；承租请改正出租方。"),
    "firm_name_missing": Entry(W, "企业没有名称。", "请补填名称。"),
    "firm_name_twice": Entry(W, "与{other}同名（{value}），代码不同。", "请核对是否同一家企业；换证的请统一为新代码。"),
    "town_unknown": Entry(W, "镇街“{value}”不在常见的镇街之列{hint}。", "请核对镇街名称。"),
    "industry_bad": Entry(
        W, "行业代码“{value}”不合GB/T 4754（门类字母可有可无，后接2至4位数字）。", "请核对行业代码。"
    ),
    "above_scale_blank": Entry(W, "是否规上没有填，按规下计。", "请补填“是”或“否”。"),
    "above_scale_doubtful": Entry(
        W, "填为{stated}，但近两年营业收入{revenue}万元，与2000万元的规上标准相差很大。", "请与统计部门核对。"
    ),
    "deregistered_active": Entry(W, "企业状态是注销，{year}年却仍有{what}。", "请核对企业状态。"),
    "dates_order": Entry(W, "{label}（{value}）早于{earlier_label}（{earlier}）。", "请核对这两个日期。"),
    "period_reversed": Entry(E, "止（{value}）早于起（{earlier}）。", "请核对起止日期。"),
    "date_implausible": Entry(W, "{label}“{value}”不在1949—2100年之间。", "请核对日期。"),
    "year_implausible": Entry(W, "年度“{value}”晚于本次评价年度{year}。", "请核对年度。"),
    "periods_overlap": Entry(
        W, "与{first}是同一关系，期间重叠，面积会重复计算。", "请核对起止日期，续租的应在前一段止日之后起。"
    ),
    "several_owners": Entry(W, "同一宗地在同一时间有{count}家自有：{value}。", "请核对权属；共有的请核对各自面积。"),
    "area_missing": Entry(W, "没有用地面积，按0计。", "请补填用地面积。"),
    "shares_exceed_parcel": Entry(
        W, "宗地{value}各家自有面积合计{total}平方米，超过宗地面积{area}平方米。", "请核对各家面积与起止日期。"
    ),
    "let_exceeds_held": Entry(
        W, "出租方{value}在该宗地出租合计{total}平方米，超过其持有的{area}平方米。", "请核对出租面积与起止日期。"
    ),
    "occupancy_exceeds_parcel": Entry(W, "用地面积{value}平方米超过宗地面积{area}平方米。", "请核对面积与单位。"),
    "area_far_from_drawn": Entry(
        W, "登记面积{value}平方米与图形面积{area}平方米相差{percent}{hint}。", "请核对登记面积、单位和图形。"
    ),
    "taxed_far_from_registered": Entry(
        W, "计税面积{value}平方米与登记面积{area}平方米相差{percent}{hint}。", "请核对计税面积与单位。"
    ),
    "parcels_overlap": Entry(W, "图形与宗地{value}重叠{area}平方米。", "请在GIS软件中核对两宗地的界线。"),
    "far_reversed": Entry(W, "容积率下限{value}大于上限{other}。", "请核对容积率。"),
    "far_implausible": Entry(W, "{label}{value}不合常理（一般在0.1至10之间）。", "请核对容积率。"),
    "floor_area_implausible": Entry(
        W, "建筑面积{value}平方米是宗地面积{area}平方米的{times}倍，不合常理。", "请核对建筑面积与单位。"
    ),
    "unit_suspect": Entry(W, "{label}{value}{unit}与{basis}相差约{times}倍，可能单位弄错（{guess}）。", "请核对单位。"),
    "unit_suspect_column": Entry(
        W,
        "{year}年整列{label}是{other}年的约{times}倍，很可能整列单位弄错（{guess}）。",
        "请核对标题中的单位后重新提交。",
    ),
    "part_exceeds_whole": Entry(W, "{label}{value}{unit}大于{whole_label}{whole}{unit}。", "请核对这两个数。"),
    "mark_unknown": Entry(W, "不认识标记代码“{value}”{hint}。", "请按规则集所列的代码填写。"),
    "geometry_outlier": Entry(W, "图形离其余宗地约{distance}公里。", "请核对坐标。"),
    "energy_zero": Entry(W, "规上企业的综合能耗填为0。", "请向统计部门核实；没有数据请留空。"),
    "staff_zero": Entry(W, "有营业收入，职工人数却填为0。", "请核实；没有数据请留空。"),
    "taxes_not_adding_up": Entry(
        W, "{year}年各税种合计{total}万元，与税收{value}万元相差{percent}。", "请核对税收明细与税收合计的口径和数值。"
    ),
    "points_missing": Entry(W, "加减分项“{value}”没有写分值，按规则集的默认值或0计。", "请补填分值。"),
    "built_before_granted": Entry(W, "房屋建成于{value}年，早于宗地供地日期{earlier}。", "请核对建成年份与供地日期。"),
    "stage_dates_order": Entry(W, "{label}（{value}）早于{earlier_label}（{earlier}）。", "请核对项目各阶段日期。"),
}
