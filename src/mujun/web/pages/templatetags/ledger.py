"""``{% load ledger %}``: figures of statements and targets as people write them, lights, text as it stands."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from mujun.targets.breakdown import shown
from mujun.web.targets.words import said

register = template.Library()
register.filter("said", said)
NOTHING = "—"
NEAR = 160
"""How many characters of a sentence are shown before and after a quote."""
SENTENCE_END = re.compile(r"[。！？!?]|\r?\n[ \t]*\r?\n")
LIGHTS = {
    "red": gettext_lazy("红灯"), "yellow": gettext_lazy("黄灯"), "green": gettext_lazy("绿灯"), "grey": gettext_lazy("灰灯"),
}  # fmt: skip
SIGNS = {"red": "●", "yellow": "▲", "green": "✓", "grey": "○"}
FATES = {
    "promised": ("info", gettext_lazy("已承诺，尚未到期")),
    "reported": ("good", gettext_lazy("已报告结果")),
    "reported_again": ("good", gettext_lazy("多次报告结果")),
    "silent": ("bad", gettext_lazy("后续文件没有再提")),
    "background": ("", gettext_lazy("只有情况，没有承诺")),
}


@register.filter
def amount(value: Any, unit: str = "") -> str:
    """A figure with its unit: ``1,250亩``, ``8.5%``, ``3.2亿元``."""
    return (
        NOTHING if value is None else shown(value if isinstance(value, Decimal) else Decimal(repr(float(value))), unit)
    )


@register.filter
def light(colour: str) -> SafeString:
    """A light: a sign of its own shape, its colour, its name."""
    label = LIGHTS.get(colour, colour)
    return format_html(
        '<span class="light {}"><span aria-hidden="true">{}</span> {}</span>', colour, SIGNS.get(colour, ""), label
    )


@register.filter
def fate(value: Any) -> SafeString:
    """What has become of a metric, as a badge."""
    css, label = FATES[str(value)]
    return format_html('<span class="badge {}">{}</span>', css, label)


@register.filter
def as_it_stands(text: str) -> SafeString:
    """Text with every character of it: browsers would drop carriage returns and zeros, and places would shift."""
    escaped = str(conditional_escape(text)).replace("\r", "&#13;").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return mark_safe(escaped)  # noqa: S308


@register.filter
def in_its_sentence(statement: Any) -> SafeString:
    """The sentence that holds a statement, as it stands in the document, the quote marked in it."""
    first, last = sentence_around(statement.document.text, statement.start, statement.end)
    text = statement.document.text
    before, after = text[first : statement.start], text[statement.end : last]
    # joined from three escaped pieces
    return mark_safe(  # noqa: S308
        f"{as_it_stands(before.lstrip())}<mark>{as_it_stands(statement.quote)}</mark>{as_it_stands(after.rstrip())}"
    )


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around ``start``:``end`` begins and ends, at most ``NEAR`` characters away."""
    before = [found.end() for found in SENTENCE_END.finditer(text, max(0, start - NEAR), start)]
    after = SENTENCE_END.search(text, end, min(len(text), end + NEAR))
    return (before[-1] if before else max(0, start - NEAR)), (after.end() if after else min(len(text), end + NEAR))
