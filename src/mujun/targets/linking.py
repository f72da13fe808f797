"""Which statements speak of the same metric: words of a term list first, then likeness of character n-grams.

Likeness is the cosine of n-gram counts (n = 1, 2, 3) weighted by how rare each is (inverse document frequency, Spärck
Jones 1972), after synonyms were put as one sign each and words without weight dropped.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from mujun.rulebook.targets.terms import Terms

_SIGNS = 0xE000  # private use area: one sign per synonym group
_THRESHOLD = re.compile(
    r"\d+(?:\.\d+)?[万亿千百]?[^\d\s，。、]{0,3}?(?:以上|以下|及以上|以内)|[一二三四五六七八九十百千]+[亿万]元?(?:以上|以下)?"
)
_NOISE = re.compile(r"[\s“”\"'（）()《》〈〉、，。；：:·—-]+")
_LONGEST_GRAM = 3
_GRAM_WEIGHT = (0.4, 1.0, 1.0)
_TERM_WEIGHT, _QUALIFIER_WEIGHT = 14.0, 5.0
"""A named term counts as much as some three rare characters; one that only narrows counts less."""
_RUN = re.compile(f"[^{chr(_SIGNS)}-{chr(0xF8FF)}]+")
_STRANGE = 0.25
CAPPED = 0.01


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """A metric as the rules read it: ``signs`` (synonyms as one sign each), ``terms`` named, thresholds it holds; ``narrow``
    are the signs of terms that only narrow.
    """

    signs: str
    terms: frozenset[str]
    thresholds: frozenset[str]
    narrow: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Likeness:
    """``score`` 0 to 1; ``verdict`` sure, doubtful or no; ``why`` a Chinese sentence for whoever is asked."""

    score: float
    verdict: str
    why: str


class Reader:
    """Reads metrics by one set of terms."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        groups = sorted(set(terms.synonyms.values()))
        self._sign = {name: chr(_SIGNS + place) for place, name in enumerate(groups)}
        named = {
            *terms.synonyms,
            *(word for group in terms.contrasts for word in group),
            *terms.qualifiers,
            *terms.light,
            *terms.drop,
        }
        # The longest word wins, whatever list it stands in: 新开工项目 is not 开工.
        self._words = re.compile("|".join(re.escape(word) for word in sorted(named, key=lambda one: (-len(one), one))))

    @functools.lru_cache(maxsize=100_000)  # noqa: B019 - a reader lives as long as its terms
    def read(self, metric: str) -> Read:
        """Return the metric with synonyms as one sign, what it names, and the thresholds inside it."""
        text = _NOISE.sub("", metric)
        thresholds = frozenset(found.group() for found in _THRESHOLD.finditer(text))
        text = _THRESHOLD.sub("", text)
        named: set[str] = set()

        def put(found: re.Match[str]) -> str:
            word = found.group()
            standard = self.terms.synonyms.get(word, word)
            if word in self.terms.drop:
                return ""
            named.add(standard)
            if standard in self.terms.light:
                return ""
            return self._sign.get(standard, word)

        signs = self._words.sub(put, text)
        narrow = frozenset(self._sign[name] for name in named & self.terms.qualifiers if name in self._sign)
        return Read(signs, frozenset(named), thresholds, narrow)

    def background(self) -> list[str]:
        """The ways to say things, read: what n-grams are common in the field even where few documents are at hand."""
        words = {*self.terms.synonyms, *(word for group in self.terms.contrasts for word in group)}
        return [self.read(word).signs for word in sorted(words)]


def _grams(signs: str) -> Counter[str]:
    """Count the n-grams of each run between terms."""
    found: Counter[str] = Counter()
    for run in _RUN.findall(signs):
        for size in range(1, _LONGEST_GRAM + 1):
            for start in range(len(run) - size + 1):
                found[run[start : start + size]] += 1
    return found


