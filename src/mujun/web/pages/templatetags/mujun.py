"""``{% load mujun %}``: page frame, numbers with their units, grades."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from mujun.register.schema import TABLES
from mujun.web.pages.built import built_url
from mujun.web.pages.navigation import Link, links_for
from mujun.web.people.rights import Right, has_right, scope_of

register = template.Library()

NOTHING = "—"
M2_PER_MU = 2000 / 3
THEMES = ("auto", "light", "dark")
GRADE_CLASSES = {"A": "grade-a", "B": "grade-b", "C": "grade-c", "D": "grade-d", "C-": "grade-c-minus", "T": "grade-t"}


class CaptureNode(template.Node):
    """Renders its content once and keeps it under a name."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        """Write nothing where it stands."""
        # The content is rendered, hence escaped where it must be; stripping would lose that mark.
        context.dicts[0][self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308
        return SafeString("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """``{% capture as name %}…{% endcapture %}``: a block that is needed twice, such as the title."""
    parts = token.split_contents()
    if len(parts) != 3 or parts[1] != "as":
        raise template.TemplateSyntaxError("Write {% capture as name %}…{% endcapture %}.")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, parts[2])


@register.filter
def plain(value: Any) -> str:
    """Text without markup and without line breaks, for a title."""
    return " ".join(html.unescape(strip_tags(str(value))).split())


@register.simple_tag
def built(name: str) -> str:
    """Address of a bundled file."""
    return built_url(name)


@register.simple_tag(takes_context=True)
def may(context: Context, right: str) -> bool:
    """Whether the reader has ``right``: a page offers no link that the reader may not follow."""
    return has_right(context["request"].user, Right(right))


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Link]:
    """The entries of the main navigation for the present user."""
    request = context.get("request")
    return links_for(request) if request is not None and hasattr(request, "user") else []


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """``light``, ``dark`` or ``auto``, as the browser remembers it in a cookie."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "auto") if request is not None else "auto"
    return chosen if chosen in THEMES else "auto"


def _is_nothing(value: Any) -> bool:
    if value is None or (isinstance(value, str) and not value):
        return True
    try:
        return math.isnan(float(value))
    except (TypeError, ValueError):
        return str(value) in ("NaT", "<NA>", "nan")


@register.filter
def number(value: Any, digits: int = 2) -> str:
    """A figure with thousands separators and ``digits`` decimals; nothing is shown as a dash."""
    if _is_nothing(value):
        return NOTHING
    return f"{float(value):z,.{int(digits)}f}"


@register.filter
def mu(area_m2: Any, digits: int = 4) -> str:
    """Square metres as mu (1 mu = 2000/3 m²), by custom with 4 decimals."""
    return NOTHING if _is_nothing(area_m2) else f"{float(area_m2) / M2_PER_MU:z,.{int(digits)}f}"


@register.filter
def mu_unless_zero(area_m2: Any) -> str:
    """Square metres as mu; a dash for zero, so that a sparse table stays readable."""
    return NOTHING if _is_nothing(area_m2) or float(area_m2) == 0 else mu(area_m2)


@register.filter
def percent(value: Any, digits: int = 1) -> str:
    """A ratio as per cent."""
    return NOTHING if _is_nothing(value) else f"{float(value) * 100:z,.{int(digits)}f}%"


@register.filter
def or_dash(value: Any) -> Any:
    """The value, or a dash where there is nothing."""
    return NOTHING if _is_nothing(value) else value


@register.filter
def day(value: Any) -> str:
    """A date as ``2022-12-31``."""
    if _is_nothing(value):
        return NOTHING
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)


@register.filter
def duration(seconds: Any) -> str:
    """Seconds in words, as rough as an estimate deserves."""
    if _is_nothing(seconds):
        return NOTHING
    whole = max(1, round(float(seconds)))
    if whole < 60:
        return _("{n} 秒").format(n=whole)
    if whole < 3600:
        return _("{n} 分钟").format(n=round(whole / 60))
    return _("{n} 小时").format(n=round(whole / 3600, 1))


@register.filter
def yes_no(value: Any) -> str:
    """Truth in words; unknown is a dash."""
    if _is_nothing(value):
        return NOTHING
    return _("是") if value else _("否")


@register.simple_tag(takes_context=True)
def wan(context: Context, value: Any, digits: int = 2) -> str:
    """A protected amount in 万元: hidden from those who may not read amounts."""
    request = context.get("request")
    if request is None or not scope_of(request.user).amounts:
        return format_html('<span class="masked" title="{}">●●●</span>', _("您的账号不能查看金额"))
    return number(value, digits)


@register.filter
def grade(value: Any) -> SafeString:
    """A grade as a badge."""
    if _is_nothing(value):
        return format_html('<span class="muted" title="{}">{}</span>', _("未评价"), NOTHING)
    return format_html(
        '<span class="grade {}">{}</span>', GRADE_CLASSES.get(str(value), ""), str(value).replace("-", "−")
    )


@register.filter
def grade_class(value: Any) -> str:
    """The CSS class of a grade."""
    return GRADE_CLASSES.get(str(value), "")


OCCUPANCY_WORDS = {"own": _lazy("自有"), "lease": _lazy("承租"), "sublease": _lazy("转租"), "excluded": _lazy("核减")}
AREA_WORDS = {
    "registered": _lazy("登记面积"),
    "taxed": _lazy("计税面积"),
    "drawn": _lazy("图形面积"),
    "used": _lazy("使用面积"),
}
LINEAGE_WORDS = {
    "same": _lazy("未变"),
    "changed": _lazy("变更"),
    "split": _lazy("分割"),
    "merge": _lazy("合并"),
    "redrawn": _lazy("调整"),
    "retired": _lazy("灭失"),
    "new": _lazy("新增"),
}


@register.filter
def occupancy_kind(value: Any) -> Any:
    """How a firm has its share of land."""
    return OCCUPANCY_WORDS.get(str(value), value)


@register.filter
def area_name(value: Any) -> Any:
    """Which of the four areas."""
    return AREA_WORDS.get(str(value), value)


@register.filter
def lineage_kind(value: Any) -> Any:
    """How one parcel became another."""
    return LINEAGE_WORDS.get(str(value), value)


@register.filter
def word(value: Any) -> str:
    """A Chinese label of the register (of a column, a table, a unit) in the reader's language."""
    return _(str(value)) if value else ""


@register.filter
def listed(values: Iterable[Any]) -> str:
    """Several things side by side, with what the reader's language puts between them."""
    return _("、").join(str(value) for value in values)


@register.filter
def column_label(column: str, table: str) -> str:
    """The label of a column of ``table`` in the reader's language."""
    try:
        return _(TABLES[table].column(column).label)
    except KeyError:
        return column


@register.filter
def records(frame: Any) -> list[dict[str, Any]]:
    """The rows of a data frame as mappings."""
    found: list[dict[str, Any]] = frame.to_dict("records")
    return found
