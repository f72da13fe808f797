"""Conditions where a figure may be unknown: yes, no, or cannot be decided.

The same expressions as in :mod:`mujun.rulebook.expressions`, in Kleene's logic: what is unknown stays unknown unless
the other side of an ``and`` is untrue or of an ``or`` true. Columns are floats; NaN is unknown, and a truth is 1 or 0.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from mujun.rulebook.expressions import COMPARISONS, Expression, parse

Truths = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """Per element whether it is surely ``true`` and whether it is ``known`` at all; what is true is known."""

    true: Truths
    known: Truths

    @classmethod
    def of(cls, value: Any, known: Any) -> Answer:
        """Hold truths where they are known."""
        known = np.asarray(known, dtype=bool)
        return cls(np.asarray(value, dtype=bool) & known, known)

    @property
    def false(self) -> Truths:
        """Per element whether it is surely false."""
        return self.known & ~self.true

    def __and__(self, other: Answer) -> Answer:
        true = self.true & other.true
        return Answer(true, true | self.false | other.false)

    def __or__(self, other: Answer) -> Answer:
        return ~(~self & ~other)

    def __invert__(self) -> Answer:
        return Answer(self.false, self.known)


def decide(expression: Expression, columns: Mapping[str, Floats], size: int) -> Answer:
    """Answer a condition for ``size`` elements; ``columns`` has every name of the expression."""
    with np.errstate(divide="ignore", invalid="ignore"):
        answer = _answer(expression.tree, columns)
    shape = (size,)
    return Answer(np.broadcast_to(answer.true, shape), np.broadcast_to(answer.known, shape))


def _value(node: ast.expr, columns: Mapping[str, Floats]) -> Any:
    return np.asarray(Expression("", frozenset(), node).over(columns), dtype=np.float64)


def _answer(node: ast.expr, columns: Mapping[str, Floats]) -> Answer:
    match node:
        case ast.BoolOp(op=op, values=values):
            answers = [_answer(value, columns) for value in values]
            return reduce(lambda a, b: a & b if isinstance(op, ast.And) else a | b, answers)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ~_answer(operand, columns)
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[ast.List(elts=items)]):
            value = _value(left, columns)
            found = np.isin(value, [_value(item, columns) for item in items])
            return Answer.of(found if isinstance(op, ast.In) else ~found, ~np.isnan(value))
        case ast.Compare(left=left, ops=ops, comparators=others):
            terms = [_value(term, columns) for term in (left, *others)]
            pairs = list(zip(ops, terms, terms[1:], strict=False))
            return reduce(
                lambda a, b: a & b,
                (Answer.of(COMPARISONS[type(op)](a, b), ~(np.isnan(a) | np.isnan(b))) for op, a, b in pairs),
            )
        case ast.Call(func=ast.Name(id="missing")):
            return Answer.of(_value(node, columns) != 0, True)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            condition = _answer(test, columns)
            return (condition & _answer(body, columns)) | (~condition & _answer(orelse, columns))
    value = _value(node, columns)
    return Answer.of(value != 0, ~np.isnan(value))


ALWAYS = parse("True")
"""The condition that holds everywhere."""
