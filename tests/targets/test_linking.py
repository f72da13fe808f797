"""Which statements speak of the same metric, measured on pairs of our own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mujun.base.errors import RuleError
from mujun.rulebook.targets.terms import load_terms
from mujun.targets.linking import Reader, likeness, link

TERMS = load_terms()


def labelled(name):
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(first, second, same == "1") for first, second, same in rows]


PAIRS, HELD_OUT = labelled("metric_pairs.tsv"), labelled("metric_pairs_held_out.tsv")


def test_the_labelled_pairs_are_many_and_hard():
    every = PAIRS + HELD_OUT
    assert len(every) >= 150
    assert sum(not same for _a, _b, same in every) >= 0.4 * len(every)
    assert len({frozenset((a, b)) for a, b, _same in every}) == len(every)


@pytest.mark.parametrize(
    ("pairs", "least_precision", "least_recall", "least_reached"),
    [(PAIRS, 0.98, 0.9, 0.96), (HELD_OUT, 0.9, 0.45, 0.7)],
    ids=["tuned on", "held out"],
)
def test_precision_and_recall_on_labelled_pairs(pairs, least_precision, least_recall, least_reached):
    reader = Reader(TERMS)
    judged = [(first, second, same, likeness(first, second, TERMS, reader)) for first, second, same in pairs]
    sure = [one for one in judged if one[3].verdict == "sure"]
    asked = [one for one in judged if one[3].verdict == "doubtful"]
    same = sum(one[2] for one in judged)
    precision = sum(one[2] for one in sure) / len(sure)
    recall = sum(one[2] for one in sure) / same
    reached = sum(one[2] for one in sure + asked) / same
    print(
        f"\n{len(pairs)} pairs; sure: precision {precision:.3f}, recall {recall:.3f}; sure or asked: {reached:.3f}; asked {len(asked)}"
    )
    for first, second, is_same, how in judged:
        if how.verdict == "doubtful" or is_same != (how.verdict == "sure"):
            print(
                f"  {'same' if is_same else 'different'} → {how.verdict} {how.score:.2f} {first} | {second}（{how.why}）"
            )
    assert precision >= least_precision
    assert recall >= least_recall
    assert reached >= least_reached
    assert len(asked) <= 0.25 * len(pairs)


def table(*rows):
    return pd.DataFrame(rows, columns=["metric", "unit", "change", "scope"], index=range(1, len(rows) + 1))


def pairs(*rows):
    return {(a, b): v for a, b, v in link(table(*rows), TERMS)[["first", "second", "verdict"]].itertuples(index=False)}


def test_likeness_does_not_depend_on_the_order():
    reader = Reader(TERMS)
    for first, second, _same in PAIRS[::7]:
        there, back = likeness(first, second, TERMS, reader), likeness(second, first, TERMS, reader)
        assert (there.verdict, pytest.approx(there.score)) == (back.verdict, back.score)


def test_units_that_do_not_measure_the_same_are_never_linked():
    assert pairs(("整治低效工业用地", "亩", "level", ""), ("整治低效工业用地", "家", "level", "")) == {}
    assert pairs(("新增高新技术企业", "家", "level", ""), ("新增高企", "个", "level", "")) == {(1, 2): "sure"}


def test_a_growth_rate_is_not_the_level():
    assert pairs(("财政收入", "%", "growth", ""), ("财政收入", "%", "level", "")) == {}


def test_two_towns_are_two_metrics_but_the_county_may_speak_of_either():
    rows = [("整治低效用地", "亩", "level", scope) for scope in ("甲镇", "乙镇", "")]
    assert pairs(*rows) == {(1, 3): "sure", (2, 3): "sure"}


def test_those_that_read_alike_are_joined_to_the_first_and_asked_about_once():
    rows = [("智能工厂", "个", "level", "")] * 3 + [("新增智能工厂", "个", "level", "")] * 2
    assert pairs(*rows) == {(1, 2): "sure", (1, 3): "sure", (4, 5): "sure", (1, 4): "doubtful"}


def test_nothing_to_link():
    assert list(link(table(), TERMS).columns) == ["first", "second", "score", "verdict", "why"]
    assert pairs(("", "亩", "level", ""), ("", "亩", "level", "")) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("synonyms: [[甲, 乙], [丙, 乙]]", "“乙”同时属于“甲”和“丙”"),
        ("synonyms: [[甲, 乙]]\ncontrasts: [[乙, 丙]]", "要写成标准说法“甲”"),
        ("scores: {sure: 0.3, doubtful: 0.6}", "0 < doubtful ≤ sure ≤ 1"),
        ("synonyms: 甲", "synonyms 要写成词组的列表"),
        ("unknown: 1", "不认识“unknown”"),
    ],
)
def test_faults_of_a_term_list_are_told(tmp_path, text, told):
    base = "scores: {sure: 0.7, doubtful: 0.5}\nsynonyms: []\ncontrasts: []\nqualifiers: [某]\nlight: [某]\ndrop: [某]\nunits: []\n"
    mine = {line.split(":")[0] for line in text.splitlines()}
    kept = "\n".join(line for line in base.splitlines() if line.split(":")[0] not in mine)
    file = tmp_path / "terms.yaml"
    file.write_text(f"{kept}\n{text}\n", encoding="utf-8")
    with pytest.raises(RuleError) as raised:
        load_terms(file)
    assert any(told in fault for fault in raised.value.faults)
