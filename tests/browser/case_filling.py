"""Raises a good number of cases at many stages in the installation that the environment names. Run as a process."""

from __future__ import annotations

import datetime as dt
import itertools

from mujun.cli.django_project import start

start()

from django.utils import timezone  # noqa: E402

from mujun.cli.demo_cases import OWNER, SECOND  # noqa: E402
from mujun.cli.demo_plan import photograph  # noqa: E402
from mujun.web.cases import actions  # noqa: E402
from mujun.web.cases.models import Case  # noqa: E402
from mujun.web.cases.sweeping import sweep_all  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from mujun.web.people.rights import Role  # noqa: E402

PROBLEMS = (
    ("变压器容量不足，旺季限电", "power", "变压器容量不足"),
    ("二期厂房办证卡在消防验收", "approval", "消防验收"),
    ("招不到熟练电焊工", "labour", "用工荒"),
    ("技改补助半年没有兑付", "policy", "补助兑付慢"),
    ("厂区门口道路积水", "other", "道路积水"),
    ("银行要求提前还贷", "finance", "抽贷"),
)
UNITS = (OWNER, SECOND)
COUNT = 48


def main() -> None:
    """Fill the list of requests with cases from three weeks."""
    office = User.objects.filter(role=Role.ANALYST, is_active=True).first()
    firm = User.objects.filter(role=Role.FIRM, is_active=True).first()
    leader = User.objects.filter(role=Role.LEADER, is_active=True).first()
    now = timezone.now()
    for number, (subject, category, cause) in zip(range(COUNT), itertools.cycle(PROBLEMS)):
        at = now - dt.timedelta(days=21 * number / COUNT, hours=1)
        fields = {"subject": f"{subject}（{number + 1}）", "category": category, "cause": cause}
        by = firm if number % 8 == 7 else office
        case = actions.raise_case("request", fields=fields, source="visit", by=by, at=at)
        if number % 8:
            go_on(case, number, at, office, leader)
    sweep_all(now)


def go_on(case: Case, number: int, at: dt.datetime, office: User, leader: User) -> None:
    """Take a case some steps further, each a while after the one before."""
    later = (at + dt.timedelta(hours=step) for step in itertools.count(1))
    actions.act(case.pk, "assign", unit=UNITS[number % len(UNITS)], by=office, at=next(later))
    if number % 8 == 1:
        return
    actions.act(case.pk, "contact", by=office, at=next(later))
    if number % 8 == 2:
        actions.act(case.pk, "stage_reply", fields={"stage_reply": "正在排工期"}, by=office, at=next(later))
    elif number % 8 == 3:
        actions.act(case.pk, "ask_firm", reason="请补充图纸", by=office, at=next(later))
    elif number % 8 == 4:
        day = (timezone.localdate() + dt.timedelta(days=30)).isoformat()
        given = {"blocked_by": "等上级批复", "review_on": day}
        actions.act(case.pk, "give_up", reason="等批复", approval="会议纪要", fields=given, by=leader, at=next(later))
    elif number % 8 in (5, 6, 7):
        proof = {"record": [photograph()]}
        actions.act(case.pk, "close", fields={"result": "已解决"}, files=proof, by=office, at=next(later))
        if number % 8 == 7:
            actions.rate(case.pk, 2, "没有解决", by=case.raiser, at=next(later))
            actions.reopen(case.pk, "没有解决", by=case.raiser, at=next(later))


if __name__ == "__main__":
    main()
