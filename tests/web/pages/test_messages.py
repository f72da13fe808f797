"""The English catalogue: complete, compiled, and with every gap of its messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext

import mujun.web

tools = pytest.importorskip("tools.messages")
GAP = re.compile(r"%\(\w+\)s|\{\w+\}")
WEB = Path(mujun.web.__file__).parent


def test_every_text_of_the_pages_has_its_english() -> None:
    assert tools.missing(tools.collected()) == [], "Run: python tools/messages.py, then translate in django.po"


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert tools.mo_bytes(tools.PO.read_bytes()) == tools.MO.read_bytes(), "Run: python tools/messages.py"


def test_translations_keep_the_gaps() -> None:
    for message in tools.collected():
        sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for string in strings if message.id else ():
            assert sorted(GAP.findall(string)) == sorted(GAP.findall(sources[0])), sources[0]


def test_english_is_english() -> None:
    """Chinese stands in a translation only where a word to be typed is quoted."""
    for message in tools.collected():
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for string in strings if message.id else ():
            assert not re.search("[\u4e00-\u9fff]", re.sub(r"“[^”]*”|\([是否]\)", "", string)), string


def test_django_speaks_english_when_asked() -> None:
    with translation.override("en"):
        assert gettext("宗地") == "Parcels"
    with translation.override("zh-hans"):
        assert gettext("宗地") == "宗地"


def test_texts_on_pages_are_marked() -> None:
    """Chinese in a template stands inside a translation tag, a comment or an attribute that is one."""
    for template in sorted((WEB / "pages" / "templates").rglob("*.html")):
        text = template.read_text(encoding="utf-8")
        text = re.sub(r"{% *blocktranslate.*?{% *endblocktranslate *%}", "", text, flags=re.S)
        text = re.sub(r"{% *translate.*?%}", "", text, flags=re.S)
        text = re.sub(r'{#.*?#}|{% *comment.*?endcomment *%}|_\("[^"]*"\)|_\(\'[^\']*\'\)', "", text, flags=re.S)
        left = re.findall("[\u4e00-\u9fff]+", text)
        assert set(left) <= {"中文"}, f"{template.name}: {left}"
