"""Expressions over columns agree with the same expression over fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujun.rulebook.expressions import ExpressionError, parse

TEXTS = [
    "a + b * 2", "a / b", "-a", "a - b / 4", "min(a, b)", "max(a, 3)", "a if a > b else b", "10 + 5 * (a - 1)",
    "1 if a > 1 and not b > 2 or a == 0 else 2", "1 if a in [1, 2] else 0", "1 if a not in [1, 2] else 0",
    "1 if missing(a) else 0", "1 if 1 <= a <= 3 else 0", "1 if a != b else 0",
]  # fmt: skip
quarters = st.one_of(st.none(), st.integers(-20, 20).map(lambda n: n / 4))


@pytest.mark.parametrize("text", TEXTS)
@given(a=quarters, b=quarters)
def test_columns_and_fractions_agree(text, a, b):
    expression = parse(text)
    columns = {"a": np.array([np.nan if a is None else a]), "b": np.array([np.nan if b is None else b])}
    values = {"a": None if a is None else Fraction(a), "b": None if b is None else Fraction(b)}
    many = np.asarray(expression.over(columns), dtype=np.float64).reshape(-1)[0]
    one = expression.exactly(lambda name: values[name])
    if one is None:
        assert not np.isfinite(many)
    else:
        assert float(one) == pytest.approx(many)


def test_names():
    assert parse("a if mark_x else b + 1").names == {"a", "b", "mark_x"}


@pytest.mark.parametrize(
    "text", ["a.b", "f(a)", "a[0]", "'x'", "lambda: 1", "a ** b", "a; b", "", "min(a, key=b)", "[a]", "1j", "None"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)
