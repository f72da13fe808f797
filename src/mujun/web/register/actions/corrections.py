"""Correcting one cell: the old version ends, a new one begins, and the cell then points at the correction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.register.schema import TABLES, Kind
from mujun.register.tables import DTYPES
from mujun.web.audit.actions import action, record
from mujun.web.register import queries, wording
from mujun.web.register.actions.rows import add, close, next_revision
from mujun.web.register.models import Correction, RevisionKind, SourceSheet
from mujun.web.register.storage import ROW_BITS
from mujun.web.register.values import typed


@action
def correct_cell(
    table: str, key: str | Sequence[Any], column: str, value: Any, *, reason: str, document: str = "", by: Any
) -> Correction:
    """Set ``column`` of the current row ``key`` (its values, or their texts joined with ``|``) to ``value``.

    Raises :class:`~mujun.base.errors.Refused` where there is no such row, the value does not fit, nothing would
    change, no reason is given, or the column is part of the key.
    """
    schema = TABLES[table]
    if not reason.strip():
        raise Refused(_("更正没有写理由。"), next_step=_("请写明为什么更正。"))
    if column in schema.key:
        raise Refused(_("这一列用来识别整行，不能更正。"), next_step=_("请撤销原批次，或导入正确的文件。"))
    parts = wording.key_of(schema, key)
    new = typed(schema.column(column), value)
    revision = next_revision(RevisionKind.CORRECTION, by=by)
    held = queries.current_row(table, parts)
    if held is None:
        raise Refused(
            _("“{table}”里没有 {key} 这一行。").format(table=schema.label, key=" | ".join(parts)),
            next_step=_("请先导入这一行。"),
        )
    kind = schema.column(column).kind
    before = wording.texts(schema.column(column), held.data[column])[0]
    replacement = pd.Series(["" if new is None and kind in (Kind.CODE, Kind.TEXT) else new]).astype(DTYPES[kind])  # type: ignore[call-overload]
    after = wording.texts(schema.column(column), replacement)[0]
    if before == after:
        raise Refused(_("更正后的值与现有的值相同，没有改动。"))
    sheet = SourceSheet.objects.create(
        file=document.strip()[:300] or _("更正"), sheet=_("更正"), columns={column: ["", wording.label(table, column)]}
    )
    correction = Correction.objects.create(
        revision=revision, source=sheet, table=table, key=parts, key_text=_key_text(parts), column=column,
        before=before, after=after, reason=reason.strip(), document=document.strip()[:300], by=by,
    )  # fmt: skip
    held.data[column] = replacement
    held.codes[column] = np.array([(sheet.pk << ROW_BITS) | correction.pk], dtype=np.int64)
    close(schema, held.ids, revision)
    add(schema, held.data, held.codes, revision, None)
    record(
        "register.correct", by=by, about=f"{table}:{correction.key_text}", reason=correction.reason,
        column=column, before=before, after=after, document=correction.document, revision=revision.pk,
    )  # fmt: skip
    return correction


def _key_text(parts: Sequence[str]) -> str:
    return "|".join(parts)[:300]
