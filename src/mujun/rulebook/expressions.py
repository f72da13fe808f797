"""Small expressions in rule sets, e.g. ``below_scale and area_mu >= 3`` or ``electricity_kwh / 1000``.

The same expression is evaluated over whole columns (floats), and for one firm with fractions where exactness is at
stake. Allowed: numbers, names, ``+ - * /``, comparisons, ``and or not``, ``x if c else y``, ``in [..]``, and the
functions ``min``, ``max``, ``missing``. Nothing (NaN, or None among fractions) makes a sum nothing and a
comparison untrue.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, cast

import numpy as np

from mujun.base.exact import decimal


def _floats(a: Any, b: Any) -> bool:
    return isinstance(a, np.ndarray | float) or isinstance(b, np.ndarray | float)


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / np.where(np.equal(b, 0), np.nan, b) if _floats(a, b) else a / b,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: np.not_equal(a, b) & np.equal(a, a) & np.equal(b, b) if _floats(a, b) else a != b,
}
_FUNCTIONS = ("min", "max", "missing")


class ExpressionError(ValueError):
    """The text is not an expression of a rule set; the message is a sentence for the author."""


@dataclasses.dataclass(frozen=True)
class Expression:
    """A checked expression: ``text`` as written, the ``names`` it needs, and its checked ``tree``."""

    text: str
    names: frozenset[str]
    tree: ast.expr

    def over(self, columns: Mapping[str, Any]) -> Any:
        """Evaluate over columns (arrays of one length, or scalars); division by zero gives nothing."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return _columns(self.tree, columns)

    def exactly(self, value_of: Callable[[str], Fraction | bool | None]) -> Any:
        """Evaluate for one firm with fractions; ``value_of(name)`` gives each figure, None for nothing."""
        return _exact(self.tree, value_of)


def parse(text: str | int | float | bool) -> Expression:
    """Parse ``text``; raise :class:`ExpressionError` with a Chinese sentence where it is not allowed."""
    written = str(text).strip()
    try:
        tree = ast.parse(written, mode="eval").body
    except SyntaxError:
        raise ExpressionError(f"“{written}”不是一个算式") from None
    names: set[str] = set()
    _check(tree, written, names)
    return Expression(written, frozenset(names), tree)


def _check(node: ast.expr, text: str, names: set[str]) -> None:
    children: list[ast.expr]
    match node:
        case ast.Constant(value=bool() | int() | float()):
            return
        case ast.Name(id=name):
            names.add(name)
            return
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            children = [left, right]
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            children = [operand]
        case ast.BoolOp(values=values):
            children = values
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[ast.List(elts=items)]):
            children = [left, *items]
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARISONS for op in ops):
            children = [left, *others]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            children = [test, body, orelse]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            children = args
        case _:
            raise ExpressionError(f"算式“{text}”里的“{ast.unparse(node)}”不允许使用")
    for child in children:
        _check(child, text, names)


def _columns(node: ast.expr, columns: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return columns[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_columns(left, columns), _columns(right, columns))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_columns(operand, columns)
        case ast.UnaryOp(operand=operand):
            return np.logical_not(_columns(operand, columns))
        case ast.BoolOp(op=op, values=values):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return reduce(join, (_columns(value, columns) for value in values))
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[ast.List(elts=items)]):
            found = np.isin(_columns(left, columns), [_columns(item, columns) for item in items])
            return found if isinstance(op, ast.In) else ~found
        case ast.Compare(left=left, ops=ops, comparators=others):
            terms = [_columns(term, columns) for term in (left, *others)]
            pairs = zip(ops, terms, terms[1:], strict=False)
            return reduce(np.logical_and, (COMPARISONS[type(op)](a, b) for op, a, b in pairs))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return np.where(_columns(test, columns), _columns(body, columns), _columns(orelse, columns))
        case ast.Call(func=ast.Name(id="missing"), args=[argument]):
            return np.isnan(_columns(argument, columns))
        case ast.Call(func=ast.Name(id=name), args=args):
            pick = np.minimum if name == "min" else np.maximum
            return reduce(pick, (_columns(argument, columns) for argument in args))
    raise AssertionError(ast.dump(node))


def _exact(node: ast.expr, value_of: Callable[[str], Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value if isinstance(value, bool) else decimal(cast(float, value))
        case ast.Name(id=name):
            return value_of(name)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _exact(left, value_of), _exact(right, value_of)
            if a is None or b is None or (isinstance(op, ast.Div) and b == 0):
                return None
            return _ARITHMETIC[type(op)](a, b)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _exact(operand, value_of)
            return None if value is None else -value
        case ast.UnaryOp(operand=operand):
            return not _exact(operand, value_of)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_exact(value, value_of) for value in values)
        case ast.BoolOp(values=values):
            return any(_exact(value, value_of) for value in values)
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[ast.List(elts=items)]):
            found = _exact(left, value_of) in [_exact(item, value_of) for item in items]
            return found if isinstance(op, ast.In) else not found
        case ast.Compare(left=left, ops=ops, comparators=others):
            terms = [_exact(term, value_of) for term in (left, *others)]
            pairs = list(zip(ops, terms, terms[1:], strict=False))
            return all(a is not None and b is not None and COMPARISONS[type(op)](a, b) for op, a, b in pairs)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _exact(body if _exact(test, value_of) else orelse, value_of)
        case ast.Call(func=ast.Name(id="missing"), args=[argument]):
            return _exact(argument, value_of) is None
        case ast.Call(func=ast.Name(id=name), args=args):
            found_values = [_exact(argument, value_of) for argument in args]
            if any(value is None for value in found_values):
                return None
            return min(found_values) if name == "min" else max(found_values)
    raise AssertionError(ast.dump(node))
