"""The gap as work: the cheapest cover, held against trying every set."""

from __future__ import annotations

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from mujun.targets.shortfall import Candidate, cover

DUE = dt.date(2026, 12, 31)
IN_TIME, LATE = dt.date(2026, 10, 1), dt.date(2027, 1, 1)


def candidates(*rows):
    return [Candidate(f"B{place:02d}", amount, day, cost) for place, (amount, day, cost) in enumerate(rows, 1)]


def test_the_sentence_of_the_issue():
    told = cover(
        340, "亩", DUE, candidates((120, IN_TIME, None), (140, IN_TIME, None), (100, IN_TIME, None), (500, LATE, None))
    )
    assert told.sentence == "缺340亩（到2026年12月）；以下3个区块可腾出360亩：B01、B02、B03。"
    assert (told.amount, told.short) == (360, 0)


def test_the_cheapest_wins_then_the_fewest_then_the_most():
    told = cover(100, "亩", DUE, candidates((100, IN_TIME, 900), (60, IN_TIME, 300), (50, IN_TIME, 300)))
    assert ([one.name for one in told.chosen], told.cost) == (["B02", "B03"], 600)
    told = cover(100, "亩", DUE, candidates((110, IN_TIME, 600), (60, IN_TIME, 300), (50, IN_TIME, 300)))
    assert [one.name for one in told.chosen] == ["B01"]
    told = cover(100, "亩", DUE, candidates((110, IN_TIME, 600), (130, IN_TIME, 600), (130, IN_TIME, 600)))
    assert [one.name for one in told.chosen] == ["B02"]


def test_one_unknown_cost_makes_the_number_count():
    told = cover(100, "亩", DUE, candidates((100, IN_TIME, None), (60, IN_TIME, 1), (50, IN_TIME, 1)))
    assert ([one.name for one in told.chosen], told.cost) == (["B01"], None)


def test_impossible_says_how_far_it_gets():
    told = cover(340, "亩", DUE, candidates((120, IN_TIME, 5), (500, LATE, 1)))
    assert (told.amount, told.short) == (120, 220)
    assert "还差220亩" in told.sentence
    assert cover(340, "亩", DUE, candidates((500, LATE, 1))).short == 340
    assert cover(0, "亩", DUE, []).sentence == "没有缺口。"


ROWS = st.lists(
    st.tuples(
        st.integers(1, 60),
        st.sampled_from([IN_TIME, IN_TIME, LATE]),
        st.one_of(st.just(7.0), st.integers(0, 40).map(float)),
    ),
    max_size=9,
)


@given(ROWS, st.integers(1, 200))
def test_as_good_as_trying_every_set(rows, gap):
    every = candidates(*rows)
    told = cover(gap, "亩", DUE, every)
    usable = [one for one in every if one.expected_on <= DUE]
    sets = [held for size in range(len(usable) + 1) for held in itertools.combinations(usable, size)]
    good = [held for held in sets if sum(one.amount for one in held) >= gap]
    if not good:
        assert told.short == gap - sum(one.amount for one in usable) > 0
        return
    best = min((sum(one.cost for one in held), len(held), -sum(one.amount for one in held)) for held in good)
    assert (told.cost, len(told.chosen), -told.amount) == best
    assert told == cover(gap, "亩", DUE, every[::-1])


def test_a_hundred_blocks_are_no_matter():
    rows = [(100 + (place * 37) % 91, IN_TIME, 1000.0 + (place * 53) % 997) for place in range(100)]
    told = cover(5_000, "亩", DUE, candidates(*rows))
    assert told.short == 0
    assert told.amount >= 5_000
