"""Official tables as data: a title and the fields of the ledger it lists (``rules/targets/forms/*.yaml``)."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from mujun.base.errors import RuleError
from mujun.rulebook.targets.lights import COLOURS
from mujun.rulebook.targets.source import read_source

TEXTS = ("year", "month", "number")
LEVELS = ("county", "town", "block", "person")
_KNOWN = ("origin", "label", "title", "over", "levels", "lights", "columns", "notes", "signs")


@dataclasses.dataclass(frozen=True, slots=True)
class FormColumn:
    """One field of the ledger on a form; ``label`` blank: the field's own. ``wide``: a line of its own on a sheet."""

    field: str
    label: str
    wide: bool


@dataclasses.dataclass(frozen=True, slots=True)
class OfficialForm:
    """One form. ``over``: what it has a row (or a sheet) for; ``levels``, ``lights``: which targets (empty: all)."""

    name: str
    label: str
    title: str
    over: str
    levels: tuple[str, ...]
    lights: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    notes: tuple[str, ...]
    signs: tuple[str, ...]


def load_official_form(name: str, path: Path | None, fields: Mapping[str, Collection[str]]) -> OfficialForm:
    """Read the form ``name`` of ``path``, or one that comes along; ``fields``: what ``over`` may be → names of its fields.

    Raises RuleError with one sentence per fault.
    """
    source, raw, faults = read_source(f"forms/{name}", path, _KNOWN)
    over = raw.get("over")
    if over not in fields:
        faults.append(f"over 不认识“{over}”，可用：{'、'.join(fields)}")
    title = str(raw.get("title") or "")
    try:
        used = {part for _text, part, _spec, _conversion in string.Formatter().parse(title) if part is not None}
    except ValueError:
        used = {"{"}
    if not title or used - set(TEXTS):
        faults.append(f"title 不能空着，可用 {'、'.join('{' + text + '}' for text in TEXTS)}")
    columns = _columns(raw.get("columns"), fields.get(str(over), ()), faults)
    levels, lights = (
        _choices(raw.get(key, []), key, known, faults) for key, known in (("levels", LEVELS), ("lights", COLOURS))
    )
    notes, signs = (_texts(raw.get(key, []), key, faults) for key in ("notes", "signs"))
    if faults:
        raise RuleError(source, faults)
    return OfficialForm(name, str(raw.get("label") or name), title, str(over), levels, lights, columns, notes, signs)


def _columns(raw: Any, known: Collection[str], faults: list[str]) -> tuple[FormColumn, ...]:
    if not isinstance(raw, list) or not raw:
        faults.append("缺少“columns”：每项写明 field，可加 label、wide")
        return ()
    found = []
    for number, entry in enumerate(raw, 1):
        held = {"field": entry} if isinstance(entry, str) else entry if isinstance(entry, dict) else {}
        unknown = set(held) - {"field", "label", "wide"}
        if unknown:
            faults.append(f"columns 第{number}项：不认识“{'、'.join(sorted(map(str, unknown)))}”")
        if held.get("field") not in known:
            faults.append(f"columns 第{number}项：没有字段“{held.get('field')}”，可用：{'、'.join(known)}")
        found.append(FormColumn(str(held.get("field")), str(held.get("label") or ""), bool(held.get("wide"))))
    return tuple(found)


def _choices(raw: Any, key: str, known: Collection[str], faults: list[str]) -> tuple[str, ...]:
    if not isinstance(raw, list) or any(one not in known for one in raw):
        faults.append(f"{key} 要写成列表，可用：{'、'.join(known)}")
        return ()
    return tuple(raw)


def _texts(raw: Any, key: str, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(raw, list) or any(not isinstance(one, str) for one in raw):
        faults.append(f"{key} 要写成文字的列表")
        return ()
    return tuple(raw)
