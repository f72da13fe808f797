"""The figures of a firm that expressions may name."""

from __future__ import annotations

FIGURES: dict[str, str] = {
    "tax_wan": "评价税收（万元）",
    "value_added_wan": "增加值（万元）",
    "revenue_wan": "营业收入（万元）",
    "rd_wan": "研发费用（万元）",
    "energy_tce": "综合能耗（吨标煤）",
    "electricity_kwh": "用电量（千瓦时）",
    "emission_t": "主要污染物排放（吨）",
    "employees": "年平均职工人数（人）",
    "area_mu": "用地面积（亩）",
    "own_mu": "自有面积（亩）",
    "leased_mu": "租入面积（亩）",
    "let_mu": "租出面积（亩）",
    "excluded_mu": "核减面积（亩）",
    "above_scale": "是否规上",
    "below_scale": "是否规下",
    "division": "行业大类（GB/T 4754 两位数，无则 -1）",
    "months_in_production": "投产至年末满月数",
    "tenants_below_scale": "年末规下承租企业数",
}
"""Name → label. ``mark_<code>`` (has the mark this year) and ``points_<code>`` (its points) exist besides."""


def is_known(name: str) -> bool:
    """Tell whether an expression may use ``name``."""
    return name in FIGURES or name.startswith(("mark_", "points_"))
