"""Periods: the words of time of a page, resolved from its date, and which of them a statement is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from mujun.targets.extraction.grammar import Grammar, any_of
from mujun.targets.extraction.numerals import DIGITS, read_numeral
from mujun.targets.extraction.page import Page

_YEAR = r"(?:19|20)\d\d"
_HEAD, _TAIL = 400, 160
_MONTHS, _LAST_WEEK = 12, 24
_ENDS_OF = ("末", "底")


@dataclass(frozen=True, slots=True)
class PageDate:
    """When the page was written, as far as it can be told; not ``sure`` where it only speaks of the year."""

    year: int | None
    month: int | None = None
    sure: bool = True
    day: int | None = None

    def is_within(self, month: int) -> bool:
        """Return whether a month of the page's own year was running: what is printed in the last week of a month, or
        without a day, may report on the whole of it.
        """
        return self.month == month and self.day is not None and self.day < _LAST_WEEK

    def is_after(self, month: int, day: int | None = None) -> bool | None:
        """Return whether a month, or a day of it, of the page's own year was over; None if that cannot be told."""
        if self.month is None:
            return None
        if self.month == month and self.day is not None and day is not None:
            return day <= self.day
        return None if self.is_within(month) else month <= self.month


@dataclass(frozen=True, slots=True)
class TimeWord:
    """A word of time at ``text[start:end]``; ``done``: over when the page was written (None: its own year); ``holds``: it may
    stand for sentences behind its own (no day or month's end does); ``narrow``: it is only of the number behind it (由上年的
    1850亩); ``deadline``: a month's end, which speaks of its own clause.
    """

    start: int
    end: int
    label: str
    done: bool | None
    own_year: bool = False
    holds: bool = True
    narrow: bool = False
    deadline: bool = False


def date_of(text: str, headings: list[str], grammar: Grammar) -> PageDate:
    """Return the date of a page: its printed date, an anniversary it names, the years of its headings, its years."""
    rules = _rules(grammar)
    written = rules.chinese_date.search(text, 0, _HEAD)
    if written:
        year = int("".join(str(DIGITS[sign]) for sign in written["y"]))
        day = read_numeral(written["d"]) if written["d"] else None
        return PageDate(year, int(read_numeral(written["m"]) or 1), day=int(day) if day else None)
    printed = [f for f in rules.date.finditer(text, 0, _HEAD) if not _is_event(text, f)]
    tail = max(0, len(text) - _TAIL)
    printed += [f for f in rules.date.finditer(text, max(tail, _HEAD)) if not _is_event(text, f)]
    if printed:
        first = printed[0]
        day_of_month = first["d"] or first["d2"]
        return PageDate(int(first["y"]), int(first["m"]), day=int(day_of_month) if day_of_month else None)
    found = rules.anniversary.search(text)
    count = read_numeral(found["n"]) if found else None
    if found and count:
        return PageDate(rules.anniversaries[found["what"]] + int(count))
    titles = [
        int(year)
        for words in headings[:3]
        for year in re.findall(rf"(?<![到至于自从由\-—–~])({_YEAR})(?:年|[-—–~至])", words)
    ]
    if titles:
        return PageDate(max(titles))
    told = rules.published.search(text, 0, 2 * _HEAD)
    if told:
        return PageDate(int(told["y"]) + 1, sure=False)
    for stretch in (text[:_HEAD], text):
        spoken = Counter(
            int(year) for year in re.findall(rf"(?<![到至于自从由\-—–~])({_YEAR})(?:年|[-—–~至])", stretch)
        )
        if spoken:
            return PageDate(max(spoken, key=lambda year: (spoken[year], -year)), sure=False)
    return PageDate(None)


def _is_event(text: str, found: re.Match[str]) -> bool:
    """Return whether a date near the head is spoken of rather than printed (2019年6月成立)."""
    before, after = text[max(0, found.start() - 12) : found.start()], text[found.end() : found.end() + 4]
    return (
        "GMT" in before
        or before.endswith(tuple("自于从到至"))
        or re.match(r"\d{0,2}日?[起以成建投底末]", after) is not None
    )


