"""The parts of a rehearsal, a page at a time: rows that are new, changed or gone, defects, firms touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, overload

import pyarrow as pa
import pyarrow.compute as pc
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.register.schema import TABLES, Column, Kind, Table
from mujun.web.audit.actions import log_amounts_view
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, page
from mujun.web.register import imports, queries, wording
from mujun.web.register.imports import rehearsal as rehearsals
from mujun.web.register.models import ImportBatch

PARTS = {"new": gettext_lazy("新增"), "changed": gettext_lazy("变更"), "gone": gettext_lazy("消失")}
SEVERITY_WORDS = {
    "stops": gettext_lazy("必须改正"),
    "error": gettext_lazy("错误"),
    "warning": gettext_lazy("请核对"),
    "notice": gettext_lazy("说明"),
}
AMOUNT_TABLES = ("measures", "taxes")
BLOCK = 1000


class ArrowRows:
    """Rows of an Arrow table as a sequence of mappings: only the slice asked for is ever turned into objects."""

    def __init__(self, data: pa.Table, finish: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] | None = None):
        self._data = data
        self._finish = finish or (lambda rows: rows)

    def __len__(self) -> int:
        return int(self._data.num_rows)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, place: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Return one row, or the rows of a slice."""
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _step = place.indices(len(self))
        return self._finish(self._data.slice(start, max(stop - start, 0)).to_pylist())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Give every row, a block at a time."""
        for start in range(0, len(self), BLOCK):
            yield from self[start : start + BLOCK]


def _rehearsed(pk: int) -> ImportBatch:
    batch = get_object_or_404(ImportBatch, pk=pk)
    if rehearsals.meta(batch.rehearsal) is None:
        raise Http404(_("这一批的预演已经不在了，请重新预演。"))
    return batch


@page(Right.READ_IMPORTS)
def part(request: HttpRequest, pk: int, table: str, part: str) -> HttpResponse:
    """The rows of one table that are new, changed (one line per cell) or gone."""
    batch = _rehearsed(pk)
    if table not in batch.counts or part not in PARTS:
        raise Http404(_("预演里没有这一部分。"))
    schema = TABLES[table]
    shown = _changed(request, batch, schema) if part == "changed" else _whole_rows(request, batch, schema, part)
    if table in AMOUNT_TABLES:
        log_amounts_view(
            by=request.user, about=f"batch:{pk}", table=table, part=part, page=request.GET.get("page", "1")
        )
    if shown.wants_excel:
        return shown.excel(f"{schema.label}-{PARTS[part]}")
    context = {
        "batch": batch, "table": shown, "schema": schema, "part": part, "part_label": PARTS[part],
        "counts": batch.counts[table], "parts": PARTS.items(),
    }  # fmt: skip
    return render(request, "imports/part.html", context)


def _whole_rows(request: HttpRequest, batch: ImportBatch, table: Table, part: str) -> DataTable:
    if part == "new":
        data = rehearsals.view(batch.rehearsal, f"{table.name}.rows").slice(0, int(batch.counts[table.name]["new"]))
    else:
        data = rehearsals.view(batch.rehearsal, f"{table.name}.gone")
    columns = [column for column in table.columns if column.kind is not Kind.GEOMETRY and _said(data, column)]
    return DataTable(
        request, ArrowRows(data.select([column.name for column in columns])),  # type: ignore[arg-type]
        [shown_column(table, column) for column in columns], title=f"{table.label} {PARTS[part]}",
    )  # fmt: skip


def _said(data: pa.Table, column: Column) -> bool:
    """Leave out columns that say nothing in any row: a table has up to twenty-seven."""
    values = data[column.name]
    if column.kind in (Kind.CODE, Kind.TEXT):
        return bool(pc.any(pc.not_equal(values, "")).as_py())
    return bool(values.null_count < len(values))


KINDS = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.TRUTH: "truth", Kind.CODE: "code"}


def shown_column(table: Table, column: Column) -> TableColumn:
    """Return how a column of the register looks in a table of a page."""
    words = {code: names[0] for code, names in column.choices}

    def value(row: dict[str, Any]) -> Any:
        found = row[column.name]
        if isinstance(found, dt.datetime):
            return found.date()
        return words.get(found, found) if words else found

    return TableColumn(
        column.name, column.label, KINDS.get(column.kind, "text"), wording.UNITS.get(column.unit, ""), sort=None,
        value=value, pin=column.name == table.key[0],
        digits=4 if column.unit in ("ratio", "wan/mu") else None,
    )  # fmt: skip


def _changed(request: HttpRequest, batch: ImportBatch, table: Table) -> DataTable:
    labels = {column.name: wording.label(table.name, column.name) for column in table.columns}
    columns = (
        TableColumn("key", "、".join(table.column(name).label for name in table.key), "code", sort=None, pin=True),
        TableColumn("column", _("列"), sort=None, value=lambda row: labels.get(row["column"], row["column"])),
        TableColumn("before", _("登记簿现值"), sort=None, clip=True),
        TableColumn("after", _("文件中的值"), sort=None, clip=True),
    )
    rows: Any = ArrowRows(rehearsals.view(batch.rehearsal, f"{table.name}.cells"))
    return DataTable(request, rows, columns, title=f"{table.label} {PARTS['changed']}")


@page(Right.READ_IMPORTS)
def defects(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong with the files: where, why, and how to mend it; by table and severity."""
    batch = _rehearsed(pk)
    data = rehearsals.view(batch.rehearsal, "defects")
    for field in ("table", "severity", "code"):
        if request.GET.get(field):
            data = data.filter(pc.equal(data[field], request.GET[field]))
    columns = (
        TableColumn("file", _("文件"), sort=None, clip=True),
        TableColumn("sheet", _("工作表"), sort=None),
        TableColumn("cell", _("单元格"), "code", sort=None),
        TableColumn("value", _("原内容"), sort=None, clip=True),
        TableColumn("severity", _("程度"), sort=None, value=lambda row: SEVERITY_WORDS[row["severity"]]),
        TableColumn("message", _("问题"), sort=None),
        TableColumn("mend", _("怎样改"), sort=None),
    )
    rows: Any = ArrowRows(data)
    table = DataTable(request, rows, columns, title=_("数据问题"))
    if table.wants_excel:
        return table.excel(_("数据问题"))
    context = {
        "batch": batch, "table": table, "schemas": [TABLES[name] for name in TABLES if name in batch.counts],
        "severities": SEVERITY_WORDS.items(),
        "chosen": {field: request.GET.get(field, "") for field in ("table", "severity")},
    }  # fmt: skip
    return render(request, "imports/defects.html", context)


