"""Taking in documents, keeping what was read of them, taking them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.targets.statement import Statement
from mujun.web.audit.actions import action, record
from mujun.web.documents import Kept
from mujun.web.register.actions.progress import start_job
from mujun.web.targets.actions.keeping import keep_document
from mujun.web.targets.models import Document, DocumentKind, DocumentState, DocumentStatement, StatementState, Target
from mujun.web.targets.words import change_of

BATCH = 500
LARGEST = Decimal(10) ** 17
"""What the ledger holds is smaller than this: a longer number is an account or a code, not a quantity."""
LONGEST = {"metric": 300, "unit": 20, "period": 40, "section": 500, "scope": 100}


def take_in_document(
    upload: UploadedFile[Any] | None,
    *,
    title: str,
    issuer: str,
    issued_on: dt.date | None,
    kind: str = DocumentKind.PLAN,
    series: str = "",
    town: str = "",
    by: Any,
) -> Document:
    """Keep a document byte for byte and queue its reading. ``series`` blank: the issuer's documents are one series."""
    if upload is None:
        raise Refused(_("请选择要收录的文件。"))
    fields = _checked(title, issuer, issued_on, kind, series, town)
    return _take_in(keep_document(upload), fields, by=by)


def _checked(title: str, issuer: str, issued_on: dt.date | None, kind: str, series: str, town: str) -> dict[str, Any]:
    if not title.strip() or not issuer.strip() or issued_on is None:
        raise Refused(_("请写明文件标题、发文单位和发文日期。"))
    if kind not in DocumentKind.values:
        raise Refused(_("没有“{kind}”这种文件类别。").format(kind=kind))
    if issued_on > timezone.localdate():
        raise Refused(_("发文日期不能晚于今天（{today}）。").format(today=timezone.localdate()))
    return {
        "title": title.strip()[:200], "issuer": issuer.strip()[:100], "issued_on": issued_on, "kind": kind,
        "series": (series.strip() or issuer.strip())[:100], "town": town.strip()[:100],
    }  # fmt: skip


@action
def _take_in(kept: Kept, fields: dict[str, Any], *, by: Any) -> Document:
    known = Document.objects.filter(sha256=kept.digest).exclude(state=DocumentState.WITHDRAWN).first()
    if known is not None:
        raise Refused(_("这份文件已经收录：{title}（{day}）。").format(title=known.title, day=known.issued_on))
    try:
        with transaction.atomic():
            document = Document.objects.create(
                **fields, path=kept.path, name=kept.name, sha256=kept.digest, size=kept.size, by=by
            )
    except IntegrityError as error:
        raise Refused(_("这份文件刚刚由别人收录。")) from error
    record(
        "document.taken_in", by=by, about=f"document:{document.pk}", title=document.title, sha256=kept.digest,
        name=kept.name,
    )  # fmt: skip
    _queue(document, by=by)
    return document


def _queue(document: Document, *, by: Any) -> None:
    start_job(
        "read_document", title=_("读取文件：{title}").format(title=document.title)[:200],
        about=f"document:{document.pk}", url=f"/targets/documents/{document.pk}/",
        arguments={"document": document.pk, "reading": document.reading}, by=by,
    )  # fmt: skip


def held_document(pk: int) -> Document:
    """Return the document locked for a change; refuse one that was taken back."""
    document = Document.objects.select_for_update().filter(pk=pk).first()
    if document is None:
        raise Refused(_("没有这份文件。"))
    if document.state == DocumentState.WITHDRAWN:
        raise Refused(_("文件“{title}”已撤下，不能再改。").format(title=document.title))
    return document


@action
def change_document(
    pk: int, *, title: str, issuer: str, issued_on: dt.date | None, kind: str, series: str = "", town: str = "", by: Any
) -> Document:
    """Change what is said about a document; the file and its statements stay."""
    document = held_document(pk)
    fields = _checked(title, issuer, issued_on, kind, series, town)
    before = {name: str(getattr(document, name)) for name in fields}
    for name, value in fields.items():
        setattr(document, name, value)
    document.save(update_fields=list(fields))
    changed = {name: [before[name], str(value)] for name, value in fields.items() if before[name] != str(value)}
    record("document.changed", by=by, about=f"document:{pk}", changed=changed)
    return document


@action
def read_again(pk: int, *, by: Any) -> Document:
    """Queue another reading, as after better rules came in; what people decided stays."""
    document = held_document(pk)
    record("document.read_again", by=by, about=f"document:{pk}", reading=document.reading)
    _queue(document, by=by)
    return document


