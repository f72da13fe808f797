"""The labelled pages of our own: their raw text, and where each agreed statement stands in it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

DOCUMENTS = Path(__file__).parent / "documents"


@dataclasses.dataclass(frozen=True, slots=True)
class Label:
    """One agreed statement; ``start``, ``end`` are code points of the raw text, end exclusive."""

    start: int
    end: int
    quote: str
    nth: int
    metric: str
    value: float
    unit: str
    bound: str
    change: str
    kind: str
    period: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class LabelledPage:
    """One page: its name without the ending, the raw text with newlines as they stand, and its statements in order."""

    name: str
    raw: str
    labels: tuple[Label, ...]


def nth_place(raw: str, quote: str, nth: int) -> int:
    """Return where the nth (from 1) occurrence of ``quote`` begins in ``raw``; -1 if there are fewer."""
    place = -1
    for _ in range(nth):
        place = raw.find(quote, place + 1)
        if place < 0:
            return -1
    return place


def label_rows(folder: Path = DOCUMENTS) -> list[dict[str, Any]]:
    """Return the rows of ``statements.jsonl`` as they stand."""
    lines = (folder / "statements.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


def load_pages(half: str = "", folder: Path = DOCUMENTS) -> list[LabelledPage]:
    """Return the pages whose name begins with ``half`` ("seen", "held", "fresh", or "" for all), also those without a statement.

    ``folder`` may be any folder of ``*.txt`` with ``statements.jsonl`` in the guideline's form.
    """
    rows = label_rows(folder)
    pages = []
    for path in sorted(folder.glob(f"{half}*.txt")):
        raw = path.read_bytes().decode("utf-8")
        labels = sorted(
            (_label(raw, row) for row in rows if row["doc"] == path.stem), key=lambda label: (label.start, label.end)
        )
        pages.append(LabelledPage(path.stem, raw, tuple(labels)))
    return pages


def _label(raw: str, row: dict[str, Any]) -> Label:
    start = nth_place(raw, row["quote"], row["nth"])
    if start < 0:
        raise ValueError(f"{row['doc']}: {row['quote']!r} does not occur {row['nth']} times")
    fields = {name: value for name, value in row.items() if name != "doc"}
    return Label(start=start, end=start + len(row["quote"]), **fields)
