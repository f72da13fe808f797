"""Values that a person types into a page: from text to the type of the column, or one sentence why not."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.register.schema import Column, Kind

NOTHING = frozenset({"", "—", "-", "/", "无"})
TRUE = frozenset({"true", "1", "是", "有", "√"})
FALSE = frozenset({"false", "0", "否"})
LONGEST = 2000


def typed(column: Column, given: Any) -> Any:
    """Return ``given`` (text, or already of the type) as a value of ``column``; None is nothing.

    Raises :class:`~mujun.base.errors.Refused` with what was expected.
    """
    if given is None:
        return None
    written = str(given).strip()
    if written in NOTHING:
        return None
    if len(written) > LONGEST:
        raise _refused(column, written, _("最多 {limit} 个字。").format(limit=LONGEST))
    if column.kind is Kind.NUMBER:
        return _number(column, written)
    if column.kind is Kind.YEAR:
        if not (written.isascii() and written.isdigit() and 1900 <= int(written) <= 2200):
            raise _refused(column, written, _("请写四位年份，例如 2024。"))
        return int(written)
    if column.kind is Kind.DATE:
        return _day(column, given, written)
    if column.kind is Kind.TRUTH:
        if written.lower() not in TRUE | FALSE:
            raise _refused(column, written, _("请写“是”或“否”。"))
        return written.lower() in TRUE
    if column.kind is Kind.GEOMETRY:
        raise _refused(column, "", _("图形不能在页面上改，请用带图形的文件重新导入。"))
    return _choice(column, written) if column.choices else written


def _number(column: Column, written: str) -> float:
    try:
        value = float(written.replace(",", "").replace("，", ""))
    except ValueError:
        raise _refused(column, written, _("请写一个数。")) from None
    if not math.isfinite(value):
        raise _refused(column, written, _("请写一个数。"))
    if column.minimum is not None and value < column.minimum:
        raise _refused(column, written, _("不能小于 {limit}。").format(limit=column.minimum))
    return value


def _day(column: Column, given: Any, written: str) -> dt.date:
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(written.replace("/", "-"))
    except ValueError:
        raise _refused(column, written, _("请写日期，例如 2024-03-05。")) from None


def _choice(column: Column, written: str) -> str:
    for code, words in column.choices:
        if written == code or written in words:
            return code
    allowed = "、".join(words[0] for _code, words in column.choices)
    raise _refused(column, written, _("只能是：{allowed}。").format(allowed=allowed))


def _refused(column: Column, written: str, why: str) -> Refused:
    return Refused(_("“{column}”不能写成“{value}”。").format(column=column.label, value=written[:50]), why=why)
