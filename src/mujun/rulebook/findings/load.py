"""Find and read findings rule sets. One that must not be used is refused with one sentence per fault."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mujun.base.errors import RuleError, UnreadableInput
from mujun.rulebook.findings.reading import FindingsReader
from mujun.rulebook.findings.ruleset import FindingsRules
from mujun.rulebook.load import FINDINGS, read_yaml, shipped_texts


def shipped_findings() -> list[str]:
    """Return the names of the findings rule sets that come with the package."""
    return sorted(shipped_texts(FINDINGS))


def load_findings_rules(name_or_path: str | Path) -> FindingsRules:
    """Load a shipped findings rule set by name, or any from a YAML file.

    Raises UnreadableInput where there is no such rule set and RuleError where it must not be used.
    """
    wanted = str(name_or_path)
    texts = shipped_texts(FINDINGS)
    if wanted in texts:
        return parse_findings_rules(texts[wanted], wanted)
    path = Path(wanted)
    try:
        return parse_findings_rules(path.read_text(encoding="utf-8"), path.name)
    except (FileNotFoundError, IsADirectoryError):
        raise UnreadableInput(
            f"没有名为“{wanted}”的认定规则集，也没有这个文件。",
            next_step=f"可用的认定规则集：{'、'.join(sorted(texts))}。",
        ) from None
    except (UnicodeDecodeError, OSError) as error:
        raise UnreadableInput(f"规则文件“{wanted}”读不出来。", why=str(error)) from None


def parse_findings_rules(text: str, name: str) -> FindingsRules:
    """Read findings rules from YAML text; ``name`` is used in messages only. Raises RuleError."""
    raw = read_yaml(text, name)
    if raw.get("kind") != FINDINGS:
        raise RuleError(
            str(raw.get("name") or name),
            [f"这不是低效用地认定规则集，请在文件开头写明“kind: {FINDINGS}”，或另选规则集"],
        )
    reader = FindingsReader(raw, {})
    rules = reader.findings_rules(text, hashlib.sha256(text.encode("utf-8")).hexdigest())
    if reader.faults:
        raise RuleError(str(raw.get("name") or name), reader.faults)
    return rules