def time_words(page: Page, date: PageDate, grammar: Grammar) -> list[TimeWord]:
    """Return the words of time in reading order; those that are only compared with are left out."""
    rules = _rules(grammar)
    words: list[TimeWord] = []
    year, sentence_end = date.year, 0
    for found in rules.token.finditer(page.text):
        if found.start() >= sentence_end:
            year = date.year
            sentence_end = page.sentence_span(page.sentence(found.start()))[1]
        ahead = page.text[max(0, found.start() - 2) : found.start()].rstrip("“‘")
        if (ahead and ahead[-1] in rules.compared) or rules.compared_after.match(page.text, found.end()):
            continue
        said = found["y"] or found["rel"]
        if said:
            year = int(found["y"]) if found["y"] else _relative(rules.years[found["rel"]], date)
        word = _resolve(found, year, date, rules)
        if (
            word is not None
            and word.done is None
            and date.year is None
            and page.text[found.start() - 1 : found.start()] == "到"
        ):
            word = replace(word, done=False)
        if word is not None and word.label:
            word = _of_origin(page.text, word, ahead[-1:], rules)
        if word is not None:
            words.append(word)
    return words


def _of_origin(text: str, word: TimeWord, ahead: str, rules: _Rules) -> TimeWord:
    """Return a word that tells the age of a thing without its label; one that tells where a number came from is narrow."""
    if ahead in rules.origin:
        counted = rules.origin_number.match(text, word.end)
        if counted and text[word.start] != "上":  # 由上年的: the year before that of its sentence, not of the page
            return replace(word, holds=False, narrow=True)
        return replace(word, label="")
    return replace(word, label="") if rules.of_things.match(text, word.end) else word


def _relative(shift: int, date: PageDate) -> int | None:
    return None if date.year is None else date.year + shift


def _resolve(found: re.Match[str], year: int | None, date: PageDate, rules: _Rules) -> TimeWord | None:
    start, end = found.span()
    if found["y1"]:
        first, last = int(found["y1"]), int(found["y2"])
        return TimeWord(start, end, f"{first}..{last}", _done(last, None, date))
    if found["plan"]:
        return TimeWord(start, end, found["plan"], None)
    if found["back"] or found["back2"]:
        count = read_numeral(found["back"] or found["back2"])
        return TimeWord(start, end, _span(date, -int(count) if count else 0), True)
    if found["on"]:
        count = read_numeral(found["on"])
        return TimeWord(start, end, _span(date, int(count) if count else 0), False)
    recent = _recent(found, year, date)
    if recent is not None:
        return recent
    months = _months(found, rules)
    if found["until"] and year is not None and not (found["y"] or found["rel"]):
        last = int(found["until"])
        months = (1 if rules.up_to(found) else last, last)
    if year is None:
        shift = rules.years.get(found["rel"], 0)
        return TimeWord(start, end, "", shift < 0 if shift else None, bool(found["rel"]) and not shift)
    label = f"{year}-{months[0]:02}..{year}-{months[1]:02}" if months else str(year)
    if months and months[0] == months[1]:
        label = f"{year}-{months[0]:02}"
    deadline = bool(found["until"]) or found.string[end : end + 1] in _ENDS_OF
    # 一季度 in March: some of it may be told of already, but it is no report of the whole
    running = year == date.year and months is not None and date.is_within(months[1])
    return TimeWord(
        start,
        end,
        label,
        False if running and deadline else _done(year, months, date),
        year == date.year and (deadline or not running),
        not (found["until"] or rules.month_next.match(found.string, end)),
        deadline=deadline,
    )


