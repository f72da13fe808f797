"""Runs, results, account sheets, area notices and objections."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from mujun.web.api.errors import not_found, right_missing
from mujun.web.api.operations import read, scope_in
from mujun.web.api.paging import LARGEST_NUMBER, Listing, Paging, excel, listing
from mujun.web.audit.actions import log_amounts_view
from mujun.web.evaluations.cards.queries import account_for, chosen, find_firm
from mujun.web.evaluations.models import AreaRow, Objection, Run, RunResult
from mujun.web.evaluations.notices.queries import area_notices_for
from mujun.web.evaluations.objections.queries import objections_in_scope
from mujun.web.evaluations.runs.queries import results_in_scope, runs_for
from mujun.web.evaluations.scoping import narrow
from mujun.web.people.rights import Right
from mujun.web.people.visible import masked

router = Router()
TAG = "evaluations"
E4 = 10_000
Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]


class RunRow(Schema):
    """One run."""

    id: int
    year: int
    rule_name: str
    rules_digest: str = Field(description="规则文本的 SHA-256")
    revision: int = Field(description="数据版本")
    state: str
    code_version: str
    at: dt.datetime
    signed_at: dt.datetime | None
    digests: dict[str, Any] = Field(description="结果文件的 SHA-256")


class RunQuery(Paging):
    """Filters of runs."""

    year: int | None = Field(None, ge=1900, le=2200)
    rule_name: str | None = Field(None, max_length=80)
    state: str | None = Field(None, max_length=12)


class ResultRow(Schema):
    """One firm in one run."""

    firm_id: str
    name: str
    town: str
    group: str
    area_mu: float | None = Field(description="评价用地面积（亩）")
    bonus: float
    penalty: float
    total: float | None
    rank: int | None
    grade: str
    reason: str
    next_grade_gap: float | None = Field(description="距上一等级的分差")


class ResultQuery(Paging):
    """Filters of results."""

    firm_id: str | None = Field(None, max_length=40)
    town: str | None = Field(None, max_length=60)
    group: str | None = Field(None, max_length=80)
    grade: str | None = Field(None, max_length=4)


class AccountSheet(Schema):
    """One firm's account in one run."""

    firm_id: str
    run_id: int
    year: int
    rule_name: str
    pooled_into: str | None = Field(description="并入评价的出租方；没有时为空")
    sheet: dict[str, Any] | None = Field(description="算账单全文，与命令行 evaluate --account 相同")


class NoticeRow(Schema):
    """One list of evaluated areas shown to the firms."""

    id: int
    title: str
    year: int
    day: dt.date
    revision: int
    starts: dt.datetime
    ends: dt.datetime
    digest: str


class AreaOfFirm(Schema):
    """One firm in such a list; square metres."""

    firm_id: str
    name: str
    town: str
    own_m2: float
    leased_m2: float
    let_out_m2: float
    excluded_m2: float
    net_m2: float


class ObjectionRow(Schema):
    """One objection; figures are empty where the right to read amounts is missing."""

    id: int
    firm_id: str
    firm_name: str
    town: str
    run_id: int | None
    area_notice_id: int | None
    table: str
    key: list[str]
    column: str
    current: str | None
    claimed: str | None
    settled: str | None
    state: str
    filed_at: dt.datetime
    decided_at: dt.datetime | None
    reason: str


class ObjectionQuery(Paging):
    """Filters of objections."""

    firm_id: str | None = Field(None, max_length=40)
    state: str | None = Field(None, max_length=16)


def _wanted(query: Paging, *names: str) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(query, name)) is not None}


def _run(held: Run) -> dict[str, Any]:
    return {**{name: getattr(held, name) for name in RunRow.model_fields if name != "rules_digest"}} | {
        "rules_digest": held.rules.digest
    }


@read(router, "/runs", Right.READ_RESULTS, Listing[RunRow], name="list_runs", summary="评价", tag=TAG)
def runs(request: HttpRequest, query: Annotated[RunQuery, Query()]) -> Any:
    """Runs that were published; drafts too for those who may read them."""
    found = runs_for(request.user).filter(**_wanted(query, "year", "rule_name", "state")).order_by("-id")
    if query.format == "xlsx":
        names = list(RunRow.model_fields)
        return excel("评价", names, found, lambda held: [str(_run(held)[name]) for name in names])
    return listing(request, found, query, _run)


@read(router, "/runs/{run_id}", Right.READ_RESULTS, RunRow, name="get_run", summary="评价：一次", tag=TAG)
def run(request: HttpRequest, run_id: Number) -> Any:
    """One run."""
    return _run(_run_or_404(request, run_id))


def _result(held: RunResult) -> dict[str, Any]:
    points = {
        "total": held.total_e4,
        "bonus": held.bonus_e4,
        "penalty": held.penalty_e4,
        "next_grade_gap": held.gap_e4,
    }
    plain = {name: getattr(held, name) for name in ResultRow.model_fields if name not in points}
    return plain | {name: None if value is None else value / E4 for name, value in points.items()}


