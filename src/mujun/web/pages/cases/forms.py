"""Forms that follow from the definition of a list: nothing here knows a list by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.cases.definition import Definition, Field, FieldKind
from mujun.cases.engine import Option
from mujun.web.cases.files import ACCEPT

POINT = re.compile(r"^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，、 ]\s*(-?\d{1,2}(?:\.\d+)?)\s*$")
FIELD, FILE = "f_", "e_"
MOST_FILES = 20


class ManyFiles(forms.ClearableFileInput):
    """Several files; ``camera`` opens a phone's camera."""

    allow_multiple_selected = True

    def __init__(self, *, camera: bool = False) -> None:
        super().__init__({"accept": "image/*", "capture": "environment"} if camera else {"accept": ACCEPT})


class FilesField(forms.FileField):
    """A list of uploads."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Check each; the same rules as one."""
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("一次最多 {n} 个文件。").format(n=MOST_FILES))
        if not files:
            super().clean(None, initial)
        return [super(FilesField, self).clean(one, initial) for one in files]


def form_field(field: Field, *, required: bool) -> forms.Field:
    """The input of one field of a definition. Values go to the engine as they are typed: it reads and refuses them."""
    given: dict[str, Any] = {"label": field.label, "required": required}
    if field.kind is FieldKind.CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *field.choices.items()], **given)
    if field.kind is FieldKind.YES_NO:
        return forms.ChoiceField(choices=[("", "—"), ("1", _("是")), ("0", _("否"))], **given)
    if field.kind is FieldKind.LONG_TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=20_000, **given)
    if field.kind is FieldKind.DATE:
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), max_length=10, **given)
    if field.kind is FieldKind.PLACE:
        help_text = _("在地图上点选，或写地名；也可以写“经度,纬度”。")
        return forms.CharField(
            max_length=200, help_text=help_text, widget=forms.TextInput(attrs={"data-place-text": ""}), **given
        )
    attrs = {"data-place-parcel": ""} if field.kind is FieldKind.PARCEL else {}
    if field.kind is FieldKind.MONEY:
        attrs["inputmode"] = "decimal"
    help_text = _("统一社会信用代码") if field.kind is FieldKind.FIRM else ""
    return forms.CharField(max_length=200, help_text=help_text, widget=forms.TextInput(attrs=attrs), **given)


