"""Exact decimals at array speed, against plain fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mujun.base.exact import decimal, exact_sums, exact_total, half_up, round_half_up

amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=6, allow_nan=False)
fine = st.decimals(min_value=0, max_value=1000, places=11, allow_nan=False)


def test_halves_go_up():
    assert [half_up(Fraction(n, 2)) for n in (-3, -1, 1, 3, 5)] == [-1, 0, 1, 2, 3]


def test_a_half_that_floats_miss():
    halves = [Decimal(n) / 10000 + Decimal("0.00005") for n in range(10000, 20000)]
    floats = np.array([float(value) for value in halves]) * 10000
    missed = [value for value, product in zip(halves, floats, strict=True) if product % 1 < 0.5]
    assert missed
    rounded = round_half_up(floats, lambda position: Fraction(halves[position]) * 10000)
    assert rounded.tolist() == list(range(10001, 20001))


@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 10**5)), min_size=1, max_size=20))
def test_rounding_agrees_with_fractions(pairs):
    above = np.array([a / 100 for a, _ in pairs])
    below = np.array([b / 1000 for _, b in pairs])
    exact = [Fraction(a, 100) / Fraction(b, 1000) * 50 * 10000 for a, b in pairs]
    rounded = round_half_up(above / below * 50 * 10000, lambda i: exact[i])
    assert rounded.tolist() == [half_up(e) for e in exact]


@given(st.lists(st.tuples(st.one_of(amounts, fine), st.integers(-1, 3)), max_size=40))
def test_sums_are_those_of_the_decimals(rows):
    values = np.array([float(value) for value, _ in rows])
    groups = np.array([group for _, group in rows], dtype=np.int64)
    sums = exact_sums(values, groups, 4)
    for group in range(4):
        expected = sum((decimal(float(value)) for value, g in rows if g == group), Fraction(0))
        assert sums.fraction(group) == expected
        assert abs(sums.floats()[group] - float(expected)) <= 1e-9 * max(1.0, abs(float(expected)))


@given(st.lists(amounts, max_size=30), st.lists(amounts, max_size=30))
def test_plus_and_regrouped(first, second):
    def of(values):
        return exact_sums(np.array([float(v) for v in values]), np.arange(len(values)) % 3, 3)

    a, b = of(first), of(second)
    for group in range(3):
        assert a.plus(b, -1).fraction(group) == a.fraction(group) - b.fraction(group)
    together = a.regrouped(np.array([0, 0, 2]))
    assert together.fraction(0) == a.fraction(0) + a.fraction(1)
    assert together.fraction(1) == 0


def test_whole_mu_come_out_whole():
    sums = exact_sums(np.array([1000.1, 999.9, 0.1, 0.2]), np.array([0, 0, 1, 1]), 2)
    assert sums.floats(3, 2000)[0] == 3.0
    assert sums.floats()[1] == 0.3


def test_nothing_counts_as_nothing():
    assert exact_total(np.array([np.nan, 1.5, np.nan])) == Fraction(3, 2)
