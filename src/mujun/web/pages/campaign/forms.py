"""Forms of the campaign."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.campaign.files import ACCEPT
from mujun.web.campaign.models import Block, BlockParcel, Consent, DecisionKind, Mode, PartyKind, Stage
from mujun.web.campaign.queries.blocks import possible_team
from mujun.web.campaign.stages import Standing

PAPER_HELP = gettext_lazy("照片（JPG、PNG、WebP）、PDF、Word 或 Excel，20 MB 以内；原样保存，不会改动。")


def date_input(**attributes: Any) -> forms.DateInput:
    """A day in the browser's own way."""
    return forms.DateInput(attrs={"type": "date", **attributes}, format="%Y-%m-%d")


def lines(rows: int) -> forms.Textarea:
    """A box of a few lines."""
    return forms.Textarea(attrs={"rows": rows})


class FileInput(forms.ClearableFileInput):
    """A file or, on a phone, the camera."""

    def __init__(self, camera: bool = False) -> None:
        super().__init__(attrs={"accept": "image/*", "capture": "environment"} if camera else {"accept": ACCEPT})


class OpenForm(forms.Form):
    """A block by hand: what it is called, what it rests on, and its parcels."""

    name = forms.CharField(label=gettext_lazy("区块名称"), max_length=100)
    basis = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("文件名称和文号，企业查询时会看到。")
    )
    mode = forms.ChoiceField(label=gettext_lazy("整治方式"), choices=Mode.choices, initial=Mode.PURCHASE)
    published_on = forms.DateField(
        label=gettext_lazy("公布日期"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("不填则暂不公布：企业查询时不会被告知，以后可以再公布。"),
    )
    codes = forms.CharField(
        label=gettext_lazy("宗地代码"),
        widget=lines(6),
        max_length=100_000,
        help_text=gettext_lazy("每行一个，可以从 Excel 整列粘贴。"),
    )


class AddForm(forms.Form):
    """Further parcels for a block."""

    codes = OpenForm.base_fields["codes"]


class BlockForm(forms.Form):
    """What the office says of a block, and the planned day of each stage."""

    name = forms.CharField(label=gettext_lazy("区块名称"), max_length=100)
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200)
    mode = forms.ChoiceField(label=gettext_lazy("整治方式"), choices=Mode.choices)
    leader = forms.ModelChoiceField(possible_team().none(), label=gettext_lazy("牵头领导"), required=False)
    team = forms.ModelMultipleChoiceField(
        possible_team().none(), label=gettext_lazy("专班成员"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, block: Block, held: list[Standing], **kwargs: Any) -> None:
        initial = {name: getattr(block, name) for name in ("name", "basis", "mode", "leader")}
        initial["team"] = list(block.team.all())
        initial |= {f"plan_{one.stage}": one.planned_on for one in held}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for name in ("leader", "team"):
            field: Any = self.fields[name]
            field.queryset = possible_team()
            field.label_from_instance = lambda person: f"{person.display_name}（{person.role_label}）"
        for one in held:
            self.fields[f"plan_{one.stage}"] = forms.DateField(
                label=one.stage.label, required=False, widget=date_input(), disabled=one.done
            )

    @property
    def said(self) -> list[Any]:
        """The fields about the block."""
        return [field for field in self if not field.name.startswith("plan_")]

    @property
    def days(self) -> list[Any]:
        """The fields of planned days."""
        return [field for field in self if field.name.startswith("plan_")]

    def planned(self) -> dict[Stage, dt.date | None]:
        """Planned day by stage; those already done are left as they are."""
        return {
            stage: self.cleaned_data[f"plan_{stage}"] for stage in Stage if not self.fields[f"plan_{stage}"].disabled
        }


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300, widget=lines(2))


class ReleaseForm(ReasonForm):
    """Which parcels go, and why."""

    parcels = forms.MultipleChoiceField(label=gettext_lazy("退出的宗地"), widget=forms.CheckboxSelectMultiple)
    field_order = ("parcels", "reason")

    def __init__(self, *args: Any, rows: list[BlockParcel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parcels"]
        field.choices = [(row.parcel_id, f"{row.parcel_id}　{row.holder_name}　{row.area_mu:,.4f}") for row in rows]


class PublishForm(forms.Form):
    """The day of announcement."""

    published_on = forms.DateField(label=gettext_lazy("公布日期"), widget=date_input(), initial=timezone.localdate)


class PartyForm(forms.Form):
    """An owner or tenant that the register does not have."""

    parcel_id = forms.ChoiceField(label=gettext_lazy("宗地"))
    kind = forms.ChoiceField(label=gettext_lazy("身份"), choices=PartyKind.choices, initial=PartyKind.TENANT)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=300)
    firm_id = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=40, required=False)
    floor_area_m2 = forms.FloatField(label=gettext_lazy("使用建筑面积（㎡）"), required=False, min_value=0)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parcel_id"]
        field.choices = [(code, code) for code in codes]


