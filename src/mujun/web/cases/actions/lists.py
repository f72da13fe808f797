"""Taking in definitions of lists: those shipped with the program, the county's folder, and uploads."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.definition import Definition
from mujun.cases.load import extended_texts, shipped_definitions
from mujun.web.audit.actions import action, record
from mujun.web.cases.definitions import is_for_firms, read_text, shipped_definition
from mujun.web.cases.models import ListVersion

logger = logging.getLogger(__name__)
LONGEST_TEXT = 1_000_000
ENDINGS = (".yaml", ".yml")


def take_in_lists(*, by: Any) -> int:
    """Keep every shipped list and every file of the county's folder that is not kept yet; return how many were new.

    A new text is in force at once, but a shipped one never takes the place of the county's own. Cases that are under
    way go on under the text they were raised by. A file with a fault is kept with its sentences; it stops no other.
    """
    held = set(ListVersion.objects.values_list("name", "digest"))
    new = 0
    for name in shipped_definitions():
        definition = shipped_definition(name)
        if (definition.name, definition.digest) not in held:
            _keep(definition, extended_texts(definition.text, name), shipped=True, by=by)
            new += 1
    return new + sum(_take_in_file(path, held, by=by) for path in _files())


def _files() -> list[Path]:
    folder = Path(settings.LISTS_ROOT)
    return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS) if folder.is_dir() else []


def _take_in_file(path: Path, held: set[tuple[str, str]], *, by: Any) -> bool:
    """Take in one file of the folder; what goes wrong with it is logged and is its own affair."""
    try:
        text, faults = _text_of(path)
        definition = faults or read_text(text, path.name)
        if not isinstance(definition, Definition):
            name = _printable(path.stem)
            if (name[:40], _digest(text)) in held:
                return False
            _keep_faulty(name, text, definition, by=by)
            return True
        if (definition.name, definition.digest) in held:
            return False
        _keep(definition, extended_texts(text, path.name), shipped=False, by=by)
    except Exception:
        logger.exception("the list %s cannot be taken in", path)
        return False
    return True


def _text_of(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return what a file says, and why it cannot be a list where that is seen before it is read."""
    try:
        if path.stat().st_size > LONGEST_TEXT * 4:
            return "", (f"文件过长，最多 {LONGEST_TEXT:,} 字，请检查是否放错了文件",)
        raw = path.read_bytes()
    except OSError as error:
        return "", (f"文件读不出来（{error.strerror}），请检查它是不是文件、能不能读",)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text:
        return text, ()
    return _printable(raw.decode("utf-8", "replace")), ("文件不是 UTF-8 文本，请另存为 UTF-8 后再放入",)


def _printable(text: str) -> str:
    """Return a text that the database keeps: no NUL, nothing that is not UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def upload_list(text: str, file_name: str, *, by: Any) -> ListVersion:
    """Keep a county's own list and put it in force. A text with faults is kept too, marked unusable; nothing is lost."""
    if not text.strip():
        raise Refused(_("清单文件是空的。"), next_step=_("请选择一个写好的 YAML 文件。"))
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise Refused(_("清单文件过长，或不是文本文件。"), next_step=_("请检查是否选错了文件。"))
    definition = read_text(text, file_name)
    if not isinstance(definition, Definition):
        return _keep_faulty(file_name.rsplit(".", 1)[0] or "未命名", text, definition, by=by)
    return _keep(definition, extended_texts(text, file_name), shipped=False, by=by)


@action
def _keep(definition: Definition, bases: dict[str, str], *, shipped: bool, by: Any) -> ListVersion:
    values = {
        "title": definition.title[:100], "text": definition.text, "bases": bases, "valid": True, "shipped": shipped,
        "for_firms": is_for_firms(definition), "by": by,
    }  # fmt: skip
    version, new = ListVersion.objects.get_or_create(
        name=definition.name[:40], digest=definition.digest, defaults=values
    )
    if not version.valid:  # the same text, judged by a newer program
        version.valid, version.faults = True, []
        version.save(update_fields=["valid", "faults"])
    own = ListVersion.objects.filter(name=version.name, in_force=True, shipped=False).exists()
    if not (shipped and own):
        _in_force(version)
    what = "case.list_taken_in" if new else "case.list_taken_in_again"
    record(what, by=by, about=f"list:{version.pk}", name=version.name, digest=version.digest, in_force=version.in_force)
    return version


@action
def _keep_faulty(name: str, text: str, faults: Sequence[str], *, by: Any) -> ListVersion:
    values = {"title": name[:100], "text": text, "faults": list(faults), "by": by}
    version, _new = ListVersion.objects.get_or_create(name=name[:40], digest=_digest(text), defaults=values)
    record("case.list_faulty", by=by, about=f"list:{version.pk}", name=name[:40], faults=len(faults))
    return version


@action
def put_in_force(pk: int, *, by: Any) -> ListVersion:
    """Let new cases be raised under this version from now on."""
    version = ListVersion.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if version is None or not version.valid:
        raise Refused(_("没有这份清单，或它没有通过检查。"))
    _in_force(version)
    record("case.list_in_force", by=by, about=f"list:{pk}", name=version.name, digest=version.digest)
    return version


@action
def put_out_of_force(pk: int, *, by: Any) -> ListVersion:
    """Raise no more cases of this list; those under way go on."""
    version = ListVersion.objects.select_for_update(of=("self",)).filter(pk=pk, in_force=True).first()
    if version is None:
        raise Refused(_("这份清单没有在用。"))
    version.in_force = False
    version.save(update_fields=["in_force"])
    record("case.list_ended", by=by, about=f"list:{pk}", name=version.name)
    return version


def _in_force(version: ListVersion) -> None:
    ListVersion.objects.filter(name=version.name, in_force=True).exclude(pk=version.pk).update(in_force=False)
    version.in_force = True
    version.save(update_fields=["in_force"])


def version_in_force(name: str, *, by: Any) -> ListVersion:
    """Return the version that new cases of the list ``name`` are raised under; shipped lists are taken in when asked."""
    version = ListVersion.objects.filter(name=name, in_force=True).first()
    if version is None and name in shipped_definitions() and not ListVersion.objects.filter(name=name).exists():
        take_in_lists(by=by)
        version = ListVersion.objects.filter(name=name, in_force=True).first()
    if version is None:
        raise Refused(_("没有在用的清单“{name}”。").format(name=name))
    return version


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