@read(
    router,
    "/runs/{run_id}/results",
    Right.READ_RESULTS,
    Listing[ResultRow],
    name="list_results",
    summary="评价结果",
    tag=TAG,
)
def results(request: HttpRequest, run_id: Number, query: Annotated[ResultQuery, Query()]) -> Any:
    """The results of a run inside the scope."""
    held = _run_or_404(request, run_id)
    wanted = _wanted(query, "firm_id", "town", "group", "grade")
    found = results_in_scope(held, scope_in(request)).filter(**wanted).defer("sheet")
    found = found.order_by("group", "rank", "firm_id")
    if query.format == "xlsx":
        names = list(ResultRow.model_fields)
        return excel("评价结果", names, found, lambda row: [_result(row)[name] for name in names])
    return listing(request, found, query, _result)


@read(
    router,
    "/accounts/{path:firm_id}",
    Right.READ_RESULTS,
    AccountSheet,
    name="get_account",
    summary="算账单",
    tag=TAG,
)
def account(
    request: HttpRequest,
    firm_id: Annotated[str, Path(max_length=40)],
    run: Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="评价编号；不填为现行结果")] = None,
) -> Any:
    """The account sheet of a firm: every step from the cells to the grade. Only with the right to read amounts."""
    scope = scope_in(request)
    if not scope.amounts:
        raise right_missing(Right.READ_AMOUNTS)
    found = find_firm(firm_id, scope, request.user)
    light = chosen(found.history, run) if found is not None else None
    if light is None:
        raise not_found()
    log_amounts_view(by=request.user, about=f"firm:{firm_id}", path=request.path, run=light.run_id)
    held = account_for(light)
    return {
        "firm_id": firm_id,
        "run_id": light.run_id,
        "year": light.run.year,
        "rule_name": light.run.rule_name,
        "pooled_into": None if held.sheet is not None else held.result.sheet.get("head"),
        "sheet": held.sheet,
    }


@read(router, "/areas", Right.READ_RESULTS, Listing[NoticeRow], name="list_areas", summary="用地面积公示", tag=TAG)
def areas(request: HttpRequest, query: Annotated[Paging, Query()]) -> Any:
    """Lists of evaluated areas."""
    found = area_notices_for(request.user).order_by("-id")
    if query.format == "xlsx":
        names = list(NoticeRow.model_fields)
        return excel("用地面积公示", names, found, lambda row: [getattr(row, name) for name in names])
    return listing(request, found, query)


@read(
    router,
    "/areas/{notice_id}/firms",
    Right.READ_RESULTS,
    Listing[AreaOfFirm],
    name="list_area_firms",
    summary="用地面积公示：企业",
    tag=TAG,
)
def area_firms(request: HttpRequest, notice_id: Number, query: Annotated[ResultQuery, Query()]) -> Any:
    """The firms of a list inside the scope."""
    if not area_notices_for(request.user).filter(pk=notice_id).exists():
        raise not_found()
    rows = AreaRow.objects.filter(notice=notice_id, **_wanted(query, "firm_id", "town")).defer("cells")
    found = narrow(rows, scope_in(request)).order_by("firm_id")
    if query.format == "xlsx":
        names = list(AreaOfFirm.model_fields)
        return excel("用地面积", names, found, lambda row: [getattr(row, name) for name in names])
    return listing(request, found, query)


@read(
    router,
    "/objections",
    Right.READ_OBJECTIONS,
    Listing[ObjectionRow],
    name="list_objections",
    summary="异议",
    tag=TAG,
)
def objections(request: HttpRequest, query: Annotated[ObjectionQuery, Query()]) -> Any:
    """Objections inside the scope."""
    scope = scope_in(request)
    found = objections_in_scope(scope).filter(**_wanted(query, "firm_id", "state")).order_by("-id")

    def shape(row: Objection) -> dict[str, Any]:
        values = {name: getattr(row, name) for name in ObjectionRow.model_fields}
        values["key"] = [str(part) for part in row.key]
        if row.column in masked(row.table, scope):
            values |= dict.fromkeys(("current", "claimed", "settled"))
        return values

    if query.format == "xlsx":
        names = list(ObjectionRow.model_fields)
        return excel("异议", names, found, lambda row: [_flat(shape(row)[name]) for name in names])
    return listing(request, found, query, shape, () if scope.amounts else ("current", "claimed", "settled"))


def _flat(value: Any) -> Any:
    return "|".join(value) if isinstance(value, list) else value


def _run_or_404(request: HttpRequest, number: int) -> Run:
    held: Run | None = runs_for(request.user).filter(pk=number).first()
    if held is None:
        raise not_found()
    return held
