"""The labelled pages are fit to score with: every quote is where its row says, and every field says something legal."""

from __future__ import annotations

import collections
import re
from decimal import Decimal

import pytest

from mujun.targets.statement import Bound, Change, Kind
from tests.targets.labels import DOCUMENTS, LabelledPage, label_rows, load_pages, nth_place

FIELDS = ("doc", "quote", "nth", "metric", "value", "unit", "bound", "change", "kind", "period")
POINT = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
PERIOD = re.compile(rf"{POINT}(\.\.{POINT})?|十[二三四五]五")
NUMBER = re.compile(r"[\d０-９][\d０-９.．]*|[〇一二三四五六七八九十百千万亿两]+")
PINYIN = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)")
SAYS_BOUND = {
    "ge": re.compile("以上|不少于|不低于|不得少于|突破|超|逾|至少|≥"),
    "le": re.compile("以内|以下|不超过|不高于|不足|不到|最多|最长(?!.*超)"),
    "approx": re.compile("约|近|左右|余|(?<!最)多"),
}
SAYS_GROWTH = re.compile(
    "增长|下降|提高|降低|提升|缩短|压降|前移|上升|收窄|回落|翻|下滑|上扬|上涨|递增|跃升|涨幅|增幅|压减|提速|改善"
)


def plain(quote: str) -> str:
    return PINYIN.sub("", re.sub(r"\s", "", quote))


@pytest.fixture(scope="module")
def pages() -> list[LabelledPage]:
    return load_pages()


def test_rows_have_the_fields_of_the_guideline() -> None:
    for row in label_rows():
        assert tuple(row) == FIELDS
        assert type(row["nth"]) is int
        assert type(row["value"]) in (int, float)
        assert row["metric"].strip() == row["metric"] != ""
        assert re.fullmatch(r"[^\d\s万亿成半㎡]*", row["unit"]), row


def test_every_row_has_its_page_and_every_quote_its_place() -> None:
    raw_of = {path.stem: path.read_bytes().decode("utf-8") for path in DOCUMENTS.glob("*.txt")}
    for row in label_rows():
        assert row["quote"] == row["quote"].strip()
        assert nth_place(raw_of[row["doc"]], row["quote"], row["nth"]) >= 0, row


def test_an_occurrence_too_many_is_not_found() -> None:
    assert nth_place("1个和11个", "1个", 2) == 4
    assert nth_place("1个和11个", "1个", 3) == -1


def test_labels_are_legal_and_do_not_overlap(pages: list[LabelledPage]) -> None:
    for page in pages:
        for label in page.labels:
            Bound(label.bound), Change(label.change), Kind(label.kind)
            assert label.period is None or PERIOD.fullmatch(label.period), label
            assert page.raw[label.start : label.end] == label.quote
        for before, after in zip(page.labels, page.labels[1:], strict=False):
            assert before.end <= after.start, (page.name, before, after)


def test_words_of_bound_and_change_agree_with_the_fields(pages: list[LabelledPage]) -> None:
    for page in pages:
        for label in page.labels:
            words = plain(label.quote)
            said = {bound for bound, pattern in SAYS_BOUND.items() if pattern.search(words)}
            assert not said or label.bound in said, (page.name, label)
            assert not SAYS_GROWTH.search(words) or label.change == "growth", (page.name, label)


def test_plain_numbers_have_the_value_that_their_digits_say(pages: list[LabelledPage]) -> None:
    times = {"": 1, "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
    checked = 0
    for page in pages:
        for label in page.labels:
            words = plain(label.quote)
            found = re.fullmatch(r"[^\d.-]*(-?\d+(?:\.\d+)?)[余多]?([万萬亿億]?)[余多]?([^\d万亿]*)", words)
            if found and "半" not in words and (found[3] or label.unit == ""):
                assert Decimal(found[1]) * times[found[2]] == Decimal(str(label.value)), (page.name, label)
                checked += 1
    assert checked > 1100


@pytest.mark.parametrize("half", ["seen", "held"])
def test_each_half_is_large_and_covers_every_kind(half: str) -> None:
    pages = load_pages(half)
    labels = [label for page in pages for label in page.labels]
    assert len(pages) >= 12
    assert len(labels) >= 250
    assert all(600 <= len(page.raw) <= 3000 for page in pages), [(page.name, len(page.raw)) for page in pages]
    assert any(not page.labels for page in pages)
    for field, least, kinds in (("kind", 25, Kind), ("bound", 20, Bound), ("change", 50, Change)):
        counted = collections.Counter(getattr(label, field) for label in labels)
        assert all(counted[str(kind)] >= least for kind in kinds), counted
    assert len({label.unit for label in labels}) >= 25


def test_fresh_pages_are_large_and_in_another_hand() -> None:
    pages = load_pages("fresh")
    labels = [label for page in pages for label in page.labels]
    assert len(pages) >= 12
    assert len(labels) >= 350
    assert all(1000 <= len(page.raw) <= 3500 for page in pages), [(page.name, len(page.raw)) for page in pages]
    for field, least, kinds in (("kind", 50, Kind), ("bound", 25, Bound), ("change", 50, Change)):
        counted = collections.Counter(getattr(label, field) for label in labels)
        assert all(counted[str(kind)] >= least for kind in kinds), counted
    units = {label.unit for label in labels}
    assert len(units) >= 40
    known = {label.unit for half in ("seen", "held") for page in load_pages(half) for label in page.labels}
    assert len(units - known) >= 15


def test_fresh_pages_speak_of_other_counties() -> None:
    for page in load_pages("fresh"):
        assert not re.search("云川|雲川|东岚", PINYIN.sub("", page.raw)), page.name


def test_halves_hold_the_same_styles() -> None:
    styles = {half: {page.name.removeprefix(half) for page in load_pages(half)} for half in ("seen", "held")}
    later = {"_model_report", "_model_plan", "_model_bureau"}
    assert styles["seen"] == styles["held"] - later
    assert later <= styles["held"]


def test_at_least_as_many_numbers_are_not_to_be_counted(pages: list[LabelledPage]) -> None:
    other = 0
    for page in pages:
        rest, end = [], 0
        for label in page.labels:
            rest.append(page.raw[end : label.start])
            end = label.end
        rest.append(page.raw[end:])
        other += sum(len(NUMBER.findall(part)) for part in rest)
    assert other >= sum(len(page.labels) for page in pages)
