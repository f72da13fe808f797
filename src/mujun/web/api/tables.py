"""The tables of the register: a list and, where one column is the key, a single row."""

# Annotations are values here: each table has its own query and row types, known only when the operations are built.

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from mujun.register.schema import TABLES, Table
from mujun.web.api.errors import not_found
from mujun.web.api.operations import read, scope_in
from mujun.web.api.paging import Listing, excel, listing
from mujun.web.api.rows import QUERY_SCHEMAS, ROW_SCHEMAS, columns_of, conditions, headings
from mujun.web.audit.actions import log_amounts_view
from mujun.web.people.rights import Right
from mujun.web.people.visible import PROTECTED, masked, visible

router = Router()
TAG = "register"


def _values(table: Table) -> list[str]:
    return [column.name for column in columns_of(table)]


def _log(request: HttpRequest, table: Table, about: str, **detail: Any) -> None:
    if table.name in PROTECTED and scope_in(request).amounts:
        log_amounts_view(by=request.user, about=about, path=request.path, **detail)


def _list_of(table: Table) -> None:
    query_type, row_type = QUERY_SCHEMAS[table.name], ROW_SCHEMAS[table.name]

    @read(
        router,
        f"/{table.name}",
        Right.READ_REGISTER,
        Listing[row_type],  # type: ignore[valid-type]
        name=f"list_{table.name}",
        summary=table.label,
        tag=TAG,
    )
    def rows(request: HttpRequest, query: Annotated[query_type, Query()]) -> Any:  # type: ignore[valid-type]
        return _answer(request, table, query)


def _answer(request: HttpRequest, table: Table, query: Any) -> Any:
    scope = scope_in(request)
    names, hidden = _values(table), masked(table.name, scope)
    found = visible(table.name, scope, query.revision).filter(**conditions(table, query)).order_by(*table.key, "pk")
    asked = {name: value for name, value in request.GET.items() if name not in ("limit", "offset")}
    _log(request, table, f"{table.name}:list", asked=asked, offset=query.offset, limit=query.limit)
    if query.format == "xlsx":
        shown = found.values(*names)
        return excel(
            table.label,
            headings(table),
            shown,
            lambda row: [None if name in hidden else row[name] for name in names],
        )

    def shape(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, **dict.fromkeys(hidden), "since": row["since_id"]}

    return listing(request, found.values(*names, "since_id"), query, shape, hidden)


def _single_of(table: Table) -> None:
    row_type = ROW_SCHEMAS[table.name]
    (key,) = table.key

    @read(
        router,
        f"/{table.name}/{{path:row_key}}",
        Right.READ_REGISTER,
        row_type,
        name=f"get_{table.name}",
        summary=f"{table.label}：一条",
        tag=TAG,
    )
    def row(request: HttpRequest, row_key: Annotated[str, Path(max_length=100)]) -> Any:
        scope = scope_in(request)
        found = visible(table.name, scope).filter(**{key: row_key}).values(*_values(table), "since_id").first()
        if found is None:
            raise not_found()
        _log(request, table, f"{table.name}:{row_key}")
        return {**found, **dict.fromkeys(masked(table.name, scope)), "since": found["since_id"]}


for _table in TABLES.values():
    _list_of(_table)
    if len(_table.key) == 1:
        _single_of(_table)
