"""Run as a program: sweeps and acts on cases in forked children and kills them at random moments.

Prints one JSON line: what was done and every broken promise found afterwards. The database and the folders are those
of ``MUJUN_HOME``; an empty home is filled first.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Count  # noqa: E402

from mujun.base.errors import Refused  # noqa: E402
from mujun.web.audit.models import AuditEvent  # noqa: E402
from mujun.web.cases import actions, sweeping  # noqa: E402
from mujun.web.cases.definitions import definition_for  # noqa: E402
from mujun.web.cases.files import DRAWER  # noqa: E402
from mujun.web.cases.holding import case_values, whole_state  # noqa: E402
from mujun.web.cases.models import Case, CaseAlert, CaseEntry, CaseFile  # noqa: E402
from mujun.web.cases.queries.files import referred_files  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from tests.web.killing import Killer  # noqa: E402

START = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
CASES = 60
BATCH = 5
SHORTEST_S = 0.05


def prepare() -> User:
    call_command("migrate", verbosity=0)
    user = User.objects.create(username="kill", display_name="测试", role="analyst", unit="专班办公室")
    for number in range(CASES):
        at = START + dt.timedelta(minutes=number)
        actions.raise_case("request", fields={"subject": f"诉求{number}"}, source="visit", by=user, at=at)
    return user


def next_work(user: User, number: int) -> Callable[[], object]:
    """By turns a sweep of a later moment, a day set late with its reckoning, and an act with a file."""
    now = START + dt.timedelta(hours=2 * number)

    def reckon() -> None:
        day = (START + dt.timedelta(days=3 + number % 9)).date()
        actions.set_holidays({day: number % 2 == 0}, "通知", by=user)
        sweeping.reckon_all()

    def act() -> None:
        case = Case.objects.filter(state="raised").order_by("pk").first() or Case.objects.order_by("pk")[0]
        proof = SimpleUploadedFile("a.pdf", b"%PDF-" + os.urandom(200_000))
        if case.state == "raised":
            files = {"record": [proof]}
            actions.act(case.pk, "assign", unit="住建局", fields={"category": "land"}, files=files, by=user, at=now)

    return [lambda: sweeping.sweep_all(now), lambda: sweeping.sweep_all(now), reckon, act][number % 4]


def broken_promises() -> list[str]:
    """What must hold whatever was killed when."""
    found = []
    for case in Case.objects.select_related("version"):
        state = whole_state(case)
        if any(getattr(case, name) != value for name, value in case_values(definition_for(case), state).items()):
            found.append(f"{case.number} does not repeat its clocks")
        noted = {(held.clock, held.turn, step) for held in state.clocks for step in held.fired}
        told = set(case.alerts.values_list("clock", "turn", "step"))
        if noted != told:
            found.append(f"{case.number}: told {sorted(told)}, noted {sorted(noted)}")
        if case.entries.last().after != case.state:
            found.append(f"{case.number} differs from its trail")
    twice = CaseAlert.objects.values("case", "clock", "turn", "step").annotate(times=Count("pk")).filter(times__gt=1)
    if twice.exists():
        found.append("something was told twice")
    if Case.objects.count() != CASES:
        found.append("a case was lost")
    acts = AuditEvent.objects.filter(action__in=["case.raised", "case.acted"]).count()
    if CaseEntry.objects.count() != acts:
        found.append("lines of the trail differ from the log")
    if CaseFile.objects.count() != CaseEntry.objects.filter(action="assign").count():
        found.append("an act without its file, or a file without its act")
    found += [f"{file.name} is gone" for file in CaseFile.objects.all() if not DRAWER.path_of(file.path).is_file()]
    return found


def main(kills: int, seed: int) -> None:
    user = prepare()
    sweeping.due_clocks.__defaults__ = (0, BATCH)
    sweeping.RECKON = BATCH
    killer = Killer(broken_promises, seed, forgiven=(Refused,))
    for number in range(kills):
        whole = killer.whole(next_work(user, 4 * number))
        killer.kill(next_work(user, 4 * number + number % 4), max(whole, SHORTEST_S) * 1.1)
    last = START + dt.timedelta(days=60)
    sweeping.sweep_all(last)
    again = sweeping.sweep_all(last)
    killer.broken += broken_promises()
    DRAWER.sweep(referred_files(), older_than=0)
    if {f"cases/{file.name}" for file in DRAWER.folder().iterdir()} != referred_files():
        killer.broken.append("files without a row")
    print(killer.answer(again=again, alerts=CaseAlert.objects.count()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
