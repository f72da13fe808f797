"""Forms of documents and their statements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from mujun.web.pages.campaign.forms import date_input, lines
from mujun.web.people.visible import known
from mujun.web.targets.files import DOCUMENTS_ACCEPT
from mujun.web.targets.models import (
    Document,
    DocumentKind,
    DocumentStatement,
    StatementBound,
    StatementChange,
    StatementKind,
)


class TownField(forms.ChoiceField):
    """A town of the register, or the whole county."""

    def __init__(self, empty: Any = None, **fields: Any) -> None:
        super().__init__(label=gettext_lazy("镇街"), required=False, **fields)
        self.empty = empty or gettext_lazy("全县")
        self.names: list[str] = []

    def offer(self, chosen: str = "") -> None:
        """Ask the register for its towns; one that is not there any more stays where it was chosen before."""
        names = set(known("parcels").exclude(town="").order_by().values_list("town", flat=True).distinct())
        self.names = sorted(names | set(filter(None, [chosen])))
        self.choices = [("", self.empty), *((town, town) for town in self.names)]


class DocumentForm(forms.Form):
    """What is said of a document."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    issuer = forms.CharField(label=gettext_lazy("发文单位"), max_length=100)
    issued_on = forms.DateField(label=gettext_lazy("发文日期"), widget=date_input())
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=DocumentKind.choices)
    series = forms.CharField(
        label=gettext_lazy("系列"), max_length=100, required=False,
        help_text=gettext_lazy("同一系列里，后面的文件应当答复前面的承诺。不填则按发文单位归为一个系列。"),
    )  # fmt: skip
    town = TownField()

    def __init__(self, *args: Any, document: Document | None = None, **kwargs: Any) -> None:
        if document is not None:
            kwargs["initial"] = {name: getattr(document, name) for name in self.base_fields if name != "file"}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["town"]
        field.offer(document.town if document is not None else "")


class UploadForm(DocumentForm):
    """A document to be taken in."""

    file = forms.FileField(
        label=gettext_lazy("文件"), widget=forms.FileInput(attrs={"accept": DOCUMENTS_ACCEPT}),
        help_text=gettext_lazy(
            "文本、Word、网页和带文字层的 PDF 直接读取；.doc 和 .wps 需要装有 LibreOffice；.ofd 和扫描件会告诉您怎样转换。50 MB 以内，原样保存。"
        ),
    )  # fmt: skip
    field_order = ("file", "title", "issuer", "issued_on", "kind", "series", "town")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300, widget=lines(2))


class StatementForm(forms.Form):
    """What a statement says."""

    metric = forms.CharField(label=gettext_lazy("指标"), max_length=300)
    value = forms.CharField(label=gettext_lazy("数值"), max_length=40)
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=20, required=False)
    bound = forms.ChoiceField(label=gettext_lazy("界限"), choices=StatementBound.choices)
    change = forms.ChoiceField(label=gettext_lazy("性质"), choices=StatementChange.choices)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=StatementKind.choices)
    period = forms.CharField(
        label=gettext_lazy("时期"), max_length=40, required=False,
        help_text=gettext_lazy("例如 2026、2026-01..2026-09、十五五。"),
    )  # fmt: skip
    scope = forms.CharField(label=gettext_lazy("范围"), max_length=100, required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, statement: DocumentStatement | None = None, **kwargs: Any) -> None:
        if statement is not None:
            initial = {name: getattr(statement, name) for name in self.base_fields if name != "note"}
            initial["value"] = f"{statement.value.normalize():f}"
            kwargs |= {"initial": initial, "auto_id": f"id_s{statement.pk}_%s"}
        super().__init__(*args, **kwargs)
        for name in ("metric", "value", "unit", "period", "scope", "note"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def said(self) -> dict[str, Any]:
        """The fields of the statement alone."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("note", "quote", "nth")}


class AddForm(StatementForm):
    """A statement that the reader did not find: its words as they stand in the document, and what they say."""

    quote = forms.CharField(
        label=gettext_lazy("原文"), max_length=500, widget=lines(2), strip=False,
        help_text=gettext_lazy("文件里的原话，从数字到单位，一字不差。在原文里选中文字后再打开这一页，会自动填好。"),
    )  # fmt: skip
    nth = forms.IntegerField(
        label=gettext_lazy("第几处"),
        min_value=1,
        initial=1,
        help_text=gettext_lazy("同样的原话出现多次时，从前往后数。"),
    )
    field_order = ("quote", "nth", "metric", "value", "unit")
