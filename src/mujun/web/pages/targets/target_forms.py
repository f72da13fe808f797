"""Forms of targets: their terms, formula, breakdown, reports and orders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.targets.breakdown import shown
from mujun.web.campaign.models import Block, BlockState
from mujun.web.pages.campaign.forms import SignedForm, date_input, lines
from mujun.web.pages.targets.forms import ReasonForm, TownField
from mujun.web.people.models import User
from mujun.web.people.rights import Right, roles_with
from mujun.web.targets.actions import PartTerms, Terms
from mujun.web.targets.files import EVIDENCE_ACCEPT
from mujun.web.targets.measures.registry import PROVIDERS
from mujun.web.targets.models import BreakdownRule, StatementChange, Target, TargetLevel

EVIDENCE_HELP = gettext_lazy("照片、PDF、Word 或 Excel，20 MB 以内，原样保存。")
RULES = [("", gettext_lazy("按单位的通常规则")), *BreakdownRule.choices]


def owners() -> Any:
    """Who can answer for a target: open accounts that may report."""
    rows = User.objects.filter(is_active=True, role__in=roles_with(Right.REPORT_TARGETS))
    return rows.order_by("role", "username")


class OwnerField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An account that may report."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(User.objects.none(), label=gettext_lazy("责任人"), required=False, **fields)

    def label_from_instance(self, obj: Any) -> str:
        """Name and role."""
        return f"{obj.display_name}（{obj.role_label}）"


class FormulaField(forms.CharField):
    """An expression over the figures that apps provide."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(
            label=gettext_lazy("实绩算式"), max_length=500,
            help_text=gettext_lazy("用下面列出的数据写算式，例如 freed_mu、firms_a + firms_b、tax_wan / 10000。"), **fields,
        )  # fmt: skip
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "class": "code", "list": "figures"}


def figures() -> list[Any]:
    """The figures a formula may name."""
    return sorted(PROVIDERS.values(), key=lambda one: one.name)