class DefinedForm(forms.Form):
    """What the forms of a case share: fields of the definition (``f_``) and files by kind of evidence (``e_``)."""

    definition: Definition

    def add_fields(self, keys: Iterable[str], required: Sequence[str], values: Mapping[str, Any]) -> None:
        """Add fields of the definition with what they hold."""
        for key in keys:
            field = self.definition.field(key)
            made = form_field(field, required=key in required)
            value = values.get(key)
            made.initial = ",".join(f"{part}" for part in value) if isinstance(value, list) else value
            self.fields[FIELD + key] = made

    def add_files(self, kinds: Iterable[str], *, camera: str = "", help_text: Any = "") -> None:
        """Add an input for each kind of evidence."""
        for kind in kinds:
            if FILE + kind in self.fields:
                continue
            self.fields[FILE + kind] = FilesField(
                label=self.definition.evidence[kind], required=False, widget=ManyFiles(camera=kind == camera),
                help_text=help_text,
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """The values of the fields as the engine takes them; a point is a point."""
        found: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if not name.startswith(FIELD):
                continue
            key = name.removeprefix(FIELD)
            point = POINT.match(value) if self.definition.field(key).kind is FieldKind.PLACE else None
            found[key] = [float(point[1]), float(point[2])] if point else value
        return found

    def files_given(self) -> dict[str, list[UploadedFile[Any]]]:
        """The uploads by kind of evidence."""
        return {
            name.removeprefix(FILE): files
            for name, files in self.cleaned_data.items()
            if name.startswith(FILE) and files
        }


class ActForm(DefinedForm):
    """What one step asks for."""

    def __init__(
        self, *args: Any, definition: Definition, option: Option, values: Mapping[str, Any], held: Iterable[str],
        units: Sequence[str], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.definition, self.option, needs = definition, option, option.needs
        if option.assigns:
            self.fields["unit"] = forms.CharField(
                label=_("责任单位"), max_length=100, widget=forms.TextInput(attrs={"list": "units-known"})
            )
        if option.splits:
            self.fields["units"] = forms.CharField(
                label=_("一起办理的部门"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000,
                help_text=_("每行一个部门。已知的单位：{units}").format(units=_("、").join(units[:30])),
            )  # fmt: skip
        self.add_fields(option.fields, option.required, values)
        if needs.reason:
            self.fields["reason"] = _reason()
        if needs.approval:
            self.fields["approval"] = forms.CharField(label=_("批准人或批准文号"), max_length=200)
        if option.extends_clock:
            clock = definition.clock(option.extends_clock)
            self.fields["extension"] = forms.IntegerField(
                label=_("延长多少（{clock}）").format(clock=clock.label), min_value=1, max_value=option.extends_at_most
            )
        given = set(held)
        self.add_files([kind for kind in needs.evidence if kind not in given], help_text=_("必须有"))
        self.add_files([kind for kind in needs.evidence if kind in given], help_text=_("本轮已有，可以再补"))
        enough = given & set(needs.evidence_any)
        self.add_files(needs.evidence_any, help_text=_("本轮已有，可以再补") if enough else _("至少要有一种"))

    def event(self) -> dict[str, Any]:
        """What the act is told."""
        data = self.cleaned_data
        return {
            "reason": data.get("reason", ""), "approval": data.get("approval", ""), "fields": self.values(),
            "files": self.files_given(), "unit": data.get("unit", ""), "units": _lines(data.get("units", "")),
            "part": self.option.part, "extension": data.get("extension") or 0,
        }  # fmt: skip


def _reason() -> forms.CharField:
    return forms.CharField(label=_("理由"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in re.split(r"[\n、,，;；]", text) if line.strip())


class RaiseForm(DefinedForm):
    """A new case: photograph and place first, everything that can wait behind them."""

    def __init__(
        self, *args: Any, definition: Definition, camera: str, towns: Sequence[str], source: str, firm: bool,
        values: Mapping[str, Any], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.definition, self.firm, raising = definition, firm, definition.raising
        kinds = [kind for kind in definition.evidence if kind == camera]
        self.add_files(kinds, camera=camera)
        required = [field.key for field in definition.fields if raising.state in field.required_in]
        shown = [field.key for field in definition.fields if not (firm and field.kind is FieldKind.FIRM)]
        self.add_fields(shown, required, values)
        self.first = [FIELD + key for key in shown if key in required or key in FIRST or self._is_place(key)]
        if definition.sources:
            self.fields["source"] = forms.ChoiceField(
                label=_("来源"), choices=[(one.key, one.label) for one in definition.sources], initial=source
            )
        if len(towns) > 1:
            self.fields["town"] = forms.ChoiceField(
                label=_("镇街"),
                required=False,
                choices=[("", _("按位置、宗地或企业")), *((town, town) for town in towns)],
            )
        if not firm:
            self.fields["owner_unit"] = forms.CharField(
                label=_("责任单位"), max_length=100, required=False,
                widget=forms.TextInput(attrs={"list": "units-known"}),
            )  # fmt: skip
        self.fields["contact"] = forms.CharField(label=_("联系人和电话"), max_length=100, required=False)
        if raising.needs.reason:
            self.fields["reason"] = _reason()
        needed = [*raising.needs.evidence, *raising.needs.evidence_any]
        self.add_files(dict.fromkeys([*needed, *(kind for kind in definition.evidence if kind in PAPERS)]))
        self.fields["draft"] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def _is_place(self, key: str) -> bool:
        return self.definition.field(key).kind is FieldKind.PLACE

    @property
    def photographs(self) -> list[Any]:
        """The camera's input."""
        return [field for field in self if field.name.startswith(FILE)][:1]

    @property
    def leading(self) -> list[Any]:
        """What stands first, after the photograph: the place, then what must be filled in."""
        fields = [self[name] for name in self.first]
        return sorted(fields, key=lambda field: not self._is_place(field.name.removeprefix(FIELD)))

    @property
    def trailing(self) -> list[Any]:
        """What can wait."""
        shown = {field.name for field in (*self.photographs, *self.leading)}
        return [field for field in self if field.name not in shown and field.name != "draft"]


FIRST = ("subject", "description")
PAPERS = ("document", "reply", "record", "receipt")


class RateForm(forms.Form):
    """One to five, with a reason where it is low."""

    stars = forms.TypedChoiceField(
        label=gettext_lazy("满意程度"), coerce=int, widget=forms.RadioSelect,
        choices=[(5, gettext_lazy("5 很满意")), (4, gettext_lazy("4 满意")), (3, gettext_lazy("3 一般")),
                 (2, gettext_lazy("2 不满意")), (1, gettext_lazy("1 很不满意"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("理由"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class AttachForm(forms.Form):
    """Further evidence without a step."""

    kind = forms.ChoiceField(label=gettext_lazy("材料种类"))
    papers = FilesField(label=gettext_lazy("照片或文件"), widget=ManyFiles())
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=1000)

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = list(definition.evidence.items())