def _span(date: PageDate, count: int) -> str:
    """Return the label of so many years back (below 0) or on; late in a year it counts as gone."""
    if not date.year or not count:
        return ""
    turn = date.year + (1 if date.month is not None and date.month > _MONTHS // 2 else 0)
    first, last = (turn + count, turn - 1) if count < 0 else (turn, turn + count - 1)
    return str(first) if first == last else f"{first}..{last}"


def _recent(found: re.Match[str], year: int | None, date: PageDate) -> TimeWord | None:
    """Read what is near the day of the page: 年初以来, 本月, 上月, 5月份, 10月25日."""
    start, end = found.span()
    if found["since"] or found["month"] or found["before"]:
        if date.year is None or date.month is None:
            return TimeWord(start, end, str(date.year) if found["since"] and date.year else "", None)
        if found["since"]:
            return TimeWord(start, end, f"{date.year}-01..{date.year}-{date.month:02}", None)
        index = date.year * 12 + date.month - 1 - (1 if found["before"] else 0)
        return TimeWord(start, end, f"{index // 12}-{index % 12 + 1:02}", True if found["before"] else None)
    named = found["ofm"] or found["dm"]
    if not named:
        return None
    if year is None or not 1 <= int(named) <= _MONTHS:
        return TimeWord(start, end, "", None)
    done = _done(year, (int(named), int(named)), date, int(found["dd"]) if found["dd"] else None)
    return TimeWord(start, end, f"{year}-{int(named):02}", done if found["dd"] or done is False else None, holds=False)


def _months(found: re.Match[str], rules: _Rules) -> tuple[int, int] | None:
    for part, first, last in (("part1", "a1", "b1"), ("part2", "a2", "b2"), ("part3", "a3", "b3")):
        if found[part]:
            if found[part] in rules.parts:
                low, high = rules.parts[found[part]]
                return low, high
            low, high = int(found[first]), int(found[last])
            return (low, high) if 1 <= low <= high <= 12 else None
    return None


def _done(year: int, months: tuple[int, int] | None, date: PageDate, day: int | None = None) -> bool | None:
    """Return whether a time, up to the ``day`` of its last month where one is named, was over when the page was written; None if that cannot be told."""
    if date.year is None:
        return None
    if year != date.year:
        return False if year > date.year else (True if date.sure else None)
    if months is None:
        return None
    return date.is_after(months[1], day)


class _Rules:
    def __init__(self, raw: Any) -> None:
        self.years: dict[str, int] = raw["years"]
        self.parts: dict[str, list[int]] = raw["parts"]
        self.anniversaries: dict[str, int] = raw["anniversaries"]
        self.compared = frozenset(raw["compared_before"])
        self.origin = frozenset(raw["origin_before"])
        self.origin_number = re.compile(r"[底末]?的?[约近超]?\d")
        self.of_things = re.compile(raw["of_things"])
        self.compared_after = re.compile(raw["compared_after"])
        number = r"\d{1,2}|[一二两三四五六七八九十]{1,2}"
        self.date = re.compile(
            rf"(?P<y>{_YEAR})\s?[年\-./]\s?(?P<m>1[0-2]|0?[1-9])\s?"
            r"(?:月(?:\s?(?P<d>[0-3]?\d)\s?日)?|[-./](?P<d2>[0-3]?\d))"
        )
        self.chinese_date = re.compile(
            r"(?P<y>[一二][零〇○一二三四五六七八九]{3})年(?P<m>十?[一二三四五六七八九十])月(?:(?P<d>[一二三]?十?[一二三四五六七八九十])日)?"
        )
        self.month_next = re.compile(r"\s?\d{1,2}月")
        self.published = re.compile(rf"(?:公布|发布|通报|揭晓|出炉)[^。，\n]{{0,6}}?(?P<y>{_YEAR})年度")
        self.anniversary = re.compile(rf"(?P<what>{any_of(self.anniversaries)})[^。\n]{{0,6}}?(?P<n>{number}|\d+)周年")

        def part(n: int) -> str:
            return rf"(?P<part{n}>{any_of(self.parts)}|(?P<a{n}>\d{{1,2}})[-—–~至到](?P<b{n}>\d{{1,2}})月)"

        self.token = re.compile(
            rf"(?=[12\d今去上本当前明来后下第一二三四十过近最未往两五年昨])(?:"
            rf"(?P<since>{any_of(raw['since'])})|(?P<y1>{_YEAR})年?[-—–~至到](?P<y2>{_YEAR})年"
            rf"|(?P<y>{_YEAR})年(?:度)?{part(1)}?|(?P<rel>{any_of(self.years)})(?:以来)?{part(2)}?|{part(3)}"
            rf"|(?P<until>\d{{1,2}})月(?:底|末)|(?P<ofm>\d{{1,2}})月(?:份|当月)|(?P<dm>\d{{1,2}})月(?P<dd>\d{{1,2}})日(?!前|之前|起|至|以前|—|-)"
            rf"|(?P<month>{any_of(raw['this_month'])})|(?P<before>{any_of(raw['last_month'])})"
            rf"|(?P<plan>{any_of(raw['plans'])})"
            rf"|(?:{raw['spans_back']})的?(?P<back>{number})年(?!级)|(?P<back2>{number})年{raw['spans_back_after']}"
            rf"|(?:{raw['spans_on']})(?P<on>{number})年)"
        )

    def up_to(self, found: re.Match[str]) -> bool:
        """Return whether a month's end closes a stretch (6月底前完成, 到9月末); 9月末余额 is the day itself."""
        ahead = found.string[max(0, found.start() - 2) : found.start()]
        return "底" in found[0] or found.string[found.end() : found.end() + 1] in "前之" or ahead[-1:] in "到至止"


def _rules(grammar: Grammar) -> _Rules:
    if "periods" not in grammar.cache:
        grammar.cache["periods"] = _Rules(grammar.raw["periods"])
    rules: _Rules = grammar.cache["periods"]
    return rules
