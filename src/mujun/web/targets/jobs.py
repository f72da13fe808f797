"""Long work of the ledger. It may be killed and begun again: what it writes is one action."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import MujunError
from mujun.web.people.models import User
from mujun.web.register.jobs import Course, job
from mujun.web.targets import actions
from mujun.web.targets.files import DOCUMENTS
from mujun.web.targets.linking import found_links
from mujun.web.targets.models import Document, DocumentState


@job("read_document", gettext_lazy("读取文件"))
def read_document(course: Course, document: int, reading: int, by: int | None = None) -> dict[str, Any]:
    """Read a document, keep its text and statements, and look for others of the same metrics."""
    from mujun.files.documents import read_document as read
    from mujun.targets.extraction import extract

    held = Document.objects.select_related("by").get(pk=document)
    who = User.objects.get(pk=by) if by else held.by
    url = {"url": f"/targets/documents/{document}/"}
    if held.state == DocumentState.WITHDRAWN:
        return url
    if held.reading == reading:
        course(_("读取文件"), 0, 3)
        try:
            text, pages, notes = held.text, held.pages, held.notes
            if not text:
                raw = read(DOCUMENTS.path_of(held.path))
                text, pages, notes = _storable(raw.text), list(raw.pages), list(raw.notes)
        except MujunError as error:
            actions.note_unreadable(document, str(error), by=who)
            raise
        course(_("找出数量表述"), 1, 3)
        statements = extract(text, name=held.title)
        actions.keep_reading(document, reading, text, pages, notes, statements, by=who)
    course(_("对照以往文件"), 2, 3)
    actions.keep_links(found_links(), by=who)
    return url


def _storable(text: str) -> str:
    """The text with each NUL shown as a damaged sign: PostgreSQL keeps no NUL, and every offset must stay."""
    return text.replace("\0", "\ufffd")


@job("link_statements", gettext_lazy("对照各文件的指标"))
def link_statements(course: Course, by: int | None = None) -> dict[str, Any]:
    """Look anew for statements of the same metric, as after many were mended."""
    course(_("对照各文件的指标"), 0, 1)
    actions.keep_links(found_links(), by=User.objects.get(pk=by) if by else None)
    return {"url": "/targets/threads/"}