class EvidenceForm(forms.Form):
    """A photograph taken now, or a file."""

    photo = forms.FileField(label=gettext_lazy("拍照"), required=False, widget=FileInput(camera=True))
    paper = forms.FileField(label=gettext_lazy("或选择文件"), required=False, help_text=PAPER_HELP, widget=FileInput())

    @property
    def upload(self) -> Any:
        """The photograph or the file."""
        return self.cleaned_data.get("photo") or self.cleaned_data.get("paper")


class ConsentForm(EvidenceForm):
    """What a party said, when, and the paper."""

    field_order = ("consent", "on", "photo", "paper", "note")
    consent = forms.ChoiceField(label=gettext_lazy("意愿"), choices=Consent.choices, widget=forms.RadioSelect)
    on = forms.DateField(label=gettext_lazy("日期"), widget=date_input())
    note = forms.CharField(label=gettext_lazy("说明"), max_length=500, required=False, widget=lines(2))


class StageForm(EvidenceForm):
    """A stage was completed on a day; a photograph shows it."""

    stage = forms.ChoiceField(label=gettext_lazy("阶段"), choices=Stage.choices, widget=forms.HiddenInput)
    on = forms.DateField(label=gettext_lazy("完成日期"), widget=date_input())
    note = forms.CharField(label=gettext_lazy("说明"), max_length=500, required=False, widget=lines(2))


class CorrectForm(forms.Form):
    """Another day for a stage, or none; and why."""

    stage = forms.ChoiceField(label=gettext_lazy("阶段"))
    on = forms.DateField(
        label=gettext_lazy("正确的完成日期"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("不填表示撤回：这个阶段其实没有完成。"),
    )
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=500, widget=lines(2))
    paper = forms.FileField(label=gettext_lazy("文件"), required=False, help_text=PAPER_HELP, widget=FileInput())

    def __init__(self, *args: Any, held: list[Standing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stage"]
        field.choices = [(one.stage.value, f"{one.stage.label}　{one.real_on}") for one in held if one.real_on]


class AttachForm(EvidenceForm):
    """A photograph or file of a block or one of its parcels."""

    field_order = ("photo", "paper", "parcel_id", "note")
    parcel_id = forms.ChoiceField(label=gettext_lazy("宗地"), required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parcel_id"]
        field.choices = [("", _("整个区块")), *((code, code) for code in codes)]


class SignedForm(forms.Form):
    """What only counts with the signer's own password."""

    password = forms.CharField(
        label=gettext_lazy("签字人密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        max_length=200,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.order_fields([name for name in self.fields if name != "password"])

    def clean_password(self) -> str:
        """Refuse a password that is not the signer's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("密码不对，没有签字。请输入您登录本系统的密码。"))
        return password


class DecideForm(SignedForm):
    """A decision against the usual order."""

    kind = forms.ChoiceField(label=gettext_lazy("决定"), choices=DecisionKind.choices, widget=forms.RadioSelect)
    stage = forms.ChoiceField(label=gettext_lazy("跳过哪个阶段"), choices=[("", "—"), *Stage.choices], required=False)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=lines(3))
    paper = forms.FileField(label=gettext_lazy("决定文件"), help_text=PAPER_HELP, widget=FileInput())

    def clean(self) -> dict[str, Any]:
        """Ask for the stage that is skipped."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == DecisionKind.SKIP and not data.get("stage"):
            self.add_error("stage", _("请选择要跳过的阶段。"))
        return data


class AcceptForm(SignedForm):
    """Freed land, with what shows it."""

    parcel_id = forms.ChoiceField(label=gettext_lazy("宗地"))
    area_mu = forms.FloatField(
        label=gettext_lazy("验收面积（亩）"), required=False, help_text=gettext_lazy("不填表示整宗验收。")
    )
    on = forms.DateField(label=gettext_lazy("验收日期"), widget=date_input())
    paper = forms.FileField(label=gettext_lazy("现场照片或文件"), help_text=PAPER_HELP, widget=FileInput())
    note = forms.CharField(label=gettext_lazy("说明"), max_length=500, required=False, widget=lines(2))

    def __init__(self, *args: Any, rows: list[BlockParcel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parcel_id"]
        field.choices = [(row.parcel_id, f"{row.parcel_id}　{row.holder_name}　{row.area_mu:,.4f} 亩") for row in rows]


class RevokeForm(SignedForm):
    """Why an acceptance is taken back."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=500, widget=lines(2))


class LineForm(forms.Form):
    """A parcel's code, or a holder's or firm's name."""

    q = forms.CharField(label=gettext_lazy("宗地代码、权利人或企业名称"), max_length=100, required=False)
