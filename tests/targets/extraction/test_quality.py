"""How good extraction is, as floors: on the real pages (where they are at hand) and on pages of our own."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from tests.targets.extraction.scoring import score
from tests.targets.labels import load_pages

REAL = Path(os.environ.get("MUJUN_REAL_DATA", "")) / "documents"


@pytest.mark.skipif(
    not os.environ.get("MUJUN_REAL_DATA") or not REAL.is_dir(), reason="real pages are not part of the repository"
)
def test_real_pages_are_read() -> None:
    result = score(load_pages(folder=REAL))
    assert result.labels == 48
    assert result.f1 >= 0.99, result.counts()
    assert result.kind >= 0.97, result.counts()


def test_pages_that_the_rules_were_mended_on() -> None:
    result = score(load_pages("seen") + load_pages("held"))
    assert result.labels == 1179
    assert result.f1 >= 0.985, result.errors
    assert result.kind >= 0.96, result.errors
    assert result.period >= 0.75
    assert result.metric[0] >= 0.49
    assert result.metric[1] >= 0.78


def test_pages_that_nobody_looked_at() -> None:
    result = score(load_pages("fresh"))
    assert result.labels == 718
    assert result.f1 >= 0.92, result.counts()
    assert result.kind >= 0.88, result.counts()


def test_each_quote_is_the_raw_text_at_its_place() -> None:
    from mujun.targets.extraction import extract

    for page in load_pages():
        statements = extract(page.raw)
        assert [s.quote for s in statements] == [page.raw[s.start : s.end] for s in statements]
        assert all(a.start < b.start for a, b in itertools.pairwise(statements)), page.name