@action
def withdraw_document(pk: int, reason: str, *, by: Any) -> Document:
    """Take a document back that was taken in by mistake; refused once a target stands on it. Nothing is deleted."""
    if not reason.strip():
        raise Refused(_("撤下文件必须写明原因。"))
    document = held_document(pk)
    if Target.objects.filter(statement__document=document).exclude(state="withdrawn").exists():
        raise Refused(_("已有目标以这份文件为依据，不能撤下。"), next_step=_("请先撤销这些目标。"))
    document.state, document.withdrawn_reason = DocumentState.WITHDRAWN, reason.strip()[:300]
    document.save(update_fields=["state", "withdrawn_reason"])
    record("document.withdrawn", by=by, about=f"document:{pk}", reason=reason.strip())
    return document


@action
def note_unreadable(pk: int, sentence: str, *, by: Any) -> Document:
    """Keep why a document could not be read."""
    document = held_document(pk)
    if not document.text:
        document.state, document.problem = DocumentState.UNREADABLE, sentence
        document.save(update_fields=["state", "problem"])
    record("document.unreadable", by=by, about=f"document:{pk}", problem=sentence)
    return document


@action
def keep_reading(
    pk: int,
    reading: int,
    text: str,
    pages: Sequence[int],
    notes: Sequence[str],
    statements: Iterable[Statement],
    *,
    by: Any,
) -> Document:
    """Keep the text (the first time) and what was found in it; ``reading`` is the one the job set out from.

    A job begun again after it was killed finds its reading done and changes nothing. Statements found again keep what
    people decided; those no longer found are marked gone, and stay where a person stands behind them.
    """
    document = held_document(pk)
    if document.reading != reading:
        record("document.read", by=by, about=f"document:{pk}", reading=document.reading, again=True)
        return document
    if not document.text:
        document.text, document.pages, document.notes = text, list(pages), list(notes)
    document.reading += 1
    document.state, document.problem, document.read_at = DocumentState.READ, "", timezone.now()
    document.save()
    every = list(statements)
    sized = [one for one in every if abs(one.value) < LARGEST]
    if len(sized) < len(every):
        _note(document, _("有 {n} 处数字太长，不像数量，没有列为表述。").format(n=len(every) - len(sized)))
    found, new, gone = _merge(document, sized)
    record(
        "document.read", by=by, about=f"document:{pk}", reading=document.reading, found=found, new=new, gone=gone,
    )  # fmt: skip
    return document


def _note(document: Document, sentence: str) -> None:
    if sentence not in document.notes:
        document.notes = [*document.notes, sentence]
        document.save(update_fields=["notes"])


def _merge(document: Document, statements: list[Statement]) -> tuple[int, int, int]:
    held = {(one.start, one.end): one for one in document.statements.exclude(state=StatementState.ADDED)}
    new, seen = [], set()
    for statement in statements:
        span = (statement.start, statement.end)
        if span in seen:
            continue
        seen.add(span)
        known = held.get(span)
        if known is None:
            new.append(_row(document, statement))
            continue
        known.last_reading, known.gone = document.reading, False
        if known.state == StatementState.PROPOSED:
            known.extracted = as_read(statement, document.text)
            for name, value in fields_of(statement, document.text).items():
                setattr(known, name, value)
        known.save()
    DocumentStatement.objects.bulk_create(new, batch_size=BATCH)
    lost = [one for span, one in held.items() if span not in seen and not one.gone]
    for one in lost:
        one.gone = True
        one.save(update_fields=["gone"])
    return len(seen), len(new), len(lost)


def _row(document: Document, statement: Statement) -> DocumentStatement:
    return DocumentStatement(
        document=document, start=statement.start, end=statement.end, quote=statement.quote,
        extracted=as_read(statement, document.text), first_reading=document.reading, last_reading=document.reading,
        **fields_of(statement, document.text),
    )  # fmt: skip


def fields_of(statement: Statement, text: str) -> dict[str, Any]:
    """Return the fields that a person may mend, as read from ``text``."""
    fields: dict[str, Any] = {
        "metric": statement.metric, "value": statement.value, "unit": statement.unit, "bound": statement.bound.value,
        "change": change_of(statement, text), "kind": statement.kind.value, "period": statement.period or "",
        "section": statement.section, "scope": statement.scope,
    }  # fmt: skip
    return {name: value[: LONGEST[name]] if name in LONGEST else value for name, value in fields.items()}


def as_read(statement: Statement, text: str) -> dict[str, str]:
    """Return the fields as JSON holds them; the value exactly."""
    return {name: str(value) for name, value in fields_of(statement, text).items()}
