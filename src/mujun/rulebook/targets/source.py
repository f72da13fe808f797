"""Reading one file of rules of the ledger."""

from __future__ import annotations

from collections.abc import Collection
from importlib import resources
from pathlib import Path
from typing import Any

from mujun.base.errors import UnreadableInput
from mujun.rulebook.load import parse_yaml


def read_source(which: str, path: Path | None, known: Collection[str]) -> tuple[str, dict[str, Any], list[str]]:
    """Return the name, the fields and the faults so far of ``path``, or of ``rules/targets/<which>.yaml``."""
    source = path or resources.files("mujun.rules") / "targets" / f"{which}.yaml"
    name = str(path or f"targets/{which}")
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"规则文件“{name}”读不出来。", why=str(error)) from None
    raw = parse_yaml(text, name)
    fields: dict[str, Any] = raw if isinstance(raw, dict) else {}
    faults = [f"不认识“{key}”，可用：{'、'.join(known)}" for key in sorted(set(map(str, fields)) - set(known))]
    return name, fields, faults
