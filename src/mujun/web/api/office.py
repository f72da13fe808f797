"""What the office keeps besides the register: revisions, import batches, and who one is."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from mujun.web.api.operations import read, scope_in
from mujun.web.api.paging import Listing, Paging, excel, listing
from mujun.web.people.rights import Right, rights_of
from mujun.web.register.models import ImportBatch, Revision

router = Router()
TAG = "office"


class Me(Schema):
    """Who asks, what they may do, and which rows they see."""

    username: str
    display_name: str
    role: str
    rights: list[str]
    towns: list[str] | None = Field(description="为空表示全部镇街")
    firms: list[str] | None = Field(description="为空表示全部企业")
    amounts: bool = Field(description="是否可以查看税收等受保护金额")


class RevisionRow(Schema):
    """One moment at which the register's knowledge changed."""

    id: int
    at: dt.datetime
    kind: str
    batch_id: int | None


class BatchRow(Schema):
    """One import."""

    id: int
    state: str
    source_name: str
    note: str
    digest: str
    at: dt.datetime
    by: str | None
    counts: dict[str, Any] = Field(description="表 → 新增、变更、相同、消失、有误的行数")
    firms_touched: int
    revision_id: int | None


@read(router, "/me", Right.SIGNED_IN, Me, name="get_me", summary="我的身份和范围", tag=TAG)
def me(request: HttpRequest) -> Any:
    """Who asks."""
    user: Any = request.user
    scope = scope_in(request)
    return {
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role,
        "rights": sorted(right.value for right in rights_of(user)),
        "towns": None if scope.towns is None else sorted(scope.towns),
        "firms": None if scope.firms is None else sorted(scope.firms),
        "amounts": scope.amounts,
    }


@read(
    router,
    "/revisions",
    Right.READ_REGISTER,
    Listing[RevisionRow],
    name="list_revisions",
    summary="数据版本",
    tag=TAG,
)
def revisions(request: HttpRequest, query: Annotated[Paging, Query()]) -> Any:
    """Revisions, the newest first."""
    found = Revision.objects.order_by("-id")
    if query.format == "xlsx":
        names = list(RevisionRow.model_fields)
        return excel("数据版本", names, found, lambda row: [getattr(row, name) for name in names])
    return listing(request, found, query)


def _batch(row: ImportBatch) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in BatchRow.model_fields if name != "by"}
    return values | {"by": row.by.display_name if row.by else None}


@read(router, "/batches", Right.READ_IMPORTS, Listing[BatchRow], name="list_batches", summary="导入批次", tag=TAG)
def batches(request: HttpRequest, query: Annotated[Paging, Query()]) -> Any:
    """Imports, the newest first."""
    found = ImportBatch.objects.select_related("by").order_by("-id")
    if query.format == "xlsx":
        names = [name for name in BatchRow.model_fields if name != "counts"]
        return excel("导入批次", names, found, lambda row: [_batch(row)[name] for name in names])
    return listing(request, found, query, _batch)
