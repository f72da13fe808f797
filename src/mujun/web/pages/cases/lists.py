"""The definitions in force and their versions; a new one is read, checked and rehearsed before it holds."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.cases.definition import Definition
from mujun.web.cases import actions, queries
from mujun.web.cases.definitions import definition_of, read_text
from mujun.web.cases.models import DayMoved, ListVersion
from mujun.web.pages.cases.drawing import clock_lines, drawn, move_lines
from mujun.web.pages.downloads import file_response
from mujun.web.people.rights import Right, has_right, page

LARGEST = 400_000


@page(Right.READ_CASES)
def versions(request: HttpRequest) -> HttpResponse:
    """Every list with its versions."""
    rows = list(queries.list_versions())
    user: Any = request.user
    may = has_right(user, Right.MANAGE_LISTS)
    seen = {one.version.name for one in queries.lists_for(user)}
    shown = [row for row in rows if may or row.name in seen]
    context = {
        "in_force": [row for row in shown if row.in_force], "others": [row for row in shown if not row.in_force],
        "may": may, "at": "lists", "may_days": has_right(user, Right.SET_HOLIDAYS),
    }  # fmt: skip
    return render(request, "cases/lists.html", context)


def _found(request: HttpRequest, pk: int) -> ListVersion:
    user: Any = request.user
    rows = ListVersion.objects.select_related("by")
    if not has_right(user, Right.MANAGE_LISTS):
        rows = rows.filter(valid=True, name__in=[one.version.name for one in queries.lists_for(user)])
    return get_object_or_404(rows, pk=pk)


@page(Right.READ_CASES)
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its states as a drawing and a table, its clocks, its text."""
    held = _found(request, pk)
    definition = definition_of(held) if held.valid else None
    context = {
        "held": held, "definition": definition, "at": "lists", "may": has_right(request.user, Right.MANAGE_LISTS),
        "cases": held.cases.count(), **_shown(definition),
    }  # fmt: skip
    return render(request, "cases/version.html", context)


def _shown(definition: Definition | None) -> dict[str, Any]:
    if definition is None:
        return {}
    return {"drawing": drawn(definition), "clocks": clock_lines(definition), "moves": move_lines(definition)}


@page(Right.READ_CASES)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The YAML as a file."""
    held = _found(request, pk)
    return file_response(io.BytesIO(held.text.encode()), f"{held.name}-{held.digest[:8]}.yaml", "application/yaml")


class UploadForm(forms.Form):
    """A file, or its text; what was looked at is what is put in force."""

    file = forms.FileField(
        label=gettext_lazy("清单文件（YAML）"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.txt"}),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("或直接粘贴、修改"), required=False, max_length=LARGEST, strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "code", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Take the file's text before the one that was typed."""
        data: dict[str, Any] = super().clean() or {}
        upload = data.get("file")
        if upload is not None:
            if upload.size > LARGEST:
                raise forms.ValidationError(_("清单文件过长，请检查是否选错了文件。"))
            try:
                data["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(_("这个文件不是 UTF-8 文本，请另存为 UTF-8 后再上传。")) from None
            data["name"] = upload.name
        if not (data.get("text") or "").strip():
            raise forms.ValidationError(_("请选择文件，或粘贴清单的文本。"))
        return data

    def hold(self, text: str, name: str) -> None:
        """Show the text that was looked at in the form that follows."""
        kept: Any = self.data.copy()  # type: ignore[attr-defined]
        kept["text"], kept["name"] = text, name
        self.data = kept


@page(Right.MANAGE_LISTS, methods=("GET", "POST"))
def upload(request: HttpRequest) -> HttpResponse:
    """Look at a new list before it holds: faults as sentences, or states and clocks; the same page then puts it in force."""
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"at": "lists"}
    if request.method == "POST" and form.is_valid():
        given, name = form.cleaned_data["text"], form.cleaned_data["name"] or "list.yaml"
        read = read_text(given, name)
        if isinstance(read, Definition) and request.POST.get("step") == "act":
            try:
                made = actions.upload_list(given, name, by=request.user)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("清单“{title}”已生效，新的事项按它办理。").format(title=made.title))
                return redirect("case_list", pk=made.pk)
        if isinstance(read, Definition):
            context |= {"definition": read, "replaces": queries.list_named(read.name), **_shown(read)}
        else:
            context["faults"] = read
        form.hold(given, name)
    context["form"] = form
    return render(request, "cases/upload.html", context, status=422 if form.errors or context.get("faults") else 200)


@page(Right.MANAGE_LISTS, methods=("POST",))
def force(request: HttpRequest, pk: int) -> HttpResponse:
    """Let new cases be raised under this version."""
    return _act(request, pk, actions.put_in_force, _("已生效，新的事项按这个版本办理。"))


@page(Right.MANAGE_LISTS, methods=("POST",))
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Raise no more cases of this list."""
    return _act(request, pk, actions.put_out_of_force, _("已停用：不再提出新的事项，在办的继续办理。"))


def _act(request: HttpRequest, pk: int, act: Any, sentence: str) -> HttpResponse:
    held = _found(request, pk)
    try:
        act(held.pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect("case_list", pk=pk)


class DaysForm(forms.Form):
    """Days that are worked or not, and what says so."""

    days = forms.CharField(
        label=gettext_lazy("日期"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一天，写成 2026-10-01 的样子。"),
    )  # fmt: skip
    worked = forms.ChoiceField(
        label=gettext_lazy("这些天"), widget=forms.RadioSelect,
        choices=[("0", gettext_lazy("放假")), ("1", gettext_lazy("上班"))],
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("依据（文号或通知）"), max_length=200)

    def clean_days(self) -> list[dt.date]:
        """Read each line as a day."""
        found = []
        for word in self.cleaned_data["days"].replace("，", " ").replace(",", " ").split():
            try:
                found.append(dt.date.fromisoformat(word))
            except ValueError:
                raise forms.ValidationError(_("“{word}”不是日期。").format(word=word[:20])) from None
        return found


@page(Right.READ_CASES, methods=("GET", "POST"), write=Right.SET_HOLIDAYS)
def calendar(request: HttpRequest) -> HttpResponse:
    """Days set other than the printed calendar; setting some counts every clock anew."""
    form = DaysForm(request.POST or None, initial={"worked": "0"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            job = actions.set_holidays(
                dict.fromkeys(data["days"], data["worked"] == "1"), data["reason"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已记录，正在按新的上班日重算所有时限。"))
            return redirect("job", pk=job.pk)
    days = DayMoved.objects.select_related("by").order_by("-day", "-pk")[:200]
    context = {"form": form, "days": days, "may": has_right(request.user, Right.SET_HOLIDAYS), "at": "lists"}
    return render(request, "cases/calendar.html", context, status=422 if form.errors else 200)
