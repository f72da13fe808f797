"""Forms of the planning desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.pages.campaign.forms import date_input
from mujun.web.pages.runs.forms import SignForm
from mujun.web.renewal.models import LockKind, PairVerdict
from mujun.web.renewal.queries import replaceable, usable_findings

SHARED_GAP = 0.0
NUMBERS = ("budget_wan", "min_block_mu", "max_block_mu", "max_blocks", "gap_m", "front_m", "seconds", "seed")


class PlanForm(forms.Form):
    """What a plan is made from and what it has to keep to."""

    title = forms.CharField(label=gettext_lazy("方案名称"), max_length=100)
    findings = forms.ModelChoiceField(
        usable_findings().none(), label=gettext_lazy("低效用地认定"), empty_label=None,
        help_text=gettext_lazy("只有认定的低效用地才计正效益；夹在中间的其他宗地可以带上，但要算成本。"),
    )  # fmt: skip
    replaces = forms.ModelChoiceField(
        replaceable().none(), label=gettext_lazy("接替已签的方案"), required=False,
        empty_label=gettext_lazy("不接替"),
        help_text=gettext_lazy("接替时，原方案的区块按重叠面积延续，掉出的宗地退出。"),
    )  # fmt: skip
    objective = forms.ChoiceField(
        label=gettext_lazy("目标"),
        choices=[
            ("benefit", gettext_lazy("增加税收最多")),
            ("area", gettext_lazy("整治面积最大")),
            ("net", gettext_lazy("增加税收减费用最多")),
        ],
    )
    budget_wan = forms.FloatField(label=gettext_lazy("预算（万元）"), min_value=0)
    max_blocks = forms.IntegerField(label=gettext_lazy("最多几片"), min_value=1, max_value=200, initial=5)
    min_block_mu = forms.FloatField(label=gettext_lazy("每片最小面积（亩）"), min_value=0, initial=100)
    max_block_mu = forms.FloatField(
        label=gettext_lazy("每片最大面积（亩）"), min_value=0, required=False, help_text=gettext_lazy("不填则不限。")
    )
    gap_m = forms.FloatField(
        label=gettext_lazy("相邻：最大间距（米）"), min_value=0, max_value=1000, initial=30,
        help_text=gettext_lazy("0 表示必须相接；河流、铁路、主干道总是隔断。"),
    )  # fmt: skip
    front_m = forms.FloatField(label=gettext_lazy("相邻：最短相邻边（米）"), min_value=0.1, max_value=1000, initial=1)
    together = forms.ChoiceField(
        label=gettext_lazy("同进同出"), initial="building",
        choices=[
            ("building", gettext_lazy("同一房屋占用的宗地")), ("holder", gettext_lazy("同一权利人的相邻宗地")),
            ("both", gettext_lazy("两者都是")), ("none", gettext_lazy("不要求")),
        ],
    )  # fmt: skip
    seconds = forms.FloatField(label=gettext_lazy("求解时限（秒）"), min_value=1, max_value=3600, initial=60)
    seed = forms.IntegerField(
        label=gettext_lazy("随机种子"), min_value=1, max_value=10**6, initial=1,
        help_text=gettext_lazy("同一种子、同一数据可以重算核对。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        findings: Any = self.fields["findings"]
        findings.queryset = usable_findings()
        findings.label_from_instance = lambda run: f"{run.year} {run.rules.title or run.rule_name}　#{run.pk}"
        replaces: Any = self.fields["replaces"]
        replaces.queryset = replaceable()
        replaces.label_from_instance = lambda plan: f"#{plan.pk} {plan.title}"
        if not replaceable().exists():
            del self.fields["replaces"]
        year = timezone.localdate().year
        self.initial.setdefault("title", _("{year}年集中连片整治方案").format(year=year))

    def clean(self) -> dict[str, Any]:
        """Refuse a largest block that is smaller than the smallest."""
        data: dict[str, Any] = super().clean() or {}
        least, most = data.get("min_block_mu"), data.get("max_block_mu")
        if least is not None and most is not None and most < least:
            self.add_error("max_block_mu", _("最大面积不能小于最小面积。"))
        return data

    def wishes(self) -> dict[str, Any]:
        """The wishes of a plan."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in NUMBERS},
            "objective": data["objective"],
            "together": data["together"],
            "gap": SHARED_GAP,
            "alternatives": 5,
        }


class PhaseForm(forms.Form):
    """What each quarter can pay for and house."""

    periods = forms.IntegerField(label=gettext_lazy("期数（季度）"), min_value=1, max_value=12)
    budget_wan = forms.FloatField(label=gettext_lazy("每期预算（万元）"), min_value=0)
    capacity_m2 = forms.FloatField(label=gettext_lazy("每期可用厂房（㎡）"), min_value=0)
    new_floor_m2_per_mu = forms.FloatField(label=gettext_lazy("腾出每亩可建厂房（㎡）"), min_value=0)
    lag = forms.IntegerField(label=gettext_lazy("建成要几期"), min_value=1, max_value=12)


class LockForm(forms.Form):
    """A parcel and what is decided about it."""

    parcel_id = forms.CharField(max_length=40)
    kind = forms.ChoiceField(choices=LockKind.choices)
    why = forms.CharField(max_length=200, required=False)


class PairForm(forms.Form):
    """Two parcels, what is decided about them, since when and why."""

    first = forms.CharField(label=gettext_lazy("宗地代码"), max_length=40)
    second = forms.CharField(label=gettext_lazy("另一宗地代码"), max_length=40)
    verdict = forms.ChoiceField(label=gettext_lazy("决定"))
    on = forms.DateField(
        label=gettext_lazy("决定日期"), required=False, widget=date_input(), help_text=gettext_lazy("不填为今天。")
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("例如：中间的水渠将加盖，两块地一并整治。")
    )

    def __init__(self, *args: Any, stands: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "pair_%s", **kwargs})
        verdict: Any = self.fields["verdict"]
        verdict.choices = [
            choice for choice in PairVerdict.choices if stands or choice[0] != PairVerdict.WITHDRAWN.value
        ]
        self.given = bool(self.initial.get("first") and self.initial.get("second")) or "given" in self.data
        if self.given:
            for name in ("first", "second"):
                self.fields[name].widget = forms.HiddenInput()


class SignPlanForm(SignForm):
    """A name for each block, when they are announced, and the signature."""

    published_on = forms.DateField(
        label=gettext_lazy("公布日期"), required=False, widget=date_input(),
        help_text=gettext_lazy("不填则暂不公布：企业查询时不会被告知，以后可以逐片公布。"),
    )  # fmt: skip

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(names, 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("第 {number} 片名称").format(number=number), max_length=100, initial=name
            )
        self.order_fields([*(f"name_{number}" for number in range(1, len(names) + 1)), "published_on", "password"])
        self._count = len(names)

    def names(self) -> list[str]:
        """The names, block by block."""
        return [self.cleaned_data[f"name_{number}"] for number in range(1, self._count + 1)]
