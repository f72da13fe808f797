"""Forms of runs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.evaluation.measures import load_measures
from mujun.web.evaluations.rulesets.queries import usable_versions
from mujun.web.evaluations.runs.queries import UNGRADED, Filters


class RunForm(forms.Form):
    """What to compute: rule set and year; the data are those of now."""

    version = forms.ModelChoiceField(usable_versions().none(), label=gettext_lazy("规则集"), empty_label=None)
    year = forms.TypedChoiceField(label=gettext_lazy("评价年度"), coerce=int)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)
    policies = forms.MultipleChoiceField(
        label=gettext_lazy("随等级执行的差别化政策"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只勾选本县文件规定的政策；逐家算出差别电价、水价、用地和奖补。"),
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version: Any = self.fields["version"]
        version.queryset = usable_versions()
        version.label_from_instance = lambda held: f"{held.name}　{held.title}（{held.digest[:8]}）"
        policies: Any = self.fields["policies"]
        policies.choices = [(held.name, f"{held.label}　{held.clause.text}") for held in load_measures()]
        year: Any = self.fields["year"]
        year.choices = [(held, str(held)) for held in years]


class SignForm(forms.Form):
    """A signature: the own password once more."""

    password = forms.CharField(
        label=gettext_lazy("签字人密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        max_length=200,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse a password that is not the signer's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("密码不对，没有发布。请输入您登录本系统的密码。"))
        return password


def moment_input() -> forms.DateTimeInput:
    """A field for day and time in the browser's own way."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class NoticeForm(forms.Form):
    """Title and window of a public notice."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    starts = forms.DateTimeField(label=gettext_lazy("公示开始"), widget=moment_input())
    ends = forms.DateTimeField(label=gettext_lazy("公示结束"), widget=moment_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts", "ends"):
            field: Any = self.fields[name]
            field.input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]

    def clean(self) -> dict[str, Any]:
        """Refuse a window that ends before it starts, or that is over already."""
        data: dict[str, Any] = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("公示结束时间应晚于开始时间。"))
        elif ends and ends <= timezone.now():
            self.add_error("ends", _("公示结束时间已经过去。"))
        return data


class ResultsForm(forms.Form):
    """What a list of results is narrowed by."""

    find = forms.CharField(label=gettext_lazy("企业名称或代码"), required=False, max_length=80)
    town = forms.ChoiceField(label=gettext_lazy("镇街"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("分组"), required=False)
    grade = forms.ChoiceField(label=gettext_lazy("等级"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("不定档原因"), required=False)
    moved = forms.BooleanField(label=gettext_lazy("只看等级变动"), required=False)

    def __init__(self, *args: Any, towns: Any, groups: Any, grades: Any, reasons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("town", [(town, town) for town in towns]),
            ("group", groups),
            ("grade", [*((grade, grade) for grade in grades), (UNGRADED, _("未定档"))]),
            ("reason", reasons),
        ):
            field: Any = self.fields[name]
            field.choices = [("", _("全部")), *choices]

    def filters(self) -> Filters:
        """What was asked for; a choice that does not exist is ignored."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(**wanted)
