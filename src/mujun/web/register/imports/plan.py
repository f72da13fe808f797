"""Rehearsing a batch: the same reading, linking and comparing that a commit writes down."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from django.utils.translation import gettext as _

from mujun import __version__
from mujun.base.defects import Defect
from mujun.register.schema import TABLES
from mujun.register.tables import Register
from mujun.web.register import queries
from mujun.web.register.imports import rehearsal as rehearsals
from mujun.web.register.imports.checking import cross_checks
from mujun.web.register.imports.compare import TableChange, compare, match
from mujun.web.register.imports.reading import Report, keyed, link, mappings_of, read_batch
from mujun.web.register.imports.touched import firms_touched
from mujun.web.register.models import MODELS, DoubtfulPair, ImportBatch, Revision
from mujun.web.register.storage import ROW_BITS, Codes, read

LOCAL = 1 << 30
"""Sheets of the batch itself are numbered from here until they are written and get their own number."""

dependants: list[Callable[[Revision], list[str]]] = []
"""Asked before an import is undone: each answers with one sentence per thing that relies on the revision."""

grades: list[Callable[[list[str]], dict[str, str]]] = []
"""Asked on the rehearsal page: each answers with the grade that a firm holds now, for those that hold one."""


def _nothing(doing: str, done: int, total: int) -> None:
    """Report nothing."""


def make_rehearsal(batch: ImportBatch, report: Report = _nothing) -> tuple[rehearsals.Rehearsal, str]:
    """Read ``batch``, compare it with the register as known now, and keep the outcome; return it and its name.

    Writes nothing to the database. ``report(doing, done, total)`` may raise to stop.
    """
    register, defects = read_batch(batch, report)
    return rehearse(batch, register, list(defects), report)


def rehearse(
    batch: ImportBatch, register: Register, defects: Sequence[Defect] = (), report: Report = _nothing
) -> tuple[rehearsals.Rehearsal, str]:
    """Do what :func:`make_rehearsal` does with a register that is already in memory."""
    base = queries.current_revision()
    name = rehearsal_name(batch, base)
    report(_("按名称和地址认企业"), 0, 0)
    linked, about_links, pairs = link(register)
    whole, about_keys = keyed(linked)
    changes: dict[str, TableChange] = {}
    for place, table in enumerate(whole.tables):
        report(_("与登记簿比对：{table}").format(table=TABLES[table].label), place, len(whole.tables))
        changes[table] = _compare(whole, table, batch)
    report(_("核对各表"), 0, 0)
    said = [*defects, *about_links, *about_keys, *cross_checks(changes, whole.sources)]
    report(_("找出会受影响的企业"), 0, 0)
    found = rehearsals.Rehearsal(base, whole.sources, changes, said, pairs, firms_touched(changes))
    report(_("保存预演结果"), 0, 0)
    rehearsals.save(found, name)
    return found, name


def _compare(register: Register, name: str, batch: ImportBatch) -> TableChange:
    table, held = TABLES[name], register.tables[name]
    current = read(table, queries.CURRENT)
    return compare(
        table, held.data, held.origin, current,
        clear_blanks=batch.clear_blanks, whole=name in batch.whole_tables, renumber=_numbered,
    )  # fmt: skip


def _numbered(origin: dict[str, Codes]) -> dict[str, Codes]:
    """Number the sheets of the batch from :data:`LOCAL`, apart from those already in the database."""
    moved: dict[int, Codes] = {}
    local = np.int64(LOCAL) << ROW_BITS
    return {
        name: moved.setdefault(id(codes), np.where(codes >= 0, codes + local, codes)) for name, codes in origin.items()
    }


def rehearsal_name(batch: ImportBatch, base: int) -> str:
    """Return the name of the rehearsal of ``batch`` against revision ``base``: it changes with all that decides it."""
    decided = DoubtfulPair.objects.exclude(same=None).order_by("id").values_list("name", "address", "firm_id", "same")
    parts = [
        __version__, base, batch.digest, batch.whole_tables, batch.clear_blanks, batch.answers,
        mappings_of(batch.source_name), list(decided),
    ]  # fmt: skip
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return f"{batch.pk}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def is_current(batch: ImportBatch) -> bool:
    """Tell whether the kept rehearsal still says what an import would do: same files, headings, register, program."""
    name = rehearsal_name(batch, queries.current_revision())
    return bool(batch.rehearsal) and batch.rehearsal == name and rehearsals.meta(name) is not None and _intact(batch)


def _intact(batch: ImportBatch) -> bool:
    for file in batch.files.all():
        if not file.path.is_file():
            return False
        with file.path.open("rb") as handle:
            if hashlib.file_digest(handle, "sha256").hexdigest() != file.sha256:
                return False
    return True


def what_depends_on(revision: Revision) -> list[str]:
    """Return one sentence per thing that relies on what ``revision`` wrote; empty where it can be undone."""
    found = []
    for name in MODELS:
        later = [*_replaced_since(name, revision), *_written_again(name, revision)]
        if later:
            found.append(_sentence(TABLES[name].label, len(later), set(later)))
    for ask in dependants:
        found += ask(revision)
    return found


def _replaced_since(table: str, revision: Revision) -> list[int]:
    """Return, per row of ``revision`` that is not current any more, the revision that made it what it is now.

    A row that a later batch replaced is current again once that batch is undone: it then still names its batch.
    """
    schema, model = TABLES[table], MODELS[table]
    if not model.objects.filter(since=revision, until__isnull=False).exists():
        return []
    ended = read(schema, "since = %s AND until IS NOT NULL", [revision.pk], origins=False)
    current = read(schema, queries.CURRENT, origins=False)
    position = match(schema, ended.data, current.data)
    facts = {
        pk: (batch, since) for pk, batch, since in model.objects.filter(until=None).values_list("pk", "batch", "since")
    }
    until = dict(model.objects.filter(since=revision, until__isnull=False).values_list("pk", "until"))
    found = []
    for number, place in zip(ended.ids.tolist(), position.tolist(), strict=True):
        batch, since = facts[int(current.ids[place])] if place >= 0 else (None, until[number])
        if batch != revision.batch_id:
            found.append(since)
    return found


def _written_again(table: str, revision: Revision) -> list[int]:
    """Return the later revisions that wrote a row anew which ``revision`` had only ended."""
    schema = TABLES[table]
    ended = read(schema, "until = %s", [revision.pk], origins=False)
    if not len(ended):
        return []
    others = read(
        schema, f"since > %s AND {queries.CURRENT} AND (batch_id IS NULL OR batch_id <> %s)",
        [revision.pk, revision.batch_id], origins=False,
    )  # fmt: skip
    own = read(schema, "since = %s", [revision.pk], origins=False)
    only_ended = ended.data[match(schema, ended.data, own.data) < 0]
    position = match(schema, only_ended, others.data)
    ids = others.ids[position[position >= 0]].tolist()
    return list(MODELS[table].objects.filter(pk__in=ids).values_list("since", flat=True))


def _sentence(label: str, count: int, numbers: Iterable[int]) -> str:
    names = [_revision_name(number) for number in sorted(numbers)[:3]]
    return _("“{table}”有 {count} 行后来又被改动（{by}）").format(table=label, count=count, by="、".join(names))


def _revision_name(number: int) -> str:
    revision = Revision.objects.select_related("batch").get(pk=number)
    kind = revision.get_kind_display()
    return f"{kind} {revision.batch}" if revision.batch else f"{kind} r{number}"
