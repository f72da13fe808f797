"""Metrics: what is measured, in the document's words; the items of an enumeration share the verb of its head."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mujun.targets.extraction.bounds import Measured
from mujun.targets.extraction.grammar import Grammar
from mujun.targets.extraction.metric_rules import MetricRules, metric_rules
from mujun.targets.extraction.page import Page
from mujun.targets.extraction.respective import MOST, Said, respective
from mujun.targets.statement import Change

_STOP = re.compile(r"[，,。；;：:！？!?）)\s、\n“”]")
_LOOK = 60
_JOINS = ("、", "和", "及", "与", "以及", "", "—", "-", "~", "至", "到")


class MetricReader:
    """Reads the metrics of the statements of one page; call :meth:`metric_of` in reading order."""

    def __init__(self, page: Page, found: Sequence[Measured], grammar: Grammar) -> None:
        self._page, self._found = page, found
        self._rules = metric_rules(grammar)
        self._said: list[Said] = []
        self._sentence = -1

    def metric_of(self, index: int) -> str:
        """Return the metric of the statement at ``index`` of those found."""
        here = self._found[index]
        sentence = self._page.sentence(here.start)
        if sentence != self._sentence:
            self._said, self._sentence = [], sentence
        metric = respective(self._page, self._found, index, self._said, self._rules) or self._read(here)
        self._said.append((here, metric))
        if len(self._said) > 2 * MOST:
            del self._said[:MOST]
        return metric

    def _read(self, here: Measured) -> str:
        rules, text = self._rules, self._page.text
        previous = self._said[-1] if self._said else None
        start = max(self._page.clause_start(here.start), here.start - _LOOK)
        shared = ""
        if previous is not None and previous[0].end > start:
            start = previous[0].end
            between = text[start : here.start]
            if between.strip() in _JOINS:
                return previous[1]
            shared = rules.head(previous[1]) if "、" in between else ""
        grows = here.change is Change.GROWTH
        over = rules.rate.search(text, start, here.quantity.start) if grows else None
        written = text[start : min(here.start, over.start()) if over else here.start]
        written = rules.ground.split(written)[-1] if "基" in written else written
        before = rules.trimmed(written)
        after = _behind(text, here, rules)
        if not before and not after:
            before = _carried(self._page, here, previous, rules)
            before = _whole(_ranked(before, here, written, rules), over[0] if over else "")
            return _share(before, here, written)
        if previous is not None:
            before = _of_previous(before, previous[1], rules)
        if shared and not rules.verb.match(before) and not rules.town.fullmatch(before):
            before = shared + before.lstrip("、")
        before = _ranked(before, here, text[start : here.end], rules)
        return _share(_whole(before + after, over[0] if over else ""), here, written)[-rules.longest :]


def _of_previous(before: str, previous: str, rules: MetricRules) -> str:
    """Return words that need what was measured before them to say what they measure: 净增, 总数, 甲镇, 10亿元以上."""
    if rules.alone.fullmatch(before):
        return before + rules.whole.sub("", rules.noun(previous))
    town = rules.town.fullmatch(before)
    if town is not None:
        last = rules.town.match(previous)
        return before + (previous[last.end() :] if last is not None else previous)
    if before.endswith("以上") and "以上" in previous:
        of_those = previous.rpartition("以上")[2]
        verb = rules.head(previous)
        return f"{'' if before.startswith(verb) else verb}{before}{of_those}"
    if rules.goes_on.match(before) and not before.startswith(previous):
        return (rules.noun(previous) if rules.sums.match(before) else previous) + before.removesuffix("的")
    return before


def _ranked(before: str, here: Measured, written: str, rules: MetricRules) -> str:
    """Return what is ranked with the field in which it is: 工业投资增幅全市排名; what is no rank stays."""
    if here.quantity.group != "rank" or here.change is not Change.LEVEL:
        return before
    field = rules.field.search(written)
    subject, named, rest = before.partition(field[0] if field else "排名")
    if field is None or rest or not (subject or not named):
        return before
    return f"{rules.trimmed(subject)}{field[0]}排名"


def _whole(metric: str, over: str) -> str:
    """Return a metric with the time over which its rate runs (年均)."""
    return metric if not metric or over in metric else metric + over


def _share(metric: str, here: Measured, written: str) -> str:
    """Return what has a share in what was named before it, as a share: 其中连片整治1800亩，占60%."""
    share = here.quantity.group == "ratio" and here.change is Change.LEVEL and written.rstrip("约近超").endswith("占")
    return f"{metric}占比" if share and metric and "占" not in metric else metric


def _behind(text: str, here: Measured, rules: MetricRules) -> str:
    """Return the noun that follows a number which stands before it (18个重点区块)."""
    end = here.end
    if here.quantity.group in ("ratio", "rank", "index", "multiple", "duration"):
        return ""
    if text[end : end + 1] == "的":
        end += 1
    phrase = _STOP.split(text[end : end + 24], maxsplit=1)[0]
    phrase = rules.ground.split(phrase)[0]
    return "" if rules.not_behind.match(phrase) else re.split(r"\d", phrase, maxsplit=1)[0]


def _carried(page: Page, here: Measured, previous: Said | None, rules: MetricRules) -> str:
    """A bare 增长6% speaks of what was measured before it, else of the clause before."""
    if previous is not None:
        return previous[1]
    start = page.clause_start(here.start)
    if not start:
        return ""
    sentence, _ = page.sentence_span(page.sentence(here.start))
    ahead = page.clause_start(start - 1)
    return rules.trimmed(page.text[max(sentence, ahead) : start - 1])[-rules.longest :] if start > sentence else ""
