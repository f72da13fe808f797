"""Numerals: what is written is read back, in every way of writing; what is no numeral is worth nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujun.targets.extraction.numerals import is_bare, read_numeral

DIGITS = "零一二三四五六七八九"


def written(number: int) -> str:
    """Write a number below 10,000 亿 as Chinese does: 10 is 十, 105 is 一百零五, 100,000,003 is 一亿零三."""
    if number >= 10**8:
        head, rest = divmod(number, 10**8)
        return written(head) + "亿" + _behind(rest, 10**7)
    if number >= 10**4:
        head, rest = divmod(number, 10**4)
        return written(head) + "万" + _behind(rest, 10**3)
    text = ""
    for size, sign in ((1000, "千"), (100, "百"), (10, "十")):
        digit, number = divmod(number, size)
        if digit:
            text += ("零" if text.endswith("零零") else "") + DIGITS[digit] + sign
        elif text and not text.endswith("零"):
            text += "零"
    text = text.rstrip("零") + ("零" if text.endswith("零") and number else "")
    text += DIGITS[number] if number or not text else ""
    return text[1:] if text.startswith("一十") else text


def _behind(rest: int, full: int) -> str:
    if not rest:
        return ""
    words = written(rest)
    words = f"一{words}" if words.startswith("十") else words
    return words if rest >= full else f"零{words}"


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_a_chinese_numeral_is_read_back(number: int) -> None:
    assert read_numeral(written(number)) == number


@given(st.integers(min_value=1000, max_value=9999))
def test_digits_by_position_are_read_back(number: int) -> None:
    assert read_numeral("".join(DIGITS[int(digit)] for digit in str(number)).replace("零", "〇")) == number


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8)]))
def test_arabic_digits_with_a_magnitude(number: Decimal, magnitude: tuple[str, int]) -> None:
    sign, size = magnitude
    assert read_numeral(f"{number}{sign}") == number * size
    assert read_numeral(f"{number:,}{sign}") == number * size


@given(st.text(alphabet="零一二三四五六七八九十百千万亿两点0123456789.,", max_size=12))
def test_any_string_is_a_number_or_none(words: str) -> None:
    value = read_numeral(words)
    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("三百五", 350), ("一万二", 12000), ("三百零五", 305), ("两千亿", 2 * 10**11), ("十", 10), ("二十", 20), ("十五", 15),
        ("万亿", 10**12), ("1.2万", 12000), ("36.5亿", 3650000000), ("3千", 3000), ("5千万", 5 * 10**7), ("三点五", Decimal("3.5")),
        ("八十六点五", Decimal("86.5")), ("一亿零三", 100000003), ("一百一十七", 117), ("四百零六", 406), ("二〇二三", 2023),
    ],
)  # fmt: skip
def test_hard_numerals(words: str, value: object) -> None:
    assert read_numeral(words) == value


@pytest.mark.parametrize("words", ["百千万", "十百", "万千", "", "点五", "3点", "1.2.3"])
def test_no_numerals(words: str) -> None:
    assert read_numeral(words) is None


def test_magnitudes_alone_are_bare() -> None:
    assert is_bare("千")
    assert is_bare("千万")
    assert not is_bare("十")
    assert not is_bare("三千")
