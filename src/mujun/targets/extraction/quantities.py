"""Candidates: every number of the text that has a unit, found with one regular expression and one look-up of the unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from mujun.targets.extraction.grammar import Grammar
from mujun.targets.extraction.numerals import DIGITS, is_bare, read_numeral
from mujun.targets.extraction.quantity_rules import QuantityRules, quantity_rules

_RANGE = re.compile(r"\s?(?:[-－—–~～]{1,2}|至|到)\s?\Z")
_LATIN = re.compile(r"[\dA-Za-z]")
_ROUGH = 2
_MANY = 11
_INDEX_LOOK = 40
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit at ``text[start:end]``; ``number`` is the number as it is written.

    ``group``: the class of the unit; ``chinese``: written in Chinese signs; ``bare``: magnitudes only (千名);
    ``inexact``: with 余, 多; ``low``, ``high``: the lower and the upper end of a range; ``opens``: where the words that lead to
    the number end, for an upper end those that lead to its range (-1: at ``start``).
    """

    start: int
    end: int
    number: str
    value: Decimal
    unit: str
    group: str
    chinese: bool = False
    bare: bool = False
    inexact: bool = False
    low: bool = False
    high: bool = False
    opens: int = -1

    @property
    def led_at(self) -> int:
        """Return where the words that lead to the number end: ``start``, or the start of the range that it closes."""
        return self.start if self.opens < 0 else self.opens


def scan(text: str, grammar: Grammar) -> list[Quantity]:
    """Return the candidates of a text in reading order; the lower end of a range takes its unit from the upper one."""
    found: list[Quantity] = []
    for quantity in _numbers(text, grammar):
        last = found[-1] if found else None
        if last is not None and 0 <= quantity.start - last.end <= _ROUGH + 1 and _is_range(text, last, quantity):
            found[-1:] = _ranged(last, quantity)
        else:
            found.append(quantity)
    return [quantity for quantity in found if quantity.group]


def _is_range(text: str, low: Quantity, high: Quantity) -> bool:
    if (low.unit and low.unit != high.unit) or not high.group or low.low or low.high:
        return False
    between = text[low.end : high.start]
    if not _RANGE.match(between) or _is_serial(between, low, high):
        return False
    return not (low.unit and between.strip() in "至到" and text[max(0, low.start - 1) : low.start] in "从由")


def _is_serial(between: str, low: Quantity, high: Quantity) -> bool:
    """Return whether two numbers that a dash joins are parts of one telephone or document number (0999-1200户, 2025-12件)."""
    if between.strip() in "至到" or low.unit:
        return False
    return re.match(r"0\d", low.number) is not None or _low_value(low, high) >= high.value


def _ranged(low: Quantity, high: Quantity) -> list[Quantity]:
    value = _low_value(low, high)
    return [
        replace(low, value=value, unit=high.unit, group=high.group, low=True),
        replace(high, high=True, opens=low.start),
    ]


def _low_value(low: Quantity, high: Quantity) -> Decimal:
    """Return the lower end with the magnitude of the upper one, where it has no unit of its own."""
    value = low.value
    if not low.unit and high.value and low.number[-1:].isdigit() and not high.chinese:
        magnitude = read_numeral("1" + high.number.lstrip("0123456789.,"))
        value *= magnitude or 1
    elif not low.unit and low.chinese and high.chinese and low.value < 10 <= high.value and is_bare(high.number[-1:]):
        value *= read_numeral(high.number[-1:]) or 1 if not is_bare(low.number[-1:]) else 1
    return value


def _numbers(text: str, grammar: Grammar) -> Iterator[Quantity]:
    """Yield each number with its unit; numbers without a unit have no group (they may open a range)."""
    rules = quantity_rules(grammar)
    for found in rules.token.finditer(text):
        kind = found.lastgroup
        if kind == "half":
            half = rules.halves[found["half"]]
            yield Quantity(found.start(), found.end(), found["half"], half.value, half.unit, half.group, True)
        elif kind == "fan":
            times = read_numeral(found["times"] or "一") or Decimal(1)
            yield Quantity(found.start(), found.end(), found["times"] or "", times, rules.doubling, "multiple", True)
        else:
            quantity = _plain(text, found, grammar, rules)
            if quantity is not None:
                yield quantity


