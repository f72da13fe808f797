"""Signs damaged where one byte of a page in GBK was lost.

Each Chinese sign of GBK is two bytes. When one byte is lost, all that follow pair up anew, each with its neighbour's
half, until a byte below 80 stands where a second byte belongs and sets the pairs right again. Where it happens is in front
of a quotation mark: 。“ is A1A3 A1B0; without its first byte, A3A1 reads ！ and B0 takes the first half of the next
character. Pairs that GBK does not define (first byte AA–AF or F8–FE) are mostly left out by the program that decodes. So the
cure puts the byte back, pairs the bytes as they were, and is believed only if the result reads better.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf

import numpy as np

from mujun.targets.cleaning.characters import HAN
from mujun.targets.cleaning.simplify import simplified
from mujun.targets.cleaning.traced import Traced

_SIGNS = "。，：；？！、”"
"""What may stand in front of the mark."""
_MARKS = "“”‘’《》"
_LONGEST = 24
"""Characters after which pairs are taken to have been set right again."""
_TRIES = 50
"""Places that are looked into, besides one in two thousand characters: more is no damage but another kind of text."""
_READ = 50_000
_READS_WELL = 1.5
_GAIN, _OPEN_GAIN = 3.0, 1.5
"""How much better restored words must read; the second where a closing quotation mark lacks its opening one."""
_UNDEFINED = bytes([*range(0xAA, 0xB0), *range(0xF8, 0xFF)])
_WIDE = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "!,:;?()"}


def _pairs() -> tuple[str, dict[str, bytes]]:
    """Return what a sign and a mark become without the first byte: the characters seen, and the byte lost for each."""
    seen: dict[str, bytes] = {}
    for sign in _SIGNS:
        first, second = sign.encode("gbk")
        with_lead = bytes([second]) + _MARKS[0].encode("gbk")[:1]
        character = with_lead.decode("gbk", "ignore")
        if len(character) == 1 and character.strip():
            seen[character] = bytes([first])
    return "".join(seen), seen


_SEEN, _LOST = _pairs()
_HALVES = {mark.encode("gbk")[1] for mark in _MARKS}


@functools.cache
def _followers() -> str:
    """Return the characters whose first byte is the second byte of a mark."""
    found = []
    for half in sorted(_HALVES):
        for trail in range(0x40, 0xFF):
            character = bytes([half, trail]).decode("gbk", "ignore")
            if len(character) == 1 and not "\ue000" <= character <= "\uf8ff":
                found.append(character)
    return "".join(found)


@functools.cache
def _seed() -> re.Pattern[str]:
    narrow = "".join(chr(wide - 0xFEE0) for wide in map(ord, _SEEN) if 0xFF01 <= wide < 0xFF5F)
    return re.compile(f"[{re.escape(_SEEN + narrow)}](?=[{re.escape(_followers())}])")


@functools.cache
def _word_pairs() -> frozenset[str]:
    """Return the pairs of neighbouring characters that Chinese words hold."""
    from pypinyin.phrases_dict import phrases_dict

    return frozenset(word[at : at + 2] for word in phrases_dict for at in range(len(word) - 1))


@functools.cache
def _plain_table() -> dict[int, str]:
    characters = [chr(code) for code in range(0x3400, 0xA000)]
    return {ord(one): two for one in characters if (two := simplified(Traced.of(one)).text) != one}


_HAN_PAIR = re.compile(f"[{HAN}]{{2}}")
_ODD_PAIR = re.compile(f"[{HAN}][a-zA-Z\\[\\]\\\\^_`{{|}}~@\ufffd\ue000-\uf8ffΑ-ωА-яぁ-ヶㄅ-ㄩ]")


class _PairWorth(dict[str, float]):
    """What a pair of neighbouring characters says for a reading, worked out when it is first asked for."""

    def __init__(self, pairs: frozenset[str]) -> None:
        super().__init__()
        self._pairs = pairs

    def __missing__(self, pair: str) -> float:
        worth = 0.0
        if pair in _word_pairs() or pair in self._pairs:
            worth = 1.0 if _HAN_PAIR.fullmatch(pair) else (-3.0 if _ODD_PAIR.fullmatch(pair) else 0.0)
        elif _HAN_PAIR.fullmatch(pair):
            worth = -0.5 * (pair[0] != pair[1])
        elif _ODD_PAIR.fullmatch(pair):
            worth = -3.0
        self[pair] = worth
        return worth


class _Reading:
    """How well words read: neighbouring characters that a word list or the undamaged rest of the page knows."""

    def __init__(self, text: str) -> None:
        plain = text[:_READ].translate(_plain_table())
        for match in reversed(list(_seed().finditer(text[:_READ]))):
            plain = plain[: match.start()] + "\n" + plain[match.start() + _LONGEST :]
        self.singles = Counter(plain)
        self.worth = _PairWorth(frozenset(plain[at : at + 2] for at in range(len(plain) - 1)))

    def score(self, words: str) -> float:
        """Return the known pairs less the unknown ones; a lone letter behind a Chinese character weighs double."""
        plain = words.translate(_plain_table())
        worth = self.worth
        return sum([worth[plain[at : at + 2]] for at in range(len(plain) - 1)])

    def likely(self, candidates: Sequence[str], before: str, after: str) -> str:
        """Return the candidate that fits best between its neighbours."""
        table, singles = _plain_table(), self.singles
        before, after = before.translate(table), after.translate(table)
        worth = self.worth
        best, chosen = (-inf, -1), ""
        for candidate in candidates:
            plain = candidate.translate(table)
            full = before + plain + after
            value = 0.0
            for at in range(len(full) - 1):
                value += worth[full[at : at + 2]]
            if value >= best[0] and (rank := (value, sum([singles[one] for one in plain]))) > best:
                best, chosen = rank, candidate
        return chosen

    def likely_two(self, firsts: Sequence[str], seconds: Sequence[str], before: str, after: str) -> str:
        """Return the two characters, one of each, that fit best together and between their neighbours."""
        table, singles, worth = _plain_table(), self.singles, self.worth
        before, after = before.translate(table), after.translate(table)
        plain = [second.translate(table) for second in seconds]
        ends = [(second, worth[second + after] if after else 0.0) for second in plain]
        best, chosen = (-inf, -1), (0, 0)
        for number, first in enumerate(one.translate(table) for one in firsts):
            begins = worth[before + first]
            for other, (second, end) in enumerate(ends):
                value = begins + worth[first + second] + end
                if value >= best[0] and (rank := (value, singles[first] + singles[second])) > best:
                    best, chosen = rank, (number, other)
        return firsts[chosen[0]] + seconds[chosen[1]]


def mended(page: Traced) -> Traced:
    """Return the page with damaged signs restored where that reads better."""
    text = page.text
    seeds = [match.start() for match in _seed().finditer(text)]
    if not seeds:
        return page
    reading = _Reading(text)
    edits: list[tuple[int, int, str, list[int]]] = []
    known: dict[str, tuple[int, str] | None] = {}
    tries = _TRIES + len(text) // 2000
    done = 0
    for at in seeds:
        window = _window(text, at)
        if at < done or reading.score(window[1:6]) >= _READS_WELL:
            continue
        if window not in known:
            if len(known) >= tries:
                break
            known[window] = _best(window, reading, _OPEN_GAIN if _opens(text, at) else _GAIN)
        if found := known[window]:
            length, words = found
            done = at + length
            edits.append((at, done, words, np.linspace(at, done - 1, len(words)).astype(int).tolist()))
    return page.replacing(edits) if edits else page


def _window(text: str, at: int) -> str:
    line = text.find("\n", at, at + _LONGEST)
    return text[at : line if line >= 0 else at + _LONGEST]


def _opens(text: str, at: int) -> bool:
    """Whether a closing mark follows that nothing has opened: one more sign that an opening one was lost."""
    after = _QUOTE.search(text, at + 1, at + 300)
    return after is not None and after[0] in "”’》"


def _best(window: str, reading: _Reading, gain: float) -> tuple[int, str] | None:
    lost = _LOST.get(window[0]) or _LOST[window[0].translate(_WIDE)]
    before = reading.score(window)
    best: tuple[float, int, str] | None = None
    for end, words in _restored(window, lost, reading):
        after = reading.score(words + window[end:])
        if after >= before + gain and _sound(words) and (best is None or after > best[0]):
            best = (after, end, words)
    return best[1:] if best else None


def _sound(words: str) -> bool:
    """Whether restored words hold only common characters and common signs."""
    return all(one in _COMMON or one in "，。、：；！？“”‘’《》（）" for one in words.translate(_plain_table()))


_QUOTE = re.compile("[“”‘’《》\n]")
_COMMON = frozenset(
    bytes([lead, trail]).decode("gbk", "ignore") for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF)
)


def _restored(window: str, lost: bytes, reading: _Reading) -> Iterator[tuple[int, str]]:
    """Yield the ways to pair the bytes anew after ``lost``: how many characters of the window, and the words for them."""
    queue = bytearray(lost)
    for end, character in enumerate(window):
        if end > 1:
            yield from _closed(bytes(queue), window[end:], end, reading)
        pair = character.translate(_WIDE).encode("gbk", "ignore")
        if len(pair) != 2 or "\ue000" <= character <= "\uf8ff":
            return
        if end > 1 and pair[1] < 0x80 and (words := _decoded(bytes(queue) + pair[:1])):
            yield end + 1, words
        queue += pair
    yield from _closed(bytes(queue), "", len(window), reading)


def _closed(queue: bytes, rest: str, end: int, reading: _Reading) -> Iterator[tuple[int, str]]:
    """Yield how the half character at the end of ``queue`` was made whole before the pairs were right again."""
    known = _decoded(queue[:-1])
    if len(known) < 2 or known[1] not in _MARKS:
        return
    letter = rest[:1]
    trails = _UNDEFINED if letter > "\x7f" else range(0xA1, 0xFF)
    firsts = _led_by(queue[-1], trails)
    if firsts:
        yield end, known + reading.likely(firsts, known[-1], letter)
    if "@" <= letter <= "~":
        if joined := _decoded(queue[-1:] + letter.encode()):
            yield end + 1, known + joined
        halves = _led_by(queue[-1], _UNDEFINED)
        if halves and (seconds := _trailed_by(letter)):
            yield end + 1, known + reading.likely_two(halves, seconds, known[-1], rest[1:2])


@functools.lru_cache(maxsize=1024)
def _led_by(lead: int, trails: Sequence[int]) -> tuple[str, ...]:
    """Return the characters with this first byte and one of these second bytes."""
    return tuple(one for trail in trails if (one := _decoded(bytes([lead, trail]))))


@functools.lru_cache(maxsize=256)
def _trailed_by(letter: str) -> tuple[str, ...]:
    """Return the characters whose second byte is this letter."""
    return tuple(one for lead in range(0xA1, 0xFF) if (one := _decoded(bytes([lead]) + letter.encode())))


def _decoded(content: bytes) -> str:
    """Return the text of whole pairs, or nothing where a pair has no meaning."""
    try:
        words = content.decode("gbk")
    except UnicodeDecodeError:
        return ""
    return "" if _PRIVATE.search(words) else words


_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd]")
