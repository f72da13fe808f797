"""Kinds: target, result or fact, from the words of the sentence, the run of sentences, the headings and the page."""

from __future__ import annotations

import bisect
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mujun.targets.extraction.bounds import Measured
from mujun.targets.extraction.grammar import Grammar
from mujun.targets.extraction.kind_rules import KindRules, kind_rules
from mujun.targets.extraction.page import Page
from mujun.targets.extraction.periods import PageDate, TimeWord
from mujun.targets.extraction.reach import ENDLESS, Reach
from mujun.targets.statement import Kind

_SENTENCE_LOOK, _AHEAD = 80, 16
_RUN_LIMIT = 3.0
_MOST_SIGNALS = 60


@dataclass(frozen=True, slots=True)
class _Signal:
    place: int
    kind: Kind
    weight: float
    governs: bool = False
    compares: bool = False
    until: int = ENDLESS


class KindReader:
    """Reads the signals of one page once; :meth:`kind_of` then judges each quantity in reading order."""

    def __init__(self, page: Page, times: Sequence[TimeWord], date: PageDate, reach: Reach, grammar: Grammar) -> None:
        self._page, self._reach = page, reach
        self._rules = kind_rules(grammar)
        self._marked = page.marked_headings()
        self._year = date.year if date.sure else None
        weights = self._rules.surroundings
        signals = list(self._found())
        for word in times:
            if word.done is True:
                weight = weights["past_year" if word.holds else "day"]
                called = self._rules.called.search(page.text, max(0, word.start - 4), word.start)
                kind = Kind.TARGET if called else Kind.RESULT  # 确保6月底: still ahead
                signals.append(_Signal(word.start, kind, weight, until=reach.until(word.start)))
            elif word.done is False:
                until = reach.until(word.start)
                signals.append(_Signal(word.start, Kind.TARGET, weights["future_year"], until=until))
            elif word.own_year and _reports(page, word):
                signals.append(_Signal(word.start, Kind.RESULT, weights["own_part"], governs=True))
        signals.sort(key=lambda signal: signal.place)
        self._signals = signals
        self._places = [signal.place for signal in signals]
        self._articles = page.article_starts()
        ends = [bisect.bisect_left(self._places, start) for start in [*self._articles[1:], len(page.text) + 1]]
        self._leans = [self._lean(low, high, limit=1.0) for low, high in pairwise([0, *ends])]
        self._run, self._next, self._course = 0.0, 0, self._course_of_page()
        self._previous: tuple[int, Kind] | None = None
        self._sections: dict[str, tuple[float, bool]] = {}

    def kind_of(self, measured: Measured) -> Kind:
        """Return the kind of a quantity. Call in reading order: what has no signals goes on as what was before it."""
        page, rules = self._page, self._rules
        start, end = measured.quantity.start, measured.end
        number = page.sentence(start)
        self._run_to(number)
        sentence, _ = page.sentence_span(number)
        decided = self._decided(sentence, measured)
        if decided is Kind.RESULT and self._is_planned(start):
            decided = Kind.TARGET  # a share of the goal, under a plan's heading
        if decided is not None:
            return decided
        if self._reach.on_past_ground(start):
            return Kind.FACT
        previous, self._previous = self._previous, None
        if previous is not None and page.sentence(previous[0]) == number and not self._signals_in(previous[0], start):
            kind = previous[1]
        else:
            kind = self._judged(sentence, start, end, rules)
        self._previous = (end, kind)
        return kind

    def kind_of_cell(self, place: int, column: str) -> Kind:
        """Return the kind of a table's cell under the head ``column``, its row at ``place`` of the clean text."""
        said = {kind: _last(words.finditer(column)) for kind, words in self._rules.columns.items()}
        ends = {found.end(): kind for kind, found in said.items() if found is not None}
        if ends:
            return ends[max(ends)]
        section, of_facts = self._section(place)
        if of_facts:
            return Kind.FACT
        lean = section + self._article_lean(place)
        return Kind.TARGET if lean >= self._rules.surroundings["least_target"] else Kind.RESULT

    def _article_lean(self, place: int) -> float:
        """Return which way the article that holds ``place`` leans as a whole."""
        return self._leans[bisect.bisect_right(self._articles, place) - 1] * self._rules.surroundings["page"]

    def _judged(self, sentence: int, start: int, end: int, rules: KindRules) -> Kind:
        lean, fact = self._own(sentence, start, end)
        section, of_facts = self._section(start)
        clear = rules.surroundings["clear"]
        lacking = lean < clear and rules.lacks.search(self._page.text, max(sentence, start - _SENTENCE_LOOK), start)
        if self._problem(start) or lacking or (lean < clear and (of_facts or self._firm_speaks(sentence, start))):
            return Kind.FACT
        if abs(lean) < clear:
            lean += rules.surroundings["run"] * self._run + section
            lean += 0.0 if self._page.is_heading(start) else self._article_lean(start)
        if fact >= rules.surroundings["least_fact"] and fact > abs(lean) - clear:
            return Kind.FACT
        if abs(lean) < rules.surroundings["least_target"]:
            return Kind(rules.default)
        return Kind.TARGET if lean > 0 else Kind.RESULT

    def _signals_in(self, start: int, end: int) -> bool:
        new = bisect.bisect_left(self._places, start) != bisect.bisect_left(self._places, end)
        return new or self._reach.parts(start, end)

    def _decided(self, sentence: int, measured: Measured) -> Kind | None:
        text, start, end = self._page.text, measured.quantity.start, measured.end
        before = text[max(sentence, start - _SENTENCE_LOOK) : start]
        after = text[end : end + _AHEAD]
        said = frozenset(self._rules.needed.findall(before))
        for rule in self._rules.decisive:
            if rule.needs and rule.needs.isdisjoint(said):
                continue
            if rule.holds(measured.quantity.group, before, after):
                return rule.kind
        return None

    def _problem(self, start: int) -> bool:
        """Return whether the line has come to speak of what is wrong."""
        text = self._page.text
        line = max(text.rfind("\n", 0, start) + 1, start - 3 * _SENTENCE_LOOK)
        found = _last(self._rules.problem.finditer(text, line, start))
        return found is not None and not any(
            signal.kind is Kind.TARGET and signal.weight >= self._rules.surroundings["clear"]
            for signal in self._signals[
                bisect.bisect_left(self._places, found.end()) : bisect.bisect_left(self._places, start)
            ]
        )

    def _own(self, sentence: int, start: int, end: int) -> tuple[float, float]:
        """Return the lean (targets positive) and the weight of facts of the sentence up to the end of the clause."""
        page, weights = self._page, self._rules.surroundings
        here = page.clause(start)
        stop = page.clause_end(end)
        lean, fact = 0.0, 0.0
        planned = False
        last = bisect.bisect_right(self._places, stop)
        for index in range(max(bisect.bisect_left(self._places, sentence), last - _MOST_SIGNALS), last):
            signal = self._signals[index]
            planned = planned or (signal.kind is Kind.TARGET and signal.weight > weights["clear"])
            if signal.until <= start or (signal.compares and (planned or self._is_planned(start))):
                continue
            far = here - page.clause(signal.place)
            share = 1.0 if signal.governs else max(weights["least_share"], weights["comma"] ** far)
            weight = signal.weight * share * (weights["after"] if signal.place >= end else 1.0)
            if signal.kind is Kind.FACT:
                fact = max(fact, weight if far <= 1 else 0.0)
            else:
                lean += weight if signal.kind is Kind.TARGET else -weight
        return lean, fact

    def _is_planned(self, place: int) -> bool:
        """Return whether a plan's heading stands above."""
        return self._section(place)[0] >= self._rules.surroundings["heading"]

    def _firm_speaks(self, sentence: int, start: int) -> bool:
        """Return whether the last body named in the line before ``start`` (or, if none is, the first behind) is a firm."""
        text, rules = self._page.text, self._rules
        if rules.firm_once.search(text, max(sentence, start - _SENTENCE_LOOK), start):
            return True
        line = max(text.rfind("\n", 0, start) + 1, start - 3 * _SENTENCE_LOOK)
        last = _last(rules.firm.finditer(text, line, start))
        if last is None:
            stop = text.find("\n", start)
            last = rules.firm.search(text, start, min(start + _SENTENCE_LOOK, stop if stop >= 0 else len(text)))
        return last is not None and last["end"] is None

    def _found(self) -> list[_Signal]:
        text, rules = self._page.text, self._rules
        signals = []
        for found in rules.token.finditer(text):
            word = found[0]
            kind, weight = rules.signals[word]
            if not rules.is_other(word, text, *found.span()):
                place = found.start()
                signals.append(
                    _Signal(place, kind, weight, compares=word in rules.comparing, until=self._reach.until(place))
                )
        return signals

    def _lean(self, low: int, high: int, limit: float) -> float:
        """Return which way signals lean: the difference of their weights, as a share of all of it times ``limit``."""
        targets = sum(s.weight for s in self._signals[low:high] if s.kind is Kind.TARGET)
        results = sum(s.weight for s in self._signals[low:high] if s.kind is Kind.RESULT)
        return limit * (targets - results) / (targets + results) if targets + results else 0.0

    def _section(self, place: int) -> tuple[float, bool]:
        """Return the lean of the headings above, the nearest that says something, and whether it is about facts."""
        section = self._page.clean.section_of(place)
        if section not in self._sections:
            self._sections[section] = self._rules.headings_lean(section, self._year, self._marked)
        return self._sections[section]

    def _run_to(self, sentence: int) -> None:
        """Carry the lean of the sentences before forward to ``sentence``; one without signals changes nothing."""
        while self._next < len(self._course) and self._course[self._next][0] < sentence:
            _, lean = self._course[self._next]
            self._run = 0.3 * self._run + 0.7 * lean if lean is not None else 0.0
            self._next += 1

    def _course_of_page(self) -> list[tuple[int, float | None]]:
        """Return what changes the run, by sentence: the lean of those with a clear signal, None where a heading ends."""
        page, clear = self._page, self._rules.surroundings["clear"]
        course: list[tuple[int, float | None]] = []
        sums: dict[int, list[float]] = {}
        for signal in self._signals:
            if signal.until < ENDLESS:
                continue
            entry = sums.setdefault(page.sentence(signal.place), [0.0, 0.0, 0.0])
            if signal.kind is not Kind.FACT:
                entry[signal.kind is Kind.RESULT] += signal.weight
            entry[2] = max(entry[2], signal.weight)
        for sentence, (targets, results, strong) in sums.items():
            if strong >= clear and targets != results:
                course.append((sentence, _RUN_LIMIT * (targets - results) / (targets + results)))
        for block in page.clean.blocks:
            if block.level:
                course.append((page.sentence(max(block.start, block.end - 1)), None))
        return sorted(course, key=lambda change: (change[0], change[1] is None))


def _reports(page: Page, word: TimeWord) -> bool:
    """Return whether a part of the page's own year opens a sentence as reports do: 上半年，全县完成…"""
    start, _ = page.sentence_span(page.sentence(word.start))
    opens = word.start - start <= 1 and page.text[word.end : word.end + 1] in "，,"
    return opens and "-01.." in word.label and not word.label.endswith("-12")


def _last(matches: Iterator[re.Match[str]]) -> re.Match[str] | None:
    """Return the last of some matches, None if there is none."""
    kept = deque(matches, maxlen=1)
    return kept[0] if kept else None
