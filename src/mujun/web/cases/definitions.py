"""The definition that a case runs under, read once per text."""

from __future__ import annotations

import functools
import logging

from mujun.base.errors import RuleError
from mujun.cases.definition import Definition
from mujun.cases.load import load_definition, parse_definition
from mujun.web.cases.models import Case, ListVersion

logger = logging.getLogger(__name__)


def definition_of(version: ListVersion) -> Definition:
    """Return the definition of a version that is valid; raises RuleError for another.

    It was checked when it was taken in: cases under way go on even where a newer program asks more of new texts.
    """
    return _parsed(version.name, version.text, tuple(sorted(version.bases.items())))


def definition_for(case: Case) -> Definition:
    """Return the definition of a case (its ``version`` is read where it is not there yet)."""
    return definition_of(case.version)


@functools.lru_cache(maxsize=256)
def _parsed(name: str, text: str, bases: tuple[tuple[str, str], ...]) -> Definition:
    return parse_definition(text, name, dict(bases), checked=False)


@functools.lru_cache(maxsize=64)
def shipped_definition(name: str) -> Definition:
    """Return a list that comes with the package."""
    return load_definition(name)


@functools.lru_cache(maxsize=64)
def read_text(text: str, file_name: str) -> Definition | tuple[str, ...]:
    """Return the definition that a text is, or why it is none, one sentence per fault."""
    try:
        return parse_definition(text, file_name)
    except RuleError as error:
        return tuple(error.faults)
    except Exception:  # whatever somebody wrote, the answer is a sentence, and the other lists go on
        logger.exception("the list %s cannot be read", file_name)
        return ("清单读不出来，请对照随附的清单检查写法，或把文件交给维护人员",)


def is_for_firms(definition: Definition) -> bool:
    """Whether a firm may raise, act in, rate or reopen its cases, and so see them."""
    parties: set[str] = set(definition.raising.who)
    for move in (*definition.transitions, *(definition.parts.transitions if definition.parts else ())):
        parties.update(move.who)
    for rule in (definition.reopening, definition.rating):
        parties.update(rule.who if rule else ())
    return "firm" in parties
