"""Find and read definitions of lists. One that must not be used is refused with one sentence per fault."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from mujun.base.errors import RuleError, UnreadableInput
from mujun.cases.checking import check_definition
from mujun.cases.definition import Definition
from mujun.cases.extending import extended
from mujun.cases.reading import DefinitionReader
from mujun.rulebook.load import read_yaml

KIND = "list"
"""``kind`` of every definition, so that none is taken for a rule set that measures firms."""


def shipped_definitions() -> list[str]:
    """Return the names of the lists that come with the package (not of the bases that some extend)."""
    return sorted(name for name, text in _shipped_texts().items() if "\nabstract: true\n" not in text)


def load_definition(source: str | Path) -> Definition:
    """Load a shipped list by name, or any from a file, or from YAML text (anything with a line break in it).

    Raises UnreadableInput where there is no such list and RuleError where it must not be used.
    """
    wanted = str(source)
    if "\n" in wanted:
        return parse_definition(wanted, "清单")
    texts = _shipped_texts()
    if wanted in texts:
        return parse_definition(texts[wanted], wanted)
    path = Path(wanted)
    try:
        return parse_definition(path.read_text(encoding="utf-8"), path.name)
    except (FileNotFoundError, IsADirectoryError):
        raise UnreadableInput(
            f"没有名为“{wanted}”的清单，也没有这个文件。", next_step=f"可用的清单：{'、'.join(shipped_definitions())}。"
        ) from None
    except (UnicodeDecodeError, OSError) as error:
        raise UnreadableInput(f"清单文件“{wanted}”读不出来。", why=str(error)) from None


def parse_definition(
    text: str, name: str, bases: Mapping[str, str] | None = None, *, checked: bool = True
) -> Definition:
    """Read a definition from YAML text; ``name`` is used in messages only. Raises RuleError.

    ``bases``: texts that it may extend, by name; those that come with the package where none are given. ``checked``:
    whether its parts have to agree; False only for a text that was found fit before, under which cases may be going on.
    """
    raw = read_yaml(text, name)
    if raw.get("kind") != KIND:
        raise RuleError(str(raw.get("name") or name), [f"这不是清单，请在文件开头写明“kind: {KIND}”，或另选规则集"])
    if raw.get("abstract"):
        raise RuleError(str(raw.get("name") or name), ["这是供其他清单引用（extends）的底本，不能直接使用"])
    raw, texts = _with_bases(raw, [text], name, _shipped_texts() if bases is None else bases)
    reader = DefinitionReader(raw, {})
    digest = hashlib.sha256("\0".join(texts).encode("utf-8")).hexdigest()
    definition = reader.definition(text, digest)
    faults = reader.faults or (check_definition(definition) if checked else [])
    if faults:
        raise RuleError(str(raw.get("name") or name), list(dict.fromkeys(faults)))
    return definition


def extended_texts(text: str, name: str) -> dict[str, str]:
    """Return the shipped texts that a definition extends, by name, the nearest first; raises RuleError."""
    found: dict[str, str] = {}
    base = _base_of(read_yaml(text, name), name)
    while base in _shipped_texts() and base not in found:
        found[base] = _shipped_texts()[base]
        base = _base_of(read_yaml(found[base], base), base)
    return found


def _base_of(raw: Mapping[str, Any], name: str) -> str:
    """Return the name of what a raw definition extends; empty where it stands alone."""
    base = raw.get("extends")
    if base is not None and not (isinstance(base, str) and base):
        raise RuleError(str(raw.get("name") or name), ["extends：应写一张清单的名称，例如 problem_list"])
    return base or ""


def _with_bases(
    raw: dict[str, Any], texts: list[str], name: str, shipped: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    base = _base_of(raw, name)
    if not base:
        return raw, texts
    if base not in shipped or len(texts) > 5:
        raise RuleError(
            str(raw.get("name") or name), [f"extends：没有名为“{base}”的底本，可用：{'、'.join(sorted(shipped))}"]
        )
    under, texts = _with_bases(read_yaml(shipped[base], base), [*texts, shipped[base]], base, shipped)
    return extended(under, raw), texts


@functools.cache
def _shipped_texts() -> dict[str, str]:
    files = (resources.files("mujun.rules") / "cases").iterdir()
    return {
        file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8")
        for file in files
        if file.name.endswith(".yaml")
    }
