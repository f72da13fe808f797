"""Pinyin in brackets behind characters, and characters that its insertion broke.

Some sites turn a page in GBK into traditional characters byte by byte and put the pinyin behind: 經(jīng)濟(jì). Where the
last byte of one character and the first byte of the next happen to make up a traditional character, the brackets were
put between the two bytes: 優 (83 9E) after 以 (D2 D4) comes out as ``?xún)?yōu)``, since D4 83 is 詢.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict

from mujun.targets.cleaning.characters import HAN
from mujun.targets.cleaning.traced import Traced

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ\u0300-\u030c"
_SYLLABLE = rf"[a-zɡüêA-Z{_TONED}]{{1,8}}"
_BRACKETED = re.compile(rf"([{HAN}])[(（]({_SYLLABLE})[)）]")
_SPLIT = re.compile(rf"[?？]({_SYLLABLE})[)）][?？]({_SYLLABLE})[)）]")
_HAS_TONE = re.compile(f"[{_TONED}]")
_NEAR = 5000
"""Characters to either side among which a lost character is counted, where several fit."""
_READ_AS = {("著", "zhe"): "着", ("著", "zhao"): "着", ("乾", "gan"): "干"}
"""What pinyin tells of a character that has two simplified forms."""


@functools.cache
def _readings() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    return dict(pinyin_dict)


@functools.cache
def _bare(syllable: str) -> str:
    """Return a syllable without its tone, in lower case."""
    parts = unicodedata.normalize("NFD", syllable.replace("ɡ", "g").lower())
    return "".join(part for part in parts if "a" <= part <= "z")


@functools.lru_cache(maxsize=20_000)
def reads(character: str, syllable: str) -> bool:
    """Whether a character can be read so, tones aside."""
    known = _readings().get(ord(character), "")
    return _bare(syllable) in {_bare(one) for one in known.split(",")}


def without_pinyin(page: Traced) -> Traced:
    """Return the page without bracketed pinyin, and with the characters restored that it broke."""
    text = page.text
    if "(" not in text and "（" not in text and ")" not in text:
        return page
    page = _mend_split(page)
    spans = []
    edits: list[tuple[int, int, str, list[int]]] = []
    for match in _BRACKETED.finditer(page.text):
        character, syllable = match[1], match[2]
        if not (_HAS_TONE.search(syllable) or reads(character, syllable)):
            continue
        spans.append((match.start(2) - 1, match.end()))
        if character in "著乾" and (other := _READ_AS.get((character, _bare(syllable)))):
            edits.append((match.start(), match.start() + 1, other, [match.start()]))
    if edits:
        page = page.replacing(edits)
    return page.without(spans)


@functools.cache
def _by_reading() -> dict[str, list[str]]:
    """Return the characters of GBK under their readings without tones."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, syllables in _readings().items():
        try:
            pair = chr(code).encode("gbk")
        except UnicodeEncodeError:
            continue
        if len(pair) == 2:
            for syllable in {_bare(one) for one in syllables.split(",")}:
                found[syllable].append(chr(code))
    return found


def _mend_split(page: Traced) -> Traced:
    edits = []
    text = page.text
    for match in _SPLIT.finditer(text):
        start = match.start()
        if start and _HAS_TONE.search(match[1] + match[2]):
            candidates = _lost_characters(text[start - 1], match[1], match[2])
            if candidates:
                near = text[max(0, start - _NEAR) : start + _NEAR]
                edits.append((start, match.end(), max(candidates, key=near.count), [start]))
    return page.replacing(edits) if edits else page


@functools.lru_cache(maxsize=10_000)
def _lost_characters(before: str, across: str, own: str) -> tuple[str, ...]:
    """Return the characters read ``own`` whose first byte makes up, after the last of ``before``, one read ``across``."""
    try:
        trail = before.encode("gbk")[-1:]
    except UnicodeEncodeError:
        return ()
    found = []
    for candidate in _by_reading().get(_bare(own), ()):
        joint = (trail + candidate.encode("gbk")[:1]).decode("gbk", "ignore")
        if len(joint) == 1 and reads(joint, across):
            found.append(candidate)
    exact = [one for one in found if own in _readings()[ord(one)].split(",")]
    return tuple(exact or found)
