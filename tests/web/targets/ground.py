"""Documents of a fictional county and targets made from them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mujun.targets.statement import Bound, Change, Kind, Statement
from mujun.web.targets import actions
from mujun.web.targets.models import Document, DocumentStatement, MonthlyReport, Target
from tests.web.conftest import OTHER_TOWN, TOWN

TEXT = "示范县计划：全年整治低效工业用地5000亩以上，规上工业增加值增长8%。全县现有工业企业3000家。"
YEAR = timezone.localdate().year
ISSUED_ON = min(dt.date(YEAR, 1, 10), timezone.localdate())
"""No document comes from the future, whatever day the tests run on."""


def paper(text: str = TEXT, name: str = "计划.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode("utf-8"), content_type="text/plain")


def evidence(content: str = "佐证") -> SimpleUploadedFile:
    return SimpleUploadedFile("佐证.pdf", b"%PDF-1.4 " + content.encode(), content_type="application/pdf")


def taken_in(by: Any, text: str = TEXT, **fields: Any) -> Document:
    values = {"title": f"{YEAR}年工作计划", "issuer": "示范县政府", "issued_on": ISSUED_ON, "kind": "plan"}
    return actions.take_in_document(paper(text), **(values | fields), by=by)


def said(text: str, quote: str, metric: str, value: Any, unit: str, **fields: Any) -> Statement:
    start = text.index(quote)
    standard: dict[str, Any] = {"bound": Bound.EQ, "change": Change.LEVEL, "kind": Kind.TARGET, "period": str(YEAR)}
    return Statement(start, start + len(quote), quote, metric, Decimal(str(value)), unit, **(standard | fields))


def statements() -> list[Statement]:
    return [
        said(TEXT, "5000亩以上", "整治低效工业用地", 5000, "亩", bound=Bound.GE),
        said(TEXT, "增长8%", "规上工业增加值", 8, "%", change=Change.GROWTH),
        said(TEXT, "3000家", "工业企业", 3000, "家", kind=Kind.FACT),
    ]


def read(document: Document, by: Any, text: str = TEXT, found: list[Statement] | None = None) -> Document:
    document.refresh_from_db()
    found = statements() if found is None else found
    return actions.keep_reading(document.pk, document.reading, text, [0], [], found, by=by)


def plan(by: Any) -> Document:
    return read(taken_in(by), by)


def statement(document: Document, metric: str) -> DocumentStatement:
    return document.statements.get(metric=metric)


def terms(**fields: Any) -> actions.Terms:
    values = {"name": "整治低效工业用地", "starts_on": dt.date(YEAR, 1, 1), "due_on": dt.date(YEAR, 12, 31)}
    return actions.Terms(**(values | {"owner_unit": "改造办"} | fields))


def land_target(document: Document, by: Any, **fields: Any) -> Target:
    held = statement(document, "整治低效工业用地")
    actions.confirm_statement(held.pk, by=by)
    return actions.make_target(held.pk, terms(**fields), by=by)


def town_parts(first: Any = 3000, second: Any = 2000) -> list[actions.PartTerms]:
    return [
        actions.PartTerms(f"{TOWN}整治", Decimal(str(first)), town=TOWN),
        actions.PartTerms(f"{OTHER_TOWN}整治", Decimal(str(second)), town=OTHER_TOWN),
    ]


def in_force(target: Target, by: Any, leader: Any, parts: list[actions.PartTerms] | None = None) -> Target:
    if parts is not None:
        actions.break_down(target.pk, parts, by=by)
    return actions.sign_target(target.pk, by=leader)


def report(target: Target, month: int, value: Any, by: Any, note: str = "", year: int = YEAR) -> Any:
    file = evidence(f"{target.pk}-{year}-{month}-{value}")
    return actions.report_month(target.pk, dt.date(year, month, 1), Decimal(str(value)), file, note, by=by)


def reported(target: Target, by: Any, values: list[Any], year: int = YEAR) -> None:
    """Keep a report of each month from January on, whatever today is."""
    for month, value in enumerate(values, 1):
        MonthlyReport.objects.create(
            target=target, month=dt.date(year, month, 1), value=Decimal(str(value)), path="x", name="x",
            sha256="0" * 64, by=by,
        )  # fmt: skip
