"""Figures of a list for a period: on screen, on paper as an official table, as Excel; the index line by line."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.cases.definition import Definition
from mujun.cases.figures import COUNTS
from mujun.cases.index import IndexResult
from mujun.web.cases import actions, queries
from mujun.web.cases.models import DeductionLevel
from mujun.web.cases.queries import Statistics
from mujun.web.pages.cases.boards import asked_list
from mujun.web.pages.excel import workbook_response
from mujun.web.people.rights import Right, has_right, page

NAME = re.compile(r"[a-z_][a-z0-9_]*")
TIMES = (
    ("1", gettext_lazy("一般")),
    ("0.5", gettext_lazy("主动报告（减半）")),
    ("0", gettext_lazy("主动发现并处置（不扣）")),
    ("2", gettext_lazy("隐瞒不报（加倍）")),
    ("-1", gettext_lazy("更正：收回一次")),
)


class DeductForm(forms.Form):
    """An event that takes or gives points."""

    key = forms.ChoiceField(label=gettext_lazy("情形"))
    level = forms.ChoiceField(label=gettext_lazy("层级"), choices=DeductionLevel.choices)
    times = forms.TypedChoiceField(label=gettext_lazy("情节"), choices=TIMES, coerce=Decimal)
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=100)
    on = forms.DateField(label=gettext_lazy("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=gettext_lazy("情况"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["key"]
        field.choices = [(one.key, one.label) for one in definition.deductions]


@page(Right.READ_CASES)
def figures(request: HttpRequest, name: str) -> HttpResponse:
    """The figures of the cases that were raised in a period."""
    _version, definition = asked_list(name, request)
    start, end, fault = _period(request)
    found = queries.statistics(request.user, definition, start, end)
    if request.GET.get("format") == "xlsx":
        title = _("{list}统计表").format(list=definition.title)
        note = _("统计期：{start} 至 {end}（按提出时间）").format(start=start, end=end)
        return workbook_response(title, title, [_("项目"), _("数值"), _("说明")], _rows(definition, found), note=note)
    context = {
        "definition": definition, "start": start, "end": end, "fault": fault, "found": found, "at": "cases",
        "counts": _counts(found), "index": _index(definition, found.index), "states": _state_lines(found),
        "deductions": [(DeductionLevel(key).label, _index(definition, one)) for key, one in found.deductions.items()],
        "may_deduct": bool(definition.deductions) and has_right(request.user, Right.RUN_CASES),
        "excel": f"?from={start}&to={end}&format=xlsx",
    }  # fmt: skip
    return render(request, "cases/statistics.html", context)


def _period(request: HttpRequest) -> tuple[dt.date, dt.date, str]:
    """From the first of January to today, or what the address says."""
    today = timezone.localdate()
    start, end, fault = dt.date(today.year, 1, 1), today, ""
    try:
        start = dt.date.fromisoformat(request.GET.get("from") or start.isoformat())
        end = dt.date.fromisoformat(request.GET.get("to") or end.isoformat())
    except ValueError:
        fault = _("日期应写成 2024-03-01 的样子；下面是本年的数。")
    if not 2000 <= start.year <= 2100 or not 2000 <= end.year <= 2100 or start > end:
        start, end = dt.date(today.year, 1, 1), today
        fault = _("起始日期要在截止日期之前；下面是本年的数。")
    return start, end, fault


def _plain(value: Any) -> float | int | None:
    return float(value) if isinstance(value, Fraction | Decimal) else value


def _counts(found: Statistics) -> list[tuple[str, Any]]:
    return [(label, _plain(found.counts.get(key))) for key, label in COUNTS.items() if key in found.counts]


def _index(definition: Definition, result: IndexResult | None) -> dict[str, Any] | None:
    """The lines of the arithmetic, with the names of the figures as people say them."""
    if result is None:
        return None
    labels = _labels(definition)
    lines = [
        {
            "label": one.label,
            "formula": NAME.sub(lambda found: labels.get(found[0], found[0]), one.formula),
            "numbers": one.numbers,
            "value": _plain(one.value),
        }
        for one in result.lines
    ]
    return {"label": result.label, "value": _plain(result.value), "lines": lines, "sentence": result.sentence}


def _labels(definition: Definition) -> dict[str, str]:
    labels = dict(COUNTS) | {"points": _("每次分值"), "times": _("次数"), "cap": _("封顶")}
    if definition.index:
        labels |= {one.key: one.label for one in definition.index.parameters}
        labels |= {one.key: one.label for one in definition.index.steps}
    return labels


def _state_lines(found: Statistics) -> list[dict[str, Any]]:
    days = {key: value for key, _label, value in found.days_by_state}
    return [
        {"label": label, "count": count, "days": days.get(key)}
        for key, label, count in found.states
        if count or key in days
    ]


def _rows(definition: Definition, found: Statistics) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [_("办结率"), found.closing_rate, _("办结数 ÷ 事项总数")],
        [_("重开率"), found.reopen_rate, _("重新打开数 ÷ 办结数")],
        [_("按期率"), found.on_time_rate, _("按期办结数 ÷ 已到期数")],
        [_("满意度"), found.satisfaction, _("评价星数 ÷ 满分")],
    ]
    rows += [[label, value, ""] for label, value in _counts(found)]
    for line in _state_lines(found):
        rows.append([_("状态：{label}").format(label=line["label"]), line["count"], _("平均停留天数见下行")])
        rows.append([_("平均停留：{label}（天）").format(label=line["label"]), line["days"], ""])
    index = _index(definition, found.index)
    if index:
        rows += [[line["label"], line["value"], f"{line['formula']} = {line['numbers']}"] for line in index["lines"]]
    for label, by in ((_("镇街"), found.by_town), (_("责任单位"), found.by_unit)):
        rows += [
            [f"{label}：{name}", total, _("办结 {solved}，逾期 {red}").format(solved=solved, red=red)]
            for name, total, solved, red in by
        ]
    return rows


@page(Right.RUN_CASES, methods=("GET", "POST"))
def deduct(request: HttpRequest, name: str) -> HttpResponse:
    """Note an event of the list's table of deductions."""
    _version, definition = asked_list(name, request)
    form = DeductForm(request.POST or None, definition=definition, initial={"on": timezone.localdate(), "times": "1"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.note_deduction(
                name, data["key"], data["unit"], data["on"], data["note"], level=data["level"], times=data["times"],
                by=request.user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记，指数随之更新。"))
            return redirect("case_statistics", name=name)
    context = {"form": form, "definition": definition}
    return render(request, "cases/deduct.html", context, status=422 if form.errors else 200)
