"""Forms of the import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from mujun.register.schema import TABLES

TABLE_CHOICES = [(name, table.label) for name, table in TABLES.items()]
ACCEPT = ".xlsx,.xls,.ods,.csv,.parquet,.gpkg,.shp,.shx,.dbf,.prj,.cpg,.geojson,.json,.zip"


class ManyFiles(forms.ClearableFileInput):
    """A file box that takes several files; a browser lets people drop files on it."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ManyFiles(attrs={"accept": ACCEPT, "multiple": True, "class": "drop"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Check each file as a single one would be."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class UploadForm(forms.Form):
    """What is handed over, by whom, and how it is meant."""

    uploads = FilesField(
        label=_("文件"),
        help_text=_("把一个文件夹里的表格和图形文件全选后拖到这里，也可以上传一个 zip 压缩包。"),
    )
    source_name = forms.CharField(
        label=_("来源单位"), max_length=120, help_text=_("例如“税务局”。这个单位自己的列名对应过一次就会记住。"),
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
    )  # fmt: skip
    whole_tables = forms.MultipleChoiceField(
        label=_("这些表交的是全部数据"), required=False, choices=TABLE_CHOICES, widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选后，登记簿里有、文件里没有的行视为已不存在；不勾选则保留。年度表只看文件里出现的年度。"),
    )  # fmt: skip
    clear_blanks = forms.BooleanField(label=_("空白单元格表示清空原值（不勾选则保留原值）"), required=False)
    note = forms.CharField(label=_("备注"), required=False, max_length=300)


class UndoForm(forms.Form):
    """Why a batch is taken back."""

    reason = forms.CharField(label=_("撤销原因"), max_length=500)


class CorrectForm(forms.Form):
    """One cell: what it becomes, why, and the document that says so."""

    value = forms.CharField(label=_("更正为"), required=False, max_length=2000, help_text=_("留空表示清空。"))
    reason = forms.CharField(label=_("更正理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    document = forms.CharField(label=_("依据文号或文件名"), required=False, max_length=300)
