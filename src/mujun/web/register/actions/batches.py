"""Batches: taking files in, writing what a rehearsal showed, and undoing it while nothing later depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.files.crs import STATEMENTS
from mujun.register.schema import TABLES
from mujun.register.tables import Register, Source
from mujun.web.audit.actions import action, record
from mujun.web.register import imports
from mujun.web.register.actions.lineage import keep_lineage, undo_lineage
from mujun.web.register.actions.rows import add, close, lock_register, next_revision, renumber, restore
from mujun.web.register.imports import rehearsal as rehearsals
from mujun.web.register.imports.plan import LOCAL
from mujun.web.register.imports.reading import PAIR_FIELDS
from mujun.web.register.imports.uploads import Upload, digest_of
from mujun.web.register.models import (
    MODELS,
    BatchState,
    DoubtfulPair,
    ImportBatch,
    ImportFile,
    Revision,
    RevisionKind,
    SourceSheet,
)


@action
def take_in(
    uploads: Sequence[Upload],
    source_name: str,
    *,
    whole_tables: Iterable[str] = (),
    clear_blanks: bool = False,
    note: str = "",
    repeats: ImportBatch | None = None,
    by: Any,
) -> ImportBatch:
    """Make a batch of files taken in by :func:`mujun.web.register.imports.store_uploads`; nothing is read yet."""
    batch = ImportBatch.objects.create(
        source_name=source_name.strip()[:120] or _("未注明"), note=note.strip()[:300], digest=digest_of(uploads),
        whole_tables=[name for name in TABLES if name in set(whole_tables)], clear_blanks=clear_blanks,
        by=by, repeats=repeats,
    )  # fmt: skip
    ImportFile.objects.bulk_create(
        ImportFile(batch=batch, name=upload.name, sha256=upload.sha256, size=upload.size) for upload in uploads
    )
    record(
        "import.upload", by=by, about=f"batch:{batch.pk}", source=batch.source_name,
        files=[{"name": upload.name, "sha256": upload.sha256} for upload in uploads],
    )  # fmt: skip
    return batch


@action
def keep_rehearsal(batch: ImportBatch, found: rehearsals.Rehearsal, name: str, *, by: Any) -> ImportBatch:
    """Note what a rehearsal found; its rows are already kept under ``name``."""
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state not in (BatchState.UPLOADED, BatchState.MAPPING, BatchState.REHEARSED):
        raise Refused(_("这一批已经{state}，不能再预演。").format(state=held.get_state_display()))
    if held.rehearsal and held.rehearsal != name:
        rehearsals.discard(held.rehearsal)
    held.state, held.rehearsal, held.base_revision = BatchState.REHEARSED, name, found.base
    held.counts, held.firms_touched = found.counts(), len(found.firms)
    held.save()
    _keep_pairs(held, found.pairs)
    record("import.rehearse", by=by, about=f"batch:{batch.pk}", counts=held.counts, base=found.base)
    return held


def _keep_pairs(batch: ImportBatch, pairs: pd.DataFrame) -> None:
    """Keep the doubtful pairs a rehearsal found; decisions already taken stay, pairs no longer found go."""
    batch.pairs.filter(same=None).delete()
    DoubtfulPair.objects.bulk_create(
        (DoubtfulPair(batch=batch, **{name: row[name] for name in PAIR_FIELDS}) for row in pairs.to_dict("records")),
        ignore_conflicts=True,
    )


@action
def commit_import(batch_id: int, *, by: Any) -> Revision:
    """Write what the kept rehearsal of a batch shows: every row, or nothing.

    Raises :class:`~mujun.base.errors.Refused` where the batch was not rehearsed, is in the register already, or the
    register, the files or the remembered headings have changed since the rehearsal.
    """
    lock_register()
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state != BatchState.REHEARSED:
        raise Refused(_("这一批{state}，不能入库。").format(state=batch.get_state_display()), next_step=_("请先预演。"))
    if not imports.is_current(batch):
        raise Refused(_("预演之后登记簿、文件或表头对应有了变化。"), next_step=_("请重新预演，再确认入库。"))
    if any(defect == "stops" for defect in rehearsals.view(batch.rehearsal, "defects")["severity"].to_pylist()):
        raise Refused(_("这一批有必须先改正的问题。"), next_step=_("请按预演页上的说明改正文件后重新上传。"))
    sources, changes = rehearsals.load_changes(batch.rehearsal)
    if not any(len(change.rows) or len(change.closes) for change in changes.values()):
        raise Refused(_("这一批与登记簿完全一致，没有可入库的内容。"))
    revision = next_revision(RevisionKind.IMPORT, by=by, batch=batch)
    numbers = {LOCAL + place: sheet.pk for place, sheet in enumerate(_keep_sources(batch, sources))}
    keep_lineage(changes.get("parcels"), revision)
    for change in changes.values():
        close(change.table, change.closes.tolist(), revision)
        add(change.table, change.rows, renumber(change.codes, numbers), revision, batch)
    batch.state, batch.revision = BatchState.COMMITTED, revision
    batch.save()
    record("import.commit", by=by, about=f"batch:{batch.pk}", counts=batch.counts, revision=revision.pk)
    return revision


def take_register(register: Register, source_name: str, *, by: Any) -> Revision:
    """Take a register that is in memory (demo county, adapter) in as one batch without files."""
    batch = take_in([], source_name, by=by)
    found, name = imports.rehearse(batch, register)
    keep_rehearsal(batch, found, name, by=by)
    return commit_import(batch.pk, by=by)


def _keep_sources(batch: ImportBatch, sources: Sequence[Source]) -> list[SourceSheet]:
    return [
        SourceSheet.objects.create(
            batch=batch, file=source.file[:300], sheet=source.sheet[:120],
            columns={name: list(place) for name, place in source.columns.items()},
        )
        for source in sources
    ]  # fmt: skip


@action
def undo_import(batch_id: int, *, reason: str = "", by: Any) -> Revision:
    """Take a batch out of the register again by a new revision; what it had replaced is known again.

    Raises :class:`~mujun.base.errors.Refused` with what depends on the batch, while something does.
    """
    lock_register()
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    done = batch.revision
    if batch.state != BatchState.COMMITTED or done is None:
        raise Refused(_("这一批{state}，没有可以撤销的内容。").format(state=batch.get_state_display()))
    obstacles = imports.what_depends_on(done)
    if obstacles:
        raise Refused(_("这一批不能撤销。"), why="；".join(obstacles) + "。", next_step=_("请先处理后来的改动。"))
    revision = next_revision(RevisionKind.UNDO, by=by, batch=batch, undoes=done)
    undo_lineage(done, revision)
    for name, model in MODELS.items():
        close(TABLES[name], model.objects.filter(batch=batch, until=None).values_list("pk", flat=True), revision)
        restore(TABLES[name], done, revision)
    batch.state = BatchState.UNDONE
    batch.save()
    record("import.undo", by=by, about=f"batch:{batch.pk}", reason=reason, undone=done.pk, revision=revision.pk)
    return revision


@action
def answer_questions(
    batch_id: int, *, coordinates: str | None = None, tables: Mapping[str, str] | None = None, by: Any
) -> ImportBatch:
    """Note what the clerk says where the files do not: where coordinates come from, which table a file holds.

    The next rehearsal follows it. Raises :class:`~mujun.base.errors.Refused` for an answer nobody can give.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state not in (BatchState.UPLOADED, BatchState.REHEARSED):
        raise Refused(_("这一批{state}，不能再改读法。").format(state=batch.get_state_display()))
    before, answers = dict(batch.answers), dict(batch.answers)
    if coordinates is not None:
        if coordinates and coordinates not in STATEMENTS:
            raise Refused(_("没有“{value}”这种坐标。").format(value=coordinates))
        answers["coordinates"] = coordinates
    if tables:
        names = set(batch.files.values_list("name", flat=True))
        if not set(tables) <= names or not set(tables.values()) <= set(TABLES):
            raise Refused(_("没有这个文件，或没有这张表。"))
        answers["tables"] = {**answers.get("tables", {}), **tables}
    batch.answers = answers
    batch.save()
    record("import.answer", by=by, about=f"batch:{batch.pk}", before=before, after=answers)
    return batch


@action
def discard_batch(batch_id: int, *, by: Any) -> ImportBatch:
    """Put a batch aside that was never taken into the register; its files stay."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state in (BatchState.COMMITTED, BatchState.UNDONE):
        raise Refused(_("这一批{state}，不能放弃。").format(state=batch.get_state_display()))
    rehearsals.discard(batch.rehearsal)
    batch.state, batch.rehearsal = BatchState.DISCARDED, ""
    batch.save()
    record("import.discard", by=by, about=f"batch:{batch.pk}")
    return batch
