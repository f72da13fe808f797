"""A new list by a YAML file alone: the lists of the how-to load, run and close; the reference knows every key."""

from __future__ import annotations

import re
import textwrap

import pytest

from mujun.base.errors import RuleError
from mujun.cases import reading
from mujun.cases.definition import PARTIES, PROOFS, Closing, FieldKind, StateKind, Unit
from mujun.cases.figures import COUNTS
from mujun.cases.load import load_definition, shipped_definitions
from tests.cases.test_every_list import walked
from tests.cases.walking import NOW, raised, walk
from tests.tracked import ROOT

HOW_TO = (ROOT / "docs" / "how-to" / "add-a-list.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference" / "cases.md").read_text(encoding="utf-8")
TEXTS = [textwrap.dedent(block) for block in re.findall(r"^ *```yaml\n(.*?)^ *```$", HOW_TO, re.MULTILINE | re.DOTALL)]


def test_the_how_to_shows_a_list_of_its_own_and_one_that_extends():
    assert [load_definition(text).name for text in TEXTS] == ["river_patrol", "request_fast"]
    assert not {"river_patrol", "request_fast"} & set(shipped_definitions())


@pytest.mark.parametrize("text", TEXTS, ids=["river_patrol", "request_fast"])
def test_its_lists_run_from_the_first_word_to_the_last(text):
    definition = load_definition(text)
    case, trail = walk(definition, raised(definition).case, NOW)
    assert definition.state(case.state).closing is Closing.SOLVED
    assert len(trail) >= 2


@pytest.mark.slow
def test_nothing_is_lost_in_a_list_that_came_as_a_file():
    walked(load_definition(TEXTS[0]))


def test_a_slip_in_the_file_is_told():
    with pytest.raises(RuleError, match="不认识状态“to_chek”"):
        load_definition(TEXTS[0].replace("from: to_check, to: closed", "from: to_chek, to: closed"))


def test_every_key_is_explained():
    keys = {*reading._TOP, *reading._FIELD, *reading._STATE, *reading._TRANSITION, *reading._CLOCK, *reading._PARTS}
    keys |= {*reading._OTHER, *reading._INDEX, *PARTIES, *PROOFS, *COUNTS, *reading.LIGHTS[1:]}
    keys |= {kind.value for kinds in (FieldKind, StateKind, Closing, Unit) for kind in kinds} | set(
        shipped_definitions()
    )
    assert sorted(key for key in keys if f"`{key}`" not in REFERENCE) == []
