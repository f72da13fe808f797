"""Values of a form, read as their field wants them: what cannot be read is refused with a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mujun.cases.definition import Definition, Field, FieldKind

LONGEST = {FieldKind.TEXT: 200, FieldKind.LONG_TEXT: 20_000, FieldKind.FILE: 400}
MOST_DIGITS = 15
"""Of an amount, before and after the point."""
_TRUTH = {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}


class ValueRefused(ValueError):
    """A value that its field cannot hold; the message is a sentence."""


def read_values(definition: Definition, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return all values as they are kept (JSON types; None: empty); raise ValueRefused at the first that is not one."""
    known = {field.key: field for field in definition.fields}
    for key in raw:
        if key not in known:
            raise ValueRefused(f"这张清单没有“{key}”这一栏。")
    return {key: read_value(known[key], value) for key, value in raw.items()}


def read_value(field: Field, raw: Any) -> Any:
    """Return ``raw`` as ``field`` keeps it: text, ISO date, plain decimal as text, bool, [longitude, latitude]."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if field.kind is FieldKind.PLACE:
        return _place(field, raw)
    if field.kind is FieldKind.YES_NO:
        truth = raw if isinstance(raw, bool) else _TRUTH.get(str(raw).strip().lower())
        if truth is None:
            raise ValueRefused(f"“{field.label}”应填是或否。")
        return truth
    text = str(raw).strip()
    if field.kind is FieldKind.CHOICE and text not in field.choices:
        raise ValueRefused(f"“{field.label}”没有“{text}”这一项，可选：{'、'.join(field.choices.values())}。")
    if field.kind is FieldKind.DATE:
        return _date(field, text)
    if field.kind is FieldKind.MONEY:
        return _money(field, text)
    longest = LONGEST.get(field.kind, 200)
    if len(text) > longest:
        raise ValueRefused(f"“{field.label}”最多 {longest} 字，这里有 {len(text)} 字。")
    return text


def _date(field: Field, text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueRefused(f"“{field.label}”的“{text[:40]}”不是日期，应写成 2024-03-01 的样子。") from None


def _money(field: Field, text: str) -> str:
    """Read an amount. ``1e-100000000`` is a number too: written out it would fill the memory, so its length is asked."""
    try:
        amount = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    exponent = amount.as_tuple().exponent
    whole = isinstance(exponent, int) and -MOST_DIGITS <= exponent <= MOST_DIGITS and len(text) <= 40
    if not whole or amount < 0 or amount >= Decimal(10) ** MOST_DIGITS:
        raise ValueRefused(f"“{field.label}”的“{text[:40]}”不是金额。")
    return format(amount, "f")


def _place(field: Field, raw: Any) -> list[float] | str:
    if isinstance(raw, str):
        if len(raw.strip()) > 200:
            raise ValueRefused(f"“{field.label}”最多 200 字。")
        return raw.strip()
    numbers = isinstance(raw, list | tuple) and len(raw) == 2 and all(type(part) in (int, float) for part in raw)
    if not numbers or not (-180 <= raw[0] <= 180 and -90 <= raw[1] <= 90):
        raise ValueRefused(f"“{field.label}”应是地图上的一点（经度、纬度）或一个地名。")
    return [float(raw[0]), float(raw[1])]
