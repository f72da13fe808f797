"""Find and read rule sets. A rule set that must not be used is refused with one sentence per fault."""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from mujun.base.errors import RuleError, UnreadableInput
from mujun.rulebook.check import check_rules
from mujun.rulebook.reading import Reader
from mujun.rulebook.ruleset import RuleSet

FINDINGS = "findings"
"""``kind`` of the rule sets that find low-efficiency land; those that measure firms need not say theirs."""
_KIND = re.compile(r"^kind:\s*(\w+)", re.MULTILINE)


def shipped() -> list[str]:
    """Return the names of the rule sets that come with the package and measure firms."""
    return sorted(shipped_texts(""))


def shipped_texts(kind: str) -> dict[str, str]:
    """Return name → YAML text of the shipped rule sets of one kind ("": those that measure firms)."""
    texts = {file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8") for file in _shipped_files()}
    return {name: text for name, text in texts.items() if _kind(text) == kind}


def _kind(text: str) -> str:
    found = _KIND.search(text)
    return found.group(1) if found else ""


def _shipped_files() -> list[Traversable]:
    counties = resources.files("mujun.rules") / "counties"
    return [file for county in counties.iterdir() if county.is_dir() for file in county.iterdir()]


def load_rules(name_or_path: str | Path) -> RuleSet:
    """Load a shipped rule set by name, or any rule set from a YAML file.

    Raises UnreadableInput where there is no such rule set and RuleError where it must not be used.
    """
    wanted = str(name_or_path)
    for file in _shipped_files():
        if file.name == f"{wanted}.yaml":
            return parse_rules(file.read_text(encoding="utf-8"), wanted)
    path = Path(wanted)
    try:
        return parse_rules(path.read_text(encoding="utf-8"), path.name)
    except (FileNotFoundError, IsADirectoryError):
        raise UnreadableInput(
            f"没有名为“{wanted}”的规则集，也没有这个文件。", next_step=f"可用的规则集：{'、'.join(shipped())}。"
        ) from None
    except (UnicodeDecodeError, OSError) as error:
        raise UnreadableInput(f"规则文件“{wanted}”读不出来。", why=str(error)) from None


def parse_rules(text: str, name: str) -> RuleSet:
    """Read a rule set from YAML text; ``name`` is used in messages only. Raises RuleError."""
    raw = read_yaml(text, name)
    if raw.get("kind") == FINDINGS:
        raise RuleError(str(raw.get("name") or name), ["这是低效用地认定规则集，不能用来评价企业，请另选规则集"])
    reader = Reader(raw, _common_indicators())
    rules = reader.rule_set(text, hashlib.sha256(text.encode("utf-8")).hexdigest())
    faults = reader.faults or check_rules(rules)
    if faults:
        raise RuleError(str(raw.get("name") or name), faults)
    return rules


def read_yaml(text: str, name: str) -> dict[str, Any]:
    """Return the keys and values of a rule file; ``name`` is used in messages only. Raises RuleError."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        raise RuleError(name, [f"{place}不是合法的 YAML，请检查缩进、冒号和引号"]) from None
    if not isinstance(raw, dict):
        raise RuleError(name, ["文件应是“键: 值”的列表，参照随附的 HY2022.yaml 编写"])
    return raw


def _common_indicators() -> dict[str, Any]:
    text = (resources.files("mujun.rules") / "indicators.yaml").read_text(encoding="utf-8")
    indicators: dict[str, Any] = yaml.safe_load(text)
    return indicators
