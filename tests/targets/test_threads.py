"""What became of a promise: reported, reported again, silent, or not due yet."""

from __future__ import annotations

import datetime as dt

from mujun.targets.threads import Fate, Mention, Paper, threads

PLAN, REPORT, NEXT, LATER, OTHER = 1, 2, 3, 4, 5
PAPERS = [
    Paper(PLAN, dt.date(2024, 1, 20), "示范县政府"),
    Paper(REPORT, dt.date(2025, 1, 18), "示范县政府"),
    Paper(NEXT, dt.date(2026, 1, 19), "示范县政府"),
    Paper(OTHER, dt.date(2025, 6, 1), "示范县统计局"),
]


def fate(*mentions, same=(), papers=PAPERS):
    [thread] = threads([Mention(*one) for one in mentions], same, papers)
    return thread.fate, thread.silent_in


def test_promised_and_reported_in_time():
    assert fate((1, PLAN, "target", "2024"), (2, REPORT, "result", "2024"), same=[(1, 2)]) == (Fate.REPORTED, None)


def test_reported_again_by_another_document():
    held = [(1, PLAN, "target", "2024"), (2, REPORT, "result", "2024"), (3, OTHER, "result", "2024")]
    assert fate(*held, same=[(1, 2), (2, 3)]) == (Fate.REPORTED_AGAIN, None)


def test_a_later_document_of_the_series_says_nothing():
    assert fate((1, PLAN, "target", "2024")) == (Fate.SILENT, REPORT)


def test_silence_counts_only_when_the_promise_is_due_and_of_the_same_series():
    assert fate((1, PLAN, "target", "十四五")) == (Fate.SILENT, NEXT)
    assert fate((1, NEXT, "target", "2026")) == (Fate.PROMISED, None)
    assert fate((1, PLAN, "target", "2024"), papers=[PAPERS[0], PAPERS[3]]) == (Fate.PROMISED, None)
    silent = [PAPERS[0], Paper(REPORT, dt.date(2025, 1, 18), "示范县政府", answers=False)]
    assert fate((1, PLAN, "target", "2024"), papers=silent) == (Fate.PROMISED, None)


def test_a_result_before_the_year_was_over_does_not_answer_it():
    papers = [PAPERS[0], Paper(LATER, dt.date(2024, 8, 1), "示范县政府"), PAPERS[1]]
    held = [(1, PLAN, "target", "2024"), (2, LATER, "result", "2024-01..2024-06")]
    assert fate(*held, same=[(1, 2)], papers=papers) == (Fate.SILENT, REPORT)


def test_a_promise_made_anew_is_told_by_its_newest():
    held = [(1, PLAN, "target", "2024"), (2, NEXT, "target", "2026")]
    assert fate(*held, same=[(1, 2)]) == (Fate.PROMISED, None)


def test_facts_are_background_and_pairs_join_in_a_chain():
    assert fate((1, PLAN, "fact", None)) == (Fate.BACKGROUND, None)
    found = threads([Mention(key, PLAN, "target", "2024") for key in range(1, 6)], [(1, 3), (3, 5), (9, 1)], PAPERS)
    assert [[one.key for one in thread.mentions] for thread in found] == [[1, 3, 5], [2], [4]]


def test_each_promise_of_a_thread_has_its_own_fate():
    """What was promised for last year was reported; the same promised anew for this year is not due yet."""
    mentions = [
        Mention(1, PLAN, "target", "2024"),
        Mention(2, REPORT, "result", "2024"),
        Mention(3, NEXT, "target", "2026"),
    ]
    [thread] = threads(mentions, [(1, 2), (2, 3)], PAPERS)
    assert thread.fates == {1: Fate.REPORTED, 3: Fate.PROMISED}
    assert thread.fate is Fate.PROMISED