def _plain(text: str, found: re.Match[str], grammar: Grammar, rules: QuantityRules) -> Quantity | None:
    start, end = found.span()
    number = found["arabic"] or found["chinese"]
    chinese = found["chinese"] is not None
    unit = grammar.unit_at(text, end)
    if (
        unit is None
        and chinese
        and not found["of"]
        and text[end : end + 1] not in rules.may_follow
        and text[end - 1] not in "亿万"
    ):
        return None
    if unit is None and not found["of"] and text[end : end + 1] != rules.tenths:
        unit = None if chinese else rules.open_unit(text, start, end)
        if unit is None:
            return _lone(text, found, number, chinese, rules)
    bare = chinese and is_bare(number + found["size"])
    if chinese and start and text[start - 1] in rules.vague and number[0] in "十百千万亿":
        return None
    value = read_numeral(number + found["size"])
    if found["of"]:
        return _fraction(found, value, unit.group == "count" if unit else False)
    if unit is None:
        return _tenths(text, start, end, number, found, rules)
    if chinese and _rough(number):
        return None
    if value is None or (unit.group == "age" and not rules.age.search(text, max(0, start - 16), start)):
        return None
    small = chinese and unit.word in rules.arabic_only and not found["size"] and (bare or value < _MANY)
    if small and not rules.each.search(text, max(0, start - 12), start):
        return None
    end += len(unit.word)
    if unit.group == "ratio" and rules.minus.search(text, max(0, start - 2), start):
        start, value, number = start - 1, -value, f"-{number}"
    name = unit.unit
    if "半" in unit.word:
        value += _HALF
    elif text[end : end + 1] == "半" and text[end + 1 : end + 2] not in rules.half_words:
        value, end = value + _HALF, end + 1
    per = rules.per.match(text, end)
    if per:
        end, name = per.end(), f"{name}/{per['per']}"
    return Quantity(start, end, number + found["size"], value, name, unit.group, chinese, bare, _inexact(found))


def _lone(text: str, found: re.Match[str], number: str, chinese: bool, rules: QuantityRules) -> Quantity | None:
    """A number without unit: money where 元 was left out, an index, else only the lower end of a range."""
    start, end = found.span()
    written = number + found["size"]
    value = read_numeral(written)
    if value is None:
        return None
    line = text[max(0, start - 30) : start]
    bare = is_bare(written)
    if written[-1] in "亿万" and rules.money_near(line, written[-1]) and not _LATIN.match(text, end):
        return Quantity(start, end, written, value, "元", "money", chinese, bare, _inexact(found))
    if written[-1] in "亿万" and rules.people.search(line):
        return Quantity(start, end, written, value, "人", "count", chinese, bare, _inexact(found))
    if not chinese and (rules.index.search(line) or rules.index_to.search(line)) and not _LATIN.match(text, end):
        return Quantity(start, end, written, value, "", "index")
    if (
        not chinese
        and rules.index_change.search(line)
        and rules.of_index.search(text, max(0, start - _INDEX_LOOK), start)
    ):
        return Quantity(start, end, written, value, "", "index")
    return Quantity(start, end, written, value, "", "", chinese)


def _fraction(found: re.Match[str], value: Decimal | None, counted: bool) -> Quantity | None:
    of = read_numeral(found["of"])
    if value is None or not of or counted:
        return None
    unit, scale = ("‰", 1000) if of == 1000 else ("%", 100)
    share = value * scale / of
    share = share if of in (100, 1000) else share.quantize(Decimal("0.01"))
    return Quantity(found.start(), found.end(), found[0], share, unit, "ratio")


def _tenths(
    text: str, start: int, end: int, number: str, found: re.Match[str], rules: QuantityRules
) -> Quantity | None:
    """Read 六成, 七成五, 2成: tenths as percent."""
    following = text[end + 1 : end + 2]
    if found["size"] or (following in rules.not_tenths and following):
        return None
    if following == "半":
        value = read_numeral(number)
        return Quantity(start, end + 2, number + "成半", value * 10 + 5, "%", "ratio", True) if value else None
    value = _low_of_rough(number, "") if _rough(number) else read_numeral(number)
    if value is None or not 0 < value <= 10:
        return None
    more = DIGITS.get(following, 0) if following != "〇" and text[end + 2 : end + 3] not in rules.measures else 0
    end += 2 if more else 1
    return Quantity(start, end, number + "成", value * 10 + more, "%", "ratio", True, False, _inexact(found))


def _inexact(found: re.Match[str]) -> bool:
    return bool(found["inexact"] or found["inexact2"])


def _rough(number: str) -> bool:
    """Return whether two neighbouring digits give a rough number (六七, 三五)."""
    digits = number.rstrip("十百千万亿")
    return len(digits) == _ROUGH and all(sign in DIGITS and DIGITS[sign] for sign in digits)


def _low_of_rough(number: str, size: str) -> Decimal | None:
    return read_numeral(number[:1] + number[_ROUGH:] + size)
