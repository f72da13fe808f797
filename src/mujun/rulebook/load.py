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
from mujun.rulebook.nodes import node_faults
from mujun.rulebook.reading import Reader
from mujun.rulebook.ruleset import RuleSet

FINDINGS = "findings"
"""``kind`` of the rule sets that find low-efficiency land; those that measure firms need not say theirs."""
LONGEST_NUMBER = 10**40
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
    raw = parse_yaml(text, name)
    if not isinstance(raw, dict):
        raise RuleError(name, ["文件应是“键: 值”的列表，参照随附的 HY2022.yaml 编写"])
    return raw


def parse_yaml(text: str, name: str) -> Any:
    """Return what YAML text says; ``name`` is used in messages only. Raises RuleError with the place of each fault.

    A key that stands twice in one place is a fault: YAML would keep the last one in silence. So are signs that no
    database keeps, a value that is not what it looks like (2026-02-30), and what grows without end when written out.
    """
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RuleError(name, [f"第{line}行有不是文字的字符，请检查是否选错了文件，或另存为 UTF-8 文本"]) from None
    try:
        node = loader.get_single_node()
        faults = node_faults(node) if node is not None else []
        if not faults:
            return None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        wrong = str(error.problem) if isinstance(error, _WrongValue) else "不是合法的 YAML，请检查缩进、冒号和引号"
        faults = [f"{place}{wrong}"]
    except RecursionError:
        faults = [f"第{loader.line + 1}行嵌套太深，请减少层次"]
    finally:
        loader.dispose()
    raise RuleError(name, faults)


class _WrongValue(yaml.constructor.ConstructorError):
    """A value that looks like a date or a number and is none."""


class _Loader(yaml.SafeLoader):
    """The safe loader, which also says where a value is that cannot be read."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return the value of a node; raise ConstructorError with its place."""
        try:
            value = super().construct_object(node, deep=deep)
        except ValueError:
            value = None
        else:
            if not isinstance(value, int) or abs(value) <= LONGEST_NUMBER:
                return value
        said = str(node.value)[:40] if isinstance(node, yaml.ScalarNode) else ""
        wrong = f"的“{said}”不是真正的日期或数，请检查；要当文字用，请加引号"
        raise _WrongValue(None, None, wrong, node.start_mark)


def _common_indicators() -> dict[str, Any]:
    text = (resources.files("mujun.rules") / "indicators.yaml").read_text(encoding="utf-8")
    indicators: dict[str, Any] = yaml.safe_load(text)
    return indicators
