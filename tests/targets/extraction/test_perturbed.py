"""Known pages spoilt as scanners, sites and typists spoil them say the same as before."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable

import pytest

from mujun.targets.cleaning import clean
from mujun.targets.extraction import extract
from mujun.targets.statement import Statement
from tests.targets.extraction.test_numerals import written
from tests.targets.labels import load_pages

PAGES = ("seen_report", "held_report", "seen_plenum", "held_plenum", "held_bulletin", "seen_town_summary")
"""Pages of running text without tables, whose statements do not hang on the look of their lines."""


def said(statements: list[Statement]) -> Counter[tuple[str, str, str, str]]:
    return Counter((f"{s.value.normalize():f}", s.unit, str(s.bound), str(s.kind)) for s in statements)


def spaced_digits(text: str, luck: random.Random) -> str:
    """Part the digits of some numbers of four and more, as recognition does."""
    return re.sub(r"(?<![\d.年])\d{4,5}(?=[家个亩人户名元])", lambda m: f"{m[0][:-1]} {m[0][-1]}" if luck.random() < 0.5 else m[0], text)  # fmt: skip


def wrapped(text: str, luck: random.Random) -> str:
    """Cut paragraphs into lines of one width, inside words and numbers."""
    width = luck.choice((22, 24, 26))
    return "\n\n".join(
        "\n".join(line[at : at + width] for at in range(0, len(line), width)) if len(line) > 3 * width else line
        for line in re.split(r"\n+", text)
    )


def traditional(text: str, luck: random.Random) -> str:
    """Turn simplified characters into traditional ones with their pinyin behind some of them."""
    from opencc import OpenCC
    from pypinyin import pinyin

    turned = OpenCC("s2t").convert(text)
    if len(turned) != len(text):
        pytest.skip("not one for one")
    return "".join(
        f"{there}({pinyin(there)[0][0]})" if here != there and luck.random() < 0.6 else there
        for here, there in zip(text, turned, strict=True)
    )


def in_chinese_numerals(text: str, luck: random.Random) -> str:
    """Write some whole numbers above ten in Chinese."""

    def turned(found: re.Match[str]) -> str:
        number = int(found[0])
        return written(number) if 10 < number < 100_000 and luck.random() < 0.5 else found[0]

    return re.sub(r"(?<![\d.,—~～至\-“+第])\d{2,5}(?=[家个亩户名项])(?!个百分)", turned, text)


def full_width(text: str, luck: random.Random) -> str:
    """Write digits, per cent and points full width."""
    return text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789%"})


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("spoil", [spaced_digits, wrapped, traditional, in_chinese_numerals, full_width])
def test_a_spoilt_page_says_the_same(name: str, spoil: Callable[[str, random.Random], str]) -> None:
    page = next(page for page in load_pages(name[:4]) if page.name == name)
    plain = page.raw if spoil is not traditional else clean(page.raw).text
    spoilt = spoil(plain, random.Random(name))
    assert spoilt != plain
    assert said(extract(spoilt)) == said(extract(plain))
