"""Forms of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mujun.web.people.actions import NewAccount
from mujun.web.people.imports import split_towns
from mujun.web.people.models import User
from mujun.web.people.rights import Role

ROLE_CHOICES = [(role.value, role.label) for role in Role]
STATE_CHOICES = [("", _("全部")), ("open", _("在用")), ("waiting", _("待首次登录")), ("closed", _("已关闭"))]


class AccountForm(forms.Form):
    """One account, new or changed."""

    username = forms.RegexField(
        r"^[\w.@-]+$",
        label=_("用户名"),
        max_length=60,
        error_messages={"invalid": _("用户名只能用文字、字母、数字和 . @ - _。")},
    )
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("角色"), choices=ROLE_CHOICES)
    towns = forms.CharField(
        label=_("镇街"), required=False, max_length=1000, help_text=_("镇街干部填写，几个镇街用顿号分开。")
    )
    unit = forms.CharField(
        label=_("所在单位"),
        required=False,
        max_length=100,
        help_text=_("部门人员填写；办公室和领导填写后才能核查、销号。"),
    )
    firm_id = forms.CharField(label=_("统一社会信用代码"), required=False, max_length=30, help_text=_("企业用户填写。"))
    reason = forms.CharField(label=_("修改原因"), required=False, max_length=500)

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        self.person = person
        if person is not None:
            kwargs["initial"] = {
                "username": person.username,
                "display_name": person.display_name,
                "role": person.role,
                "towns": "、".join(person.towns),
                "unit": person.unit,
                "firm_id": person.firm_id,
            }
        super().__init__(*args, **kwargs)
        if person is None:
            del self.fields["reason"]
        else:
            self.fields["username"].disabled = True

    @property
    def account(self) -> NewAccount:
        """What was filled in; towns, firm and unit only where the role has them."""
        data = self.cleaned_data
        return NewAccount(
            username=data["username"],
            display_name=data["display_name"],
            role=data["role"],
            towns=split_towns(data["towns"]) if data["role"] == Role.TOWN else (),
            firm_id=data["firm_id"].strip().upper() if data["role"] == Role.FIRM else "",
            unit="" if data["role"] == Role.FIRM else data["unit"].strip(),
        )


class FilterForm(forms.Form):
    """Filters of the list."""

    q = forms.CharField(label=_("姓名、用户名、企业代码"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=[("", _("全部")), *ROLE_CHOICES])
    town = forms.CharField(label=_("镇街"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=STATE_CHOICES)


class CloseForm(forms.Form):
    """Closing an account: who takes over, and why."""

    successor = forms.ModelChoiceField(User.objects.none(), label=_("接手人"), required=False)
    reason = forms.CharField(label=_("原因"), max_length=500)


class ListForm(forms.Form):
    """The list of people as a workbook."""

    file = forms.FileField(label=_("人员名单"), widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods"}))
