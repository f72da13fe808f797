"""The grammar: what ships is complete; a broken file is refused with one sentence per fault; another one may be used."""

from __future__ import annotations

from importlib import resources

import pytest

from mujun.base.errors import RuleError
from mujun.targets.cleaning import clean
from mujun.targets.extraction import extract_clean
from mujun.targets.extraction.grammar import FILES, read_grammar, shipped_grammar


@pytest.fixture
def texts() -> dict[str, str]:
    folder = resources.files("mujun.rules") / "targets"
    return {name: (folder / f"{name}.yaml").read_text(encoding="utf-8") for name in FILES}


def test_every_file_of_the_grammar_ships() -> None:
    folder = resources.files("mujun.rules") / "targets"
    assert {f"{name}.yaml" for name in FILES} <= {file.name for file in folder.iterdir()}


def test_every_exclusion_says_why() -> None:
    rules = shipped_grammar().exclusions
    assert all(rule.why for rule in rules)
    assert len({rule.name for rule in rules}) == len(rules)


def test_faults_are_told_all_at_once(texts: dict[str, str]) -> None:
    broken = texts["exclusions"].replace(
        "rules:\n", "rules:\n  - {name: bad, why: 坏, befor: x}\n  - {name: open, why: 坏, after: '('}\n", 1
    )
    with pytest.raises(RuleError) as told:
        read_grammar({**texts, "exclusions": broken})
    assert len(told.value.faults) == 2
    assert "befor" in told.value.faults[0]
    del texts["verbs"]
    with pytest.raises(RuleError, match=r"缺少规则文件 verbs\.yaml"):
        read_grammar(texts)


def test_a_file_without_a_key_is_refused(texts: dict[str, str]) -> None:
    with pytest.raises(RuleError, match="缺少“tail”"):
        read_grammar({**texts, "metrics": texts["metrics"].replace("tail:", "tale:")})


def test_yaml_that_is_none_is_refused(texts: dict[str, str]) -> None:
    with pytest.raises(RuleError, match="不是合法的 YAML"):
        read_grammar({**texts, "verbs": "quantity: [新增"})


def test_a_county_may_bring_a_unit_of_its_own(texts: dict[str, str]) -> None:
    page = clean("新增标准工位300档。")
    assert extract_clean(page) == []
    own = read_grammar(
        {**texts, "units": texts["units"].replace("units:\n", "units:\n  - {class: count, unit: 档, words: [档]}\n", 1)}
    )
    assert [(s.quote, s.unit) for s in extract_clean(page, grammar=own)] == [("300档", "档")]
