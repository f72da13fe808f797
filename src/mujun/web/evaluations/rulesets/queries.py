"""Reading rule set versions."""

from __future__ import annotations

import functools

from django.db.models import QuerySet

from mujun.rulebook.load import parse_rules
from mujun.rulebook.ruleset import RuleSet
from mujun.web.evaluations.models import RuleSetVersion


@functools.lru_cache(maxsize=32)
def _parsed(digest: str, name: str, text: str) -> RuleSet:
    return parse_rules(text, name)


def rule_set_of(version: RuleSetVersion) -> RuleSet:
    """Return the rule set of a version, read once per process; raises RuleError where the text must not be used."""
    return _parsed(version.digest, version.name, version.text)


def usable_versions() -> QuerySet[RuleSetVersion]:
    """Versions a run may use, newest first."""
    return RuleSetVersion.objects.filter(valid=True)


def all_versions() -> QuerySet[RuleSetVersion]:
    """Every version with who took it in, newest first."""
    return RuleSetVersion.objects.select_related("by").defer("text")
