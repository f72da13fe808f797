"""Findings of low-efficiency land: the run that counts, or another one, inside the scope and masked as on the pages."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from mujun.web.api.errors import not_found
from mujun.web.api.operations import read, scope_in
from mujun.web.api.paging import LARGEST_NUMBER, Listing, Paging, excel, listing
from mujun.web.audit.actions import log_amounts_view
from mujun.web.findings import queries
from mujun.web.findings.models import Finding, FindingsRun
from mujun.web.people.rights import Right, Scope
from mujun.web.people.visible import masked

router = Router()
TAG = "findings"


class FindingRow(Schema):
    """One criterion that a parcel meets, or (``found`` false) that cannot be decided."""

    run_id: int
    year: int
    found: bool = Field(description="假表示无法认定，sentence 说明原因")
    parcel_id: str
    town: str
    holder_name: str
    area_mu: float | None = Field(description="宗地面积（亩）")
    criterion: str
    label: str
    kind: str
    value: float | None
    threshold: float | None
    unit: str
    distance: float | None = Field(description="与门槛的距离")
    since: dt.date | None = Field(description="起算日期")
    stage: str
    fee_wan: float | None = Field(description="闲置费（万元）")
    clause: str
    sentence: str
    hidden: bool = Field(description="涉及受保护金额而您无权查看：数值和说明留空")


class FindingQuery(Paging):
    """Which run, and filters."""

    run: int | None = Field(None, ge=1, le=LARGEST_NUMBER, description="认定编号；不填为现行认定")
    undecided: bool = Field(False, description="无法认定的，而不是已认定的")
    parcel_id: str | None = Field(None, max_length=40)
    town: str | None = Field(None, max_length=60)
    kind: str | None = Field(None, max_length=40)
    criterion: str | None = Field(None, max_length=60)


@read(
    router,
    "/findings",
    Right.READ_RESULTS,
    Listing[FindingRow],
    name="list_findings",
    summary="低效用地认定",
    tag=TAG,
)
def findings(request: HttpRequest, query: Annotated[FindingQuery, Query()]) -> Any:
    """The findings of a run inside the scope."""
    scope = scope_in(request)
    run = _run(request, query.run)
    names = ("parcel_id", "town", "kind", "criterion")
    wanted = {name: value for name in names if (value := getattr(query, name)) is not None}
    found = queries.rows_in_scope(run, scope, found=not query.undecided) if run else Finding.objects.none()
    found = found.filter(**wanted).defer("cells").order_by("parcel_id", "criterion")
    if run is not None and scope.amounts:
        log_amounts_view(by=request.user, about=f"findings:{run.pk}", path=request.path, asked=wanted)

    def shape(row: Finding) -> dict[str, Any]:
        return _shown(row, run.year if run else 0, scope)

    if query.format == "xlsx":
        heads = list(FindingRow.model_fields)
        return excel("低效用地认定", heads, found, lambda row: [shape(row)[name] for name in heads])
    return listing(request, found, query, shape, () if scope.amounts else ("fee_wan",))


def _run(request: HttpRequest, number: int | None) -> FindingsRun | None:
    if number is None:
        return queries.standing_run()
    held: FindingsRun | None = queries.runs_for(request.user).filter(pk=number).first()
    if held is None:
        raise not_found()
    return held


def _shown(row: Finding, year: int, scope: Scope) -> dict[str, Any]:
    hidden = queries.hides(row, scope)
    values = {name: getattr(row, name) for name in FindingRow.model_fields if name not in ("year", "hidden")}
    values |= {"year": year, "hidden": hidden}
    if hidden:
        values |= {"value": None, "distance": None, "sentence": ""}
        if row.kind == "below_promise":  # here the threshold, too, is a figure of the firm
            values["threshold"] = None
    if "land_price_wan" in masked("parcels", scope):
        values["fee_wan"] = None
    return values