class Frequencies:
    """How rare each n-gram is among ``texts`` (as read)."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._held: Counter[str] = Counter()
        self._count = 0
        for text in texts:
            self._count += 1
            self._held.update(_grams(text).keys())

    def vector(self, read: Read) -> dict[str, float]:
        """Return the weights of terms and n-grams of one metric, of length 1 (empty where there is no text)."""
        weights = {
            gram: _GRAM_WEIGHT[len(gram) - 1] * count * (math.log((1 + self._count) / (1 + self._held[gram])) + 1.0)
            for gram, count in _grams(read.signs).items()
        }
        weights |= {
            sign: _QUALIFIER_WEIGHT if sign in read.narrow else _TERM_WEIGHT for sign in set(_terms(read.signs))
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {gram: weight / length for gram, weight in weights.items()} if length else {}


def _terms(signs: str) -> list[str]:
    return [sign for sign in signs if sign >= chr(_SIGNS)]


def _rest_alike(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float | None:
    """Return the likeness of what both say besides terms; None where one says nothing else."""
    a = {gram: weight for gram, weight in mine.items() if gram < chr(_SIGNS)}
    b = {gram: weight for gram, weight in theirs.items() if gram < chr(_SIGNS)}
    if not a or not b:
        return None
    size = math.sqrt(sum(w * w for w in a.values())) * math.sqrt(sum(w * w for w in b.values()))
    return _dot(a, b) / size


def compare(a: Read, b: Read, mine_of: Mapping[str, float], theirs_of: Mapping[str, float], terms: Terms) -> Likeness:
    """Judge two metrics of the same unit and change by their words and the cosine of their weights."""
    cosine = _dot(mine_of, theirs_of)
    for group in terms.contrasts:
        mine, theirs = a.terms & group, b.terms & group
        if mine and theirs and not mine & theirs:
            return Likeness(0.0, "no", f"一条说{'、'.join(sorted(mine))}，另一条说{'、'.join(sorted(theirs))}")
    if a.thresholds and b.thresholds and a.thresholds != b.thresholds:
        return Likeness(0.0, "no", "门槛不同")
    doubts = []
    if a.thresholds != b.thresholds:
        doubts.append(f"只有一条带门槛“{'、'.join(sorted(a.thresholds | b.thresholds))}”")
    single = (a.terms ^ b.terms) & terms.qualifiers
    if single:
        doubts.append(f"只有一条说“{'、'.join(sorted(single))}”")
    rest = _rest_alike(mine_of, theirs_of)
    if rest is not None and rest < _STRANGE:
        doubts.append("其余说法不同")
    if cosine < terms.doubtful:
        return Likeness(cosine, "no", "说法不同")
    if doubts:
        return Likeness(min(cosine, terms.sure - CAPPED), "doubtful", "；".join(doubts))
    if cosine >= terms.sure:
        return Likeness(cosine, "sure", "说法一致" if a.signs == b.signs else "说法相近")
    return Likeness(cosine, "doubtful", "说法有相近之处")


def likeness(first: str, second: str, terms: Terms, reader: Reader | None = None) -> Likeness:
    """Judge two metrics alone, as if there were no other documents."""
    held = reader or Reader(terms)
    a, b = held.read(first), held.read(second)
    frequencies = Frequencies([*held.background(), a.signs, b.signs])
    return compare(a, b, frequencies.vector(a), frequencies.vector(b), terms)


def link(statements: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """Return the pairs of ``statements`` that speak of the same metric, or perhaps do.

    Index: key (ascending integers); columns ``metric, unit, change, scope`` (others are ignored). Only statements of
    interchangeable units, the same change, and no two different scopes are held against each other. Statements that
    read alike are joined to the first of them, and only those firsts are compared, so that one question asks for all.
    Result columns: ``first, second`` (keys, first < second), ``score``, ``verdict`` (sure or doubtful), ``why``.
    """
    reader = Reader(terms)
    classes: dict[tuple[str, str, str], dict[Read, list[int]]] = defaultdict(dict)
    for key, metric, unit, change, scope in statements[["metric", "unit", "change", "scope"]].itertuples():
        read = reader.read(metric)
        held = classes[_unit(unit, terms), change, scope or ""]
        held.setdefault(read, []).append(int(key))
    metrics = dict(zip(statements.index.tolist(), statements["metric"].tolist(), strict=True))
    signs = {reader.read(metric).signs for metric in metrics.values()}
    frequencies = Frequencies([*reader.background(), *sorted(signs)])
    found = []
    for groups in classes.values():
        for read, keys in groups.items():
            found += [(keys[0], key, 1.0, "sure", "说法一致") for key in keys[1:] if read.signs]
    for (unit, change), scopes in _by_unit(classes).items():
        del unit, change
        firsts = [(keys[0], scope) for scope, groups in scopes.items() for keys in groups.values()]
        found += _pairs(firsts, metrics, reader, frequencies, terms)
    table = pd.DataFrame(found, columns=["first", "second", "score", "verdict", "why"])
    return table.sort_values(["first", "second"], ignore_index=True)


def _by_unit(
    classes: Mapping[tuple[str, str, str], dict[Read, list[int]]],
) -> dict[tuple[str, str], dict[str, dict[Read, list[int]]]]:
    found: dict[tuple[str, str], dict[str, dict[Read, list[int]]]] = defaultdict(dict)
    for (unit, change, scope), groups in classes.items():
        found[unit, change][scope] = groups
    return found


def _pairs(
    firsts: Sequence[tuple[int, str]],
    metrics: Mapping[int, str],
    reader: Reader,
    frequencies: Frequencies,
    terms: Terms,
) -> list[tuple[int, int, float, str, str]]:
    reads = [reader.read(metrics[key]) for key, _scope in firsts]
    vectors = [frequencies.vector(read) for read in reads]
    grams = {gram: place for place, gram in enumerate(sorted({gram for vector in vectors for gram in vector}))}
    table = np.zeros((len(firsts), max(len(grams), 1)), dtype=np.float32)
    for row, vector in enumerate(vectors):
        for gram, weight in vector.items():
            table[row, grams[gram]] = weight
    near = np.argwhere(np.triu(table @ table.T >= terms.doubtful - CAPPED, k=1))
    found = []
    for one, other in near.tolist():
        if firsts[one][1] and firsts[other][1] and firsts[one][1] != firsts[other][1]:
            continue
        judged = compare(reads[one], reads[other], vectors[one], vectors[other], terms)
        if judged.verdict != "no":
            low, high = sorted((firsts[one][0], firsts[other][0]))
            found.append((low, high, judged.score, judged.verdict, judged.why))
    return found


def _unit(unit: str, terms: Terms) -> str:
    for group in terms.units:
        if unit in group:
            return "、".join(sorted(group))
    return unit


def _dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    return min(sum(weight * large.get(gram, 0.0) for gram, weight in small.items()), 1.0)
