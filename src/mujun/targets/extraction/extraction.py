"""The pipeline: clean text → numbers with units → bounds → exclusions → kind, period, metric → statements."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mujun.targets.cleaning import BlockKind, CleanText, clean
from mujun.targets.extraction.bounds import Measured, measure
from mujun.targets.extraction.carrying import PeriodReader
from mujun.targets.extraction.exclusions import excluded
from mujun.targets.extraction.grammar import Grammar, shipped_grammar
from mujun.targets.extraction.kinds import KindReader
from mujun.targets.extraction.metrics import MetricReader
from mujun.targets.extraction.page import Page
from mujun.targets.extraction.periods import PageDate, date_of, time_words
from mujun.targets.extraction.quantities import scan
from mujun.targets.extraction.ranks import find_ranks
from mujun.targets.extraction.reach import Reach
from mujun.targets.extraction.scopes import scope_of
from mujun.targets.extraction.tables import Table, find_tables, within
from mujun.targets.extraction.thresholds import is_slogan, thresholds
from mujun.targets.statement import Change, Kind, Statement


def extract(raw: str, *, name: str = "") -> list[Statement]:
    """Return the quantitative statements of a page in reading order.

    ``raw``: the page as it came; ``name``: its file's name, which may hold its date. Any string is accepted.
    """
    return extract_clean(clean(raw), name=name)


def extract_clean(text: CleanText, *, name: str = "", grammar: Grammar | None = None) -> list[Statement]:
    """Return the statements of a page that is cleaned already; ``grammar`` may be another county's."""
    rules = grammar or shipped_grammar()
    page = Page.of(text)
    tables = find_tables(text.raw, rules)
    found = counted(page, rules)
    if not found and not tables:
        return []
    headings = [text.text[block.start : block.end] for block in text.blocks if block.kind is BlockKind.HEADING]
    date = date_of(text.text, headings, rules)
    times = time_words(page, date, rules)
    reach = Reach(page, times, rules)
    periods = PeriodReader(page, times, date, reach)
    kinds = KindReader(page, times, date, reach, rules)
    columns = {cell.column for table in tables for cell in table.cells}
    heads = {column: _period_of_head(column, date, rules) for column in columns}
    statements = [cell for table in tables for cell in _cells(table, text, kinds, periods, heads)]
    metrics = MetricReader(page, found, rules)
    for index, here in enumerate(found):
        if tables and within(tables, int(text.origin[here.quantity.start])):
            continue
        metric = metrics.metric_of(index)
        kind = kinds.kind_of(here)
        statements.append(_statement(page, here, metric, kind, periods.period_of(here, kind), rules))
    return sorted(statements, key=lambda statement: statement.start)


def _cells(
    table: Table, text: CleanText, kinds: KindReader, periods: PeriodReader, heads: Mapping[str, str | None]
) -> list[Statement]:
    """Return the statements of a table: each cell under its head, in its row."""
    statements = []
    place = min(int(np.searchsorted(text.origin, table.start)), max(0, len(text.text) - 1))
    for cell in table.cells:
        kind = kinds.kind_of_cell(place, cell.column)
        change = Change.GROWTH if cell.grows else Change.LEVEL
        period = heads[cell.column] or periods.period_of_cell(place, kind)
        quote = text.raw[cell.start : cell.end]
        statements.append(
            Statement(
                cell.start, cell.end, quote, cell.metric, cell.value, cell.unit, cell.bound, change, kind, period,
                text.section_of(place), cell.row,
            )
        )  # fmt: skip
    return statements


def _period_of_head(column: str, date: PageDate, grammar: Grammar) -> str | None:
    """Return the period that the head of a column names (2025年完成, 上半年), None if it names none."""
    words = time_words(Page.of(clean(column)), date, grammar)
    return next((word.label for word in reversed(words) if word.label), None)


def counted(page: Page, grammar: Grammar) -> list[Measured]:
    """Return the numbers of a page that are statements, in reading order."""
    found: list[Measured] = []
    for quantity in scan(page.text, grammar):
        found.append(measure(page.text, quantity, found[-1] if found else None, grammar))
    within = thresholds(page, found, grammar)
    kept = [
        here
        for index, here in enumerate(found)
        if index not in within and excluded(page, here, grammar) is None and not is_slogan(page, here, grammar)
    ]
    taken = {here.quantity.end for here in kept}
    for rank in find_ranks(page, grammar):
        if rank.quantity.end not in taken and excluded(page, rank, grammar) in (None, "ordinal"):
            kept.append(rank)
    kept.sort(key=lambda here: here.quantity.start)
    return kept


def _statement(page: Page, here: Measured, metric: str, kind: Kind, period: str | None, grammar: Grammar) -> Statement:
    start, end = page.clean.raw_span(here.start, here.end)
    quantity = here.quantity
    return Statement(
        start, end, page.clean.raw[start:end], metric, quantity.value, quantity.unit, here.bound, here.change, kind, period,
        page.clean.section_of(here.start), scope_of(page, here, grammar),
    )  # fmt: skip
