"""Forms of findings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.findings.queries import Filters, grade_runs, usable_rules
from mujun.web.pages.runs.forms import SignForm, moment_input
from mujun.web.people.rights import Scope

OBJECTION_DAYS = 10


class FindingsRunForm(forms.Form):
    """What to compute: rule set, year, and the published evaluation whose grades are read."""

    rules = forms.ModelChoiceField(usable_rules().none(), label=gettext_lazy("认定规则集"), empty_label=None)
    year = forms.TypedChoiceField(label=gettext_lazy("认定年度"), coerce=int)
    grades = forms.ModelChoiceField(
        grade_runs().none(),
        label=gettext_lazy("评价等级取自"),
        required=False,
        empty_label=gettext_lazy("不用评价等级"),
        help_text=gettext_lazy("只能选已发布的评价；不选时，按等级认定的标准列为“无法认定”。"),
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules: Any = self.fields["rules"]
        rules.queryset = usable_rules().order_by("-name", "-id")
        rules.label_from_instance = lambda held: f"{held.name}　{held.title}（{held.digest[:8]}）"
        year: Any = self.fields["year"]
        year.choices = [(held, str(held)) for held in years]
        grades: Any = self.fields["grades"]
        grades.queryset = grade_runs()
        grades.label_from_instance = lambda held: f"{held.year} {held.rule_name}　#{held.pk}"
        if not self.is_bound:
            newest = grade_runs().first()
            self.initial.setdefault("grades", newest.pk if newest else None)


class SignFindingsForm(SignForm):
    """A signature, and until when objections are taken."""

    until = forms.DateTimeField(label=gettext_lazy("异议截止"), widget=moment_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        until: Any = self.fields["until"]
        until.input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        self.order_fields(["until", "password"])
        self.initial.setdefault("until", timezone.localtime() + dt.timedelta(days=OBJECTION_DAYS))


class FindingsForm(forms.Form):
    """What a list of findings is narrowed by."""

    find = forms.CharField(label=gettext_lazy("宗地代码或权利人"), required=False, max_length=80)
    town = forms.ChoiceField(label=gettext_lazy("镇街"), required=False)
    criterion = forms.ChoiceField(label=gettext_lazy("标准"), required=False)
    undecided = forms.BooleanField(label=gettext_lazy("只看无法认定的"), required=False)

    def __init__(self, *args: Any, towns: list[str], criteria: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("town", [(town, town) for town in towns]), ("criterion", criteria)):
            field: Any = self.fields[name]
            field.choices = [("", _("全部")), *choices]

    def filters(self) -> Filters:
        """What was asked for; a choice that does not exist is ignored."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(**wanted)


def years_for(measured: list[int], scope: Scope) -> list[int]:
    """The years that may be chosen: those with figures, else the last five."""
    if measured:
        return measured
    this_year = timezone.localdate().year
    return list(range(this_year - 1, this_year - 6, -1)) if scope.everything else []
