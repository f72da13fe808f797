"""The figures that come along: freed land, firms by grade, tax, floor area, and what owners report."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mujun.web.targets.measures import firms, land, reported
from mujun.web.targets.measures.registry import Provider, register

register(
    Provider(
        "reported", _("月报数"), "", True, reported.reported,
        hint=_("责任人按月填报的累计数；分解后没有自己填报的，由各分解项汇总"),
    )
)  # fmt: skip
register(
    Provider("reported_level", _("月报数（水平）"), "", False, reported.reported, hint=_("比率、位次等不累计的月报数"))
)
register(
    Provider(
        "freed_mu", _("已验收腾出面积"), "亩", True, land.freed_mu, pipeline=land.pipeline,
        hint=_("整治区块中已验收的土地，同一块地只计一次"),
    )
)  # fmt: skip
for _grade in "ABCD":
    register(
        Provider(
            f"firms_{_grade.lower()}", _("{grade}类企业数").format(grade=_grade), "家", False,
            firms.graded(_grade), hint=_("已发布的评价结果，每年取最近一次"),
        )
    )  # fmt: skip
register(Provider("tax_wan", _("企业税收合计"), "万元", False, firms.tax_wan, hint=_("登记簿里的年度税收")))
register(Provider("floor_area_m2", _("厂房建筑面积"), "平方米", False, land.floor_area_m2, hint=_("登记簿里的房屋")))
