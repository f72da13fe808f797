"""The main navigation: which entries somebody sees."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from mujun.web.people.rights import Right, has_right


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the name of its address, its label, the right it needs, and the paths it stands for."""

    name: str
    label: Any
    right: Right
    prefixes: tuple[str, ...]
    unless: Right | None = None
    """Who has this right finds the same under another entry."""


ENTRIES = (
    Entry("cockpit", _("驾驶舱"), Right.READ_TARGETS, ("/cockpit/",)),
    Entry("home", _("地图"), Right.READ_REGISTER, ()),
    Entry("firms", _("企业"), Right.READ_REGISTER, ("/firms/",)),
    Entry("parcels", _("宗地"), Right.READ_REGISTER, ("/parcels/",)),
    Entry("imports", _("数据导入"), Right.READ_IMPORTS, ("/imports/", "/jobs/")),
    Entry("runs", _("评价"), Right.READ_RESULTS, ("/runs/", "/rules/", "/notices/")),
    Entry("findings", _("低效用地"), Right.READ_RESULTS, ("/findings/",)),
    Entry("objections", _("异议"), Right.READ_OBJECTIONS, ("/objections/",)),
    Entry("plans", _("连片方案"), Right.READ_PLANS, ("/plans/",)),
    Entry("blocks", _("整治区块"), Right.READ_BLOCKS, ("/blocks/",)),
    Entry("targets", _("目标"), Right.READ_TARGETS, ("/targets/",)),
    Entry("cases", _("清单"), Right.READ_CASES, ("/cases/",)),
    Entry("line", _("整治范围"), Right.ASK_LINE, (), unless=Right.READ_BLOCKS),
    Entry("people", _("账号"), Right.READ_ACCOUNTS, ("/people/",)),
    Entry("audit", _("日志"), Right.READ_AUDIT, ("/audit/",)),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """An entry as the template draws it."""

    url: str
    label: Any
    current: bool


def links_for(request: HttpRequest) -> list[Link]:
    """The entries that the user's rights open, in order; an entry without an address is left out."""
    found = []
    for entry in ENTRIES:
        if not has_right(request.user, entry.right) or (entry.unless and has_right(request.user, entry.unless)):
            continue
        try:
            url = reverse(entry.name)
        except NoReverseMatch:
            continue
        here = request.path == url or any(request.path.startswith(prefix) for prefix in entry.prefixes)
        found.append(Link(url, entry.label, here))
    return found
