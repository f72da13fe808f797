"""Forms of objections."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from mujun.web.evaluations.objections.documents import KINDS

ACCEPT = ",".join(KINDS)


class ObjectionForm(forms.Form):
    """What the firm says the cell should hold, why, and the document that shows it."""

    claimed = forms.CharField(label=gettext_lazy("应为"), max_length=200)
    text = forms.CharField(label=gettext_lazy("理由"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    document = forms.FileField(
        label=gettext_lazy("证明材料"),
        help_text=gettext_lazy("PDF、图片、Word 或 Excel，20 MB 以内；例如加盖公章的说明、完税证明。"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )


class AcceptForm(forms.Form):
    """The value the office settles on, and why."""

    settled = forms.CharField(label=gettext_lazy("核定值"), max_length=200)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class RejectForm(forms.Form):
    """Why the cell stays as it is."""

    reason = forms.CharField(
        label=gettext_lazy("理由（企业会看到）"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
