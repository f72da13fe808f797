"""Lists of the API: a page at a time as JSON, or whole as Excel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, Literal, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from mujun.web.pages.excel import workbook_response

LARGEST_LIMIT = 1_000
STANDARD_LIMIT = 100
LARGEST_NUMBER = 2_147_483_647
EXCEL_ROWS = 1_048_000

T = TypeVar("T")


class Paging(Schema):
    """Which part of a list, and in which form."""

    limit: int = Field(STANDARD_LIMIT, ge=1, le=LARGEST_LIMIT, description="每页条数，最多1000")
    offset: int = Field(0, ge=0, le=LARGEST_NUMBER, description="跳过的条数")
    format: Literal["json", "xlsx"] = Field("json", description="xlsx：全部符合条件的行，作为 Excel 下载")


class Listing(Schema, Generic[T]):
    """One page of a list."""

    count: int = Field(description="符合条件的总条数")
    limit: int
    offset: int
    next: str | None = Field(description="下一页的地址；没有时为空")
    masked: list[str] = Field(description="因没有查看金额的权限而留空的列")
    items: list[T]


def listing(
    request: HttpRequest,
    rows: QuerySet[Any],
    paging: Paging,
    shape: Callable[[Any], Any] = lambda row: row,
    masked: Iterable[str] = (),
) -> dict[str, Any]:
    """One page of ``rows``, each put through ``shape``."""
    count = rows.count()
    end = paging.offset + paging.limit
    items = [shape(row) for row in rows[paging.offset : end]] if paging.offset < count else []
    return {
        "count": count,
        "limit": paging.limit,
        "offset": paging.offset,
        "next": _next(request, end) if end < count else None,
        "masked": sorted(masked),
        "items": items,
    }


def excel(
    name: str, headings: Sequence[str], rows: QuerySet[Any], cells: Callable[[Any], Sequence[Any]]
) -> HttpResponse:
    """All of ``rows`` as a workbook; at most what one sheet holds."""
    return workbook_response(name, name, headings, (cells(row) for row in rows[:EXCEL_ROWS].iterator(chunk_size=2000)))


def _next(request: HttpRequest, offset: int) -> str:
    query = request.GET.copy()
    query["offset"] = str(offset)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