@page(Right.READ_IMPORTS)
def firms(request: HttpRequest, pk: int) -> HttpResponse:
    """The firms whose figures the import touches, with the grade they hold now."""
    batch = _rehearsed(pk)
    columns = (
        TableColumn("firm_id", _("统一社会信用代码"), "code", sort=None, link=lambda row: _firm_url(row), pin=True),
        TableColumn("name", _("名称"), sort=None),
        TableColumn("town", _("镇街"), sort=None),
        TableColumn("grade", _("现有等级"), "grade", sort=None),
        TableColumn("tables", _("涉及的表"), sort=None, value=_table_words),
    )
    rows: Any = ArrowRows(rehearsals.view(batch.rehearsal, "firms"), _with_names)
    table = DataTable(request, rows, columns, title=_("受影响的企业"))
    if table.wants_excel:
        return table.excel(_("受影响的企业"))
    return render(request, "imports/firms.html", {"batch": batch, "table": table})


def _firm_url(row: dict[str, Any]) -> str:
    return reverse("firm", args=[row["firm_id"]]) if row["known"] else ""


def _table_words(row: dict[str, Any]) -> str:
    return "、".join(TABLES[name].label for name in row["tables"].split(",") if name)


def _with_names(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [row["firm_id"] for row in rows]
    names = queries.firm_names(ids)
    held: dict[str, str] = {}
    for ask in imports.grades:
        held |= ask(ids)
    for row in rows:
        row["known"] = row["firm_id"] in names
        row["name"], row["town"] = names.get(row["firm_id"], ("", ""))
        row["grade"] = held.get(row["firm_id"], "")
    return rows
