"""Publishing the list of evaluated areas, frozen, before any score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.evaluations.models import AreaNotice, AreaRow
from mujun.web.evaluations.notices.areas import digest_of
from mujun.web.register.actions.progress import start_job
from mujun.web.register.models import JobProgress

BATCH = 2_000


def check_window(starts: dt.datetime, ends: dt.datetime) -> None:
    """Raise Refused where the window of a notice is none."""
    if ends <= starts:
        raise Refused(_("公示结束时间应晚于开始时间。"))


def plan_area_notice(
    title: str, year: int, revision: int, starts: dt.datetime, ends: dt.datetime, *, by: Any
) -> JobProgress:
    """Queue the area notice; it appears wholly or not at all."""
    check_window(starts, ends)
    if revision < 1:
        raise Refused(_("登记数据还是空的，没有面积可以公示。"), next_step=_("请先导入企业、宗地和用地关系。"))
    arguments = {
        "title": title,
        "year": year,
        "revision": revision,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "by": by.pk,
    }
    return start_job("area_notice", title=f"生成面积公示：{title}", about=f"area:{year}", arguments=arguments, by=by)


@action
def keep_area_notice(
    title: str,
    year: int,
    day: dt.date,
    revision: int,
    window: tuple[dt.datetime, dt.datetime],
    rows: Sequence[AreaRow],
    *,
    by: Any,
) -> AreaNotice:
    """Keep a frozen list of areas and open it for objections during ``window``."""
    check_window(*window)
    if not rows:
        raise Refused(
            _("{day}没有任何用地关系，没有面积可以公示。").format(day=f"{day:%Y年%m月%d日}"),
            next_step=_("请先导入用地关系（occupancy）。"),
        )
    notice = AreaNotice.objects.create(
        title=title[:200], year=year, day=day, revision=revision, starts=window[0], ends=window[1],
        digest=digest_of(rows), by=by,
    )  # fmt: skip
    for row in rows:
        row.notice = notice
    AreaRow.objects.bulk_create(rows, batch_size=BATCH)
    record("areas.published", by=by, about=f"area_notice:{notice.pk}", firms=len(rows), digest=notice.digest)
    return notice
