"""Statements as lines of JSON (``statements.jsonl``), in the fields of the guideline for quantitative statements."""

from __future__ import annotations

import json
import os
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mujun.base.errors import UnreadableInput
from mujun.targets.statement import Statement


def statement_rows(doc: str, raw: str, statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """Return one row per statement of the document ``doc``; ``raw`` is the text that ``start`` and ``end`` count in."""
    nth = occurrences(raw, [statement.quote for statement in statements])
    return [
        {
            "doc": doc,
            "quote": statement.quote,
            "nth": nth[statement.quote, statement.start],
            "metric": statement.metric,
            "value": int(statement.value) if statement.value == int(statement.value) else float(statement.value),
            "unit": statement.unit,
            "bound": str(statement.bound),
            "change": str(statement.change),
            "kind": str(statement.kind),
            "period": statement.period,
            "start": statement.start,
            "end": statement.end,
        }
        for statement in statements
    ]


def occurrences(raw: str, quotes: Iterable[str]) -> dict[tuple[str, int], int]:
    """Return for each place (quote, start) in ``raw`` which occurrence of the quote it is, from 1; overlapping ones count.

    One pass over the text however many quotes there are (Aho and Corasick's automaton); no quote may be empty.
    """
    found: dict[tuple[str, int], int] = {}
    counts: Counter[str] = Counter()
    steps, fallback, ending, shorter = _automaton(quotes)
    node = 0
    for place, sign in enumerate(raw):
        while node and sign not in steps[node]:
            node = fallback[node]
        node = steps[node].get(sign, 0)
        ends = node if ending[node] else shorter[node]
        while ends:
            quote = ending[ends]
            counts[quote] += 1
            found[quote, place + 1 - len(quote)] = counts[quote]
            ends = shorter[ends]
    return found


def _automaton(quotes: Iterable[str]) -> tuple[list[dict[str, int]], list[int], list[str], list[int]]:
    """Return per node: where each sign leads; the node of its longest suffix; the quote that ends there, if one does;
    and the node of the next shorter quote that ends there. Node 0 is the beginning.
    """
    steps: list[dict[str, int]] = [{}]
    ending = [""]
    for quote in set(quotes):
        node = 0
        for sign in quote:
            if sign not in steps[node]:
                steps[node][sign] = len(steps)
                steps.append({})
                ending.append("")
            node = steps[node][sign]
        ending[node] = quote
    fallback, shorter = [0] * len(steps), [0] * len(steps)
    waiting = deque(steps[0].values())
    while waiting:
        node = waiting.popleft()
        shorter[node] = fallback[node] if ending[fallback[node]] else shorter[fallback[node]]
        for sign, after in steps[node].items():
            back = fallback[node]
            while back and sign not in steps[back]:
                back = fallback[back]
            fallback[after] = steps[back].get(sign, 0)
            waiting.append(after)
    return steps, fallback, ending, shorter


def write_statements(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Put the rows in place of ``path``, one a line, in one step; no rows make an empty file."""
    write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), path)


def write_text(text: str, path: Path) -> None:
    """Put a text, line ends as they stand, in place of ``path`` in one step. Raises UnreadableInput where it cannot."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="", errors="surrogatepass") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise UnreadableInput(
            f"结果写不到“{path}”。", why=error.strerror or "", next_step="请换一个可写的位置。"
        ) from None
    finally:
        if draft.parent.is_dir():
            draft.unlink(missing_ok=True)