class TargetForm(forms.Form):
    """What is said of a target besides its sentence."""

    name = forms.CharField(label=gettext_lazy("目标"), max_length=200)
    starts_on = forms.DateField(label=gettext_lazy("起算日期"), widget=date_input())
    due_on = forms.DateField(label=gettext_lazy("完成期限"), widget=date_input())
    owner_unit = forms.CharField(label=gettext_lazy("责任单位"), max_length=100, required=False)
    owner = OwnerField()
    formula = FormulaField(initial="reported")
    rule = forms.ChoiceField(label=gettext_lazy("分解规则"), choices=RULES, required=False)
    town = TownField()
    base_value = forms.DecimalField(
        label=gettext_lazy("基数"), required=False,
        help_text=gettext_lazy("增幅类目标填对比期的数；不填则算式直接给出增幅。"),
    )  # fmt: skip
    base_note = forms.CharField(label=gettext_lazy("基数来源"), max_length=200, required=False)

    def __init__(self, *args: Any, rate: bool, made: Target | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = owners()
        town: Any = self.fields["town"]
        town.offer(made.town if made is not None else "")
        if made is not None:
            del self.fields["town"]
        if not rate:
            del self.fields["base_value"], self.fields["base_note"]

    def terms(self) -> Terms:
        """What was filled in."""
        return Terms(**self.cleaned_data)


class FormulaForm(forms.Form):
    """Another formula, and why."""

    formula = FormulaField()
    note = forms.CharField(label=gettext_lazy("原因"), max_length=300, required=False, widget=lines(2))


class PartForm(forms.Form):
    """One part of a breakdown; a row without a value is left out."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=200, required=False)
    level = forms.ChoiceField(label=gettext_lazy("层级"), choices=TargetLevel.choices[1:], initial=TargetLevel.TOWN)
    town = TownField(empty="—")
    block = forms.ModelChoiceField(Block.objects.none(), label=gettext_lazy("区块"), required=False)
    owner_unit = forms.CharField(label=gettext_lazy("责任单位"), max_length=100, required=False)
    owner = OwnerField()
    value = forms.DecimalField(label=gettext_lazy("数值"), required=False)
    weight = forms.DecimalField(label=gettext_lazy("权重"), required=False, min_value=0)

    def part(self, whole: Target) -> PartTerms | None:
        """What was filled in; None where the row has no value. Without a name it is called after town, block or person."""
        data = self.cleaned_data
        if data.get("value") is None:
            return None
        holder = data["town"] or data["block"] or data["owner_unit"] or data["owner"] or ""
        name = data["name"] or (f"{getattr(holder, 'name', None) or holder}：{whole.name}" if holder else "")
        return PartTerms(
            name, data["value"], level=data["level"], town=data["town"], block=data["block"], owner=data["owner"],
            owner_unit=data["owner_unit"], weight=data["weight"], pk=data["pk"],
        )  # fmt: skip


class PartSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The rows of a breakdown; towns, blocks and people are asked for once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        town = TownField(empty="—")
        town.offer()
        self.towns = town.names
        self.blocks = [("", "—"), *((one.pk, str(one)) for one in Block.objects.exclude(state=BlockState.CLOSED))]
        self.owners = [("", "—"), *((one.pk, f"{one.display_name}（{one.role_label}）") for one in owners())]

    def add_fields(self, form: PartForm, index: int | None) -> None:
        """Offer what there is to choose."""
        super().add_fields(form, index)
        fields: dict[str, Any] = form.fields
        names = sorted({*self.towns, form.initial.get("town", "")} - {""})
        fields["town"].choices = [("", "—"), *((name, name) for name in names)]
        fields["block"].queryset, fields["owner"].queryset = Block.objects.exclude(state=BlockState.CLOSED), owners()
        fields["block"].widget.choices, fields["owner"].widget.choices = self.blocks, self.owners


PartFormSet = forms.formset_factory(PartForm, formset=PartSet, extra=3, max_num=200, absolute_max=200)


def month_choices(target: Target, today: dt.date) -> list[tuple[str, str]]:
    """The months that may be reported, the newest first."""
    from mujun.targets.forecast import months_between

    months = months_between(target.starts_on, min(today, target.due_on))
    return [(f"{month:%Y-%m-%d}", f"{month:%Y-%m}") for month in reversed(months)]


class ReportForm(forms.Form):
    """The figure of a month."""

    month = forms.ChoiceField(label=gettext_lazy("月份"))
    value = forms.CharField(
        label=gettext_lazy("数值"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    file = forms.FileField(
        label=gettext_lazy("佐证材料"),
        help_text=EVIDENCE_HELP,
        widget=forms.FileInput(attrs={"accept": EVIDENCE_ACCEPT}),
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=lines(2),
        help_text=gettext_lazy("更正已经填报的月份时必须写明原因。"),
    )  # fmt: skip

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        month: Any = self.fields["month"]
        month.choices = month_choices(target, timezone.localdate())
        self.fields["value"].help_text = _what_to_report(target)


def _what_to_report(target: Target) -> str:
    if target.base_value is not None and target.on_base:
        return _("与基数 {base} 同口径的数，不是增减幅度。").format(base=shown(target.base_value, ""))
    if target.change == StatementChange.DECLINE:
        return _("下降的幅度，正数表示下降。单位：{unit}").format(unit=target.unit or "—")
    if target.change == StatementChange.GROWTH:
        return _("增长的幅度，负数表示下降。单位：{unit}").format(unit=target.unit or "—")
    return _("从 {day} 起的累计数；比率和位次填月末的数。单位：{unit}").format(
        day=target.starts_on, unit=target.unit or "—"
    )


class OrderForm(forms.Form):
    """What a supervision order demands, and until when."""

    demand = forms.CharField(label=gettext_lazy("督办要求"), widget=lines(4), max_length=2000)
    due_on = forms.DateField(label=gettext_lazy("办理期限"), widget=date_input())


class ReplyForm(forms.Form):
    """The answer to an order."""

    text = forms.CharField(label=gettext_lazy("办理情况"), widget=lines(4), max_length=4000)
    file = forms.FileField(
        label=gettext_lazy("佐证材料"), required=False, help_text=EVIDENCE_HELP,
        widget=forms.FileInput(attrs={"accept": EVIDENCE_ACCEPT}),
    )  # fmt: skip


class SettleForm(forms.Form):
    """What is said when an order is sent back or closed."""

    text = forms.CharField(label=gettext_lazy("意见"), widget=lines(3), max_length=2000, required=False)


class SignForm(SignedForm):
    """Nothing but the signer's own password."""


class EndForm(SignedForm, ReasonForm):
    """Why a target ends, with the signer's own password."""
