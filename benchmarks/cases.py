"""Times boards, searches and cards with 200,000 cases against 2,000, and the sweep over 200,000 open cases.

    python benchmarks/cases.py [--small 2000] [--large 200000] [--requests 300] [--rounds 3] [--home DIR]

Fills two databases (half of the cases open, the others closed; then, for the sweep, all open), asks the pages
through Django's test client in turn, and prints p95 of each, their ratio (limit 1.3) and the seconds of the sweep
(limit 10). With ``--bare`` the queries are asked without their pages.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LIMIT, SWEEP_LIMIT_S = 1.3, 10.0
LIST = "request"
DUE = 2_000
"""So many clocks are due in the sweep that is measured."""
TEMPLATES = 400
"""So many cases are made by the engine; the others are like one of them, with names of their own."""


def main() -> int:
    """Fill, ask, sweep, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=2_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=300, help="per database, kind and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--bare", action="store_true", help="the queries without their pages")
    parser.add_argument(
        "--cpu", action="store_true", help="seconds of the processor, for a machine that others use too"
    )
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options)
    if options.home:
        options.home.mkdir(parents=True, exist_ok=True)
        return compare(options.home, options)
    with tempfile.TemporaryDirectory(prefix="mujun-cases-") as folder:
        return compare(Path(folder), options)


def compare(folder: Path, options: argparse.Namespace) -> int:
    """Ask both databases in turn and print the ratios of their p95, then sweep the large one."""
    sizes = (options.small, options.large)
    for size in sizes:
        started = time.perf_counter()
        _run(folder, size, "fill", 0, options)
        print(f"{size:,} cases: database ready after {time.perf_counter() - started:.0f} s", flush=True)
    taken: dict[int, dict[str, list[float]]] = {size: {} for size in sizes}
    for number in range(options.rounds):
        for size in sizes:
            for line in _run(folder, size, "ask", number, options).splitlines():
                kind, seconds = line.split()
                taken[size].setdefault(kind, []).append(float(seconds))
    worst = 0.0
    for kind in taken[options.small]:
        p95 = {size: statistics.quantiles(taken[size][kind], n=100, method="inclusive")[94] for size in sizes}
        ratio = p95[options.large] / p95[options.small]
        worst = max(worst, ratio)
        print(f"{kind}: p95 {p95[options.small] * 1000:.1f} ms, {p95[options.large] * 1000:.1f} ms, ratio {ratio:.2f}")
    print(f"worst ratio {worst:.2f} (limit {LIMIT})")
    said = _run(folder, options.large, "sweep", 0, options).strip()
    print(said)
    seconds = float(said.split("swept in ")[1].split(" s")[0])
    return 0 if worst <= LIMIT and seconds <= SWEEP_LIMIT_S else 1


def _run(folder: Path, size: int, what: str, number: int, options: argparse.Namespace) -> str:
    environment = {
        **os.environ, "MUJUN_HOME": str(folder / f"cases-{size}"), "DJANGO_SETTINGS_MODULE": "mujun.web.settings",
        "MUJUN_HOSTS": "testserver",
    }  # fmt: skip
    flags = [
        "--requests",
        str(options.requests),
        *(["--bare"] if options.bare else []),
        *(["--cpu"] if options.cpu else []),
    ]
    command = [sys.executable, __file__, "--child", what, str(size), str(number), *flags]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def child(options: argparse.Namespace) -> int:
    """One part of this program in a process of its own."""
    import django

    django.setup()
    what, size, number = options.child[0], int(options.child[1]), int(options.child[2])
    if what == "fill":
        fill(size)
    elif what == "ask":
        ask(size, number, options.requests, pages=not options.bare, clock=clock_of(options))
    else:
        sweep(size, clock_of(options))
    return 0


def clock_of(options: argparse.Namespace) -> Callable[[], float]:
    """What is read before and after: the wall's clock, or this process's own time (SQLite works inside it)."""
    return time.process_time if options.cpu else time.perf_counter


def fill(size: int) -> None:
    """Fill the installation of ``MUJUN_HOME``; one that is ready is left as it is."""
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if (settings.HOME / "ready").exists():
        return
    from mujun.web.cases.actions import take_in_lists
    from mujun.web.people.models import User

    user = User.objects.create(username="bench", display_name="测试", role="analyst", unit="专班办公室")
    take_in_lists(by=user)
    for begin in range(0, size, 5_000):
        write(list(range(begin, min(begin + 5_000, size))), size, user)
    (settings.HOME / "ready").touch()


def write(numbers: list[int], size: int, user: Any) -> None:
    """Write cases as the engine makes them, each with its clocks, first line and words."""
    from django.db import connection, transaction

    from mujun.cases.state import Actor
    from mujun.web.cases.definitions import definition_of
    from mujun.web.cases.holding import case_values, clock_values, entry_clocks
    from mujun.web.cases.models import Case, CaseClock, CaseEntry, CaseWord
    from mujun.web.cases.queries import list_named
    from mujun.web.cases.words import words_of

    version = list_named(LIST)
    actor = Actor(str(user.pk), "", frozenset({"office", "raiser"}))
    cases, states, trails = [], [], []
    for number in numbers:
        state, lines = template(number % TEMPLATES, actor)
        values = case_values(definition_of(version), state)
        values["fields"] = {"subject": subject(number), "category": "land"}
        cases.append(
            Case(
                version=version, list_name=LIST, number=f"{LIST}-{state.raised_at.year}-{number + 1:06d}", raiser=user,
                title=subject(number), town=f"第{number % 14 + 1}镇", firm_id=f"91990000MA{number % 3000:08d}",
                firm_name=f"示例{name(number % 3000)}厂", lon=120.0 + number % 100 / 500, lat=28.9, **values,
            )
        )  # fmt: skip
        states.append(state)
        trails.append(lines)
    with transaction.atomic():
        made = Case.objects.bulk_create(cases, batch_size=500)
        CaseClock.objects.bulk_create(
            (CaseClock(case=case, **clock_values(held)) for case, state in zip(made, states, strict=True) for held in state.clocks),
            batch_size=2_000,
        )  # fmt: skip
        CaseEntry.objects.bulk_create(
            (
                CaseEntry(
                    case=case, at=line.at, action=line.action, label=line.label, by=user, unit=line.unit, role=line.role,
                    round=line.round, before=line.before, after=line.after, fields=dict(line.fields),
                    clocks=entry_clocks(line.clocks),
                )
                for case, lines in zip(made, trails, strict=True) for line in lines
            ),
            batch_size=2_000,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {CaseWord._meta.db_table} (word, case_id) VALUES (%s, %s)",
                [(word, case.pk) for case in made for word in words_of(case)],
            )


@functools.cache
def template(number: int, actor: Any) -> tuple[Any, list[Any]]:
    """A case as the engine makes it: one in ten new, half of the others at work, half closed."""
    from mujun.cases import engine
    from mujun.cases.state import Event
    from mujun.web.cases.definitions import definition_of
    from mujun.web.cases.queries import list_named
    from mujun.web.cases.working import working_calendar

    definition, calendar = definition_of(list_named(LIST)), working_calendar()
    at = moment(number, TEMPLATES)
    event = Event("", fields={"subject": "样例", "category": "land"})
    outcome: Any = engine.raise_case(definition, str(number), event, actor, at, calendar, source="visit")
    lines = list(outcome.entries)
    if number % 10:
        assign = Event("assign", unit=f"单位{number % 40}")
        outcome = engine.apply(definition, outcome.case, assign, actor, at + dt.timedelta(minutes=20), calendar)
        lines += outcome.entries
        contact = Event("contact")
        outcome = engine.apply(definition, outcome.case, contact, actor, at + dt.timedelta(minutes=30), calendar)
        lines += outcome.entries
    if number % 2 and number % 10:
        close = Event("close", fields={"result": "已办"}, evidence=frozenset({"reply"}))
        outcome = engine.apply(definition, outcome.case, close, actor, at + dt.timedelta(hours=30), calendar)
        lines += outcome.entries
    return outcome.case, lines


SIGNS = "厂房漏水电路招工贷款用地审批环保排污许可仓储物流出口退税设备更新技改消防验收道路停车宿舍食堂治安围墙"


def subject(number: int) -> str:
    """A title of common words with a rare tail."""
    chance = random.Random(number * 7 + 1)
    return "".join(chance.choice(SIGNS) for _ in range(8)) + chance.choice(["请求解决", "需要协调", "望尽快答复"])


def name(number: int) -> str:
    """The name of a firm."""
    chance = random.Random(number * 13 + 5)
    return "".join(chance.choice(SIGNS) for _ in range(4))


def moment(number: int, size: int) -> dt.datetime:
    """When a case was raised: spread over two years up to now, most of the open ones lately."""
    now = dt.datetime.now(dt.UTC)
    share = number / size
    return now - dt.timedelta(days=700 * (1 - share) + 0.01)


def ask(size: int, number: int, requests: int, *, pages: bool, clock: Callable[[], float]) -> None:
    """Print kind and seconds of each question."""
    kinds = _pages(size) if pages else _queries(size)
    for kind, question in kinds.items():
        chance = random.Random(number)
        for place in range(requests + 10):
            started = clock()
            question(chance)
            if place >= 10:
                print(kind, clock() - started)


def _queries(size: int) -> dict[str, Callable[[random.Random], object]]:
    from django.utils import timezone

    from mujun.web.cases import queries
    from mujun.web.cases.definitions import definition_of
    from mujun.web.people.models import User

    user = User.objects.get(username="bench")
    version = queries.list_named(LIST)
    definition = definition_of(version)

    def search(chance: random.Random) -> object:
        number = chance.randrange(size)
        text = chance.choice([subject(number)[:4], subject(number)[2:6], name(number % 3000), f"{number + 1:06d}"])
        return queries.search_cases(text, user)

    return {
        "board-by-state": lambda chance: queries.board_by_state(user, version, definition),
        "board-by-light": lambda chance: queries.board_by_light(user, version, timezone.now()),
        "search": search,
        "card": lambda chance: queries.card_of(user, 1 + chance.randrange(size)),
    }


def _pages(size: int) -> dict[str, Callable[[random.Random], object]]:
    from django.test import Client
    from django.urls import reverse

    from mujun.web.people.models import User

    client = Client()
    client.force_login(User.objects.get(username="bench"))

    def get(address: str, **query: str) -> None:
        answer = client.get(address, query)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    def search(chance: random.Random) -> None:
        number = chance.randrange(size)
        get(reverse("cases"), q=chance.choice([subject(number)[:4], subject(number)[2:6], f"{number + 1:06d}"]))

    return {
        "board-by-state": lambda chance: get(reverse("case_board", args=[LIST])),
        "board-by-light": lambda chance: get(reverse("case_board", args=[LIST]), by="light"),
        "search": search,
        "card": lambda chance: get(reverse("case", args=[1 + chance.randrange(size)])),
    }


def sweep(size: int, clock: Callable[[], float]) -> None:
    """Open every case with clocks that are far from due but for a few, sweep, and say how long it took."""
    from django.utils import timezone

    from mujun.web.cases.models import CaseAlert, CaseClock
    from mujun.web.cases.sweeping import sweep_all

    now = timezone.now()
    for pks in batches(CaseClock.objects.order_by("pk").values_list("pk", flat=True)):
        run = [[(now - dt.timedelta(minutes=1)).isoformat(), None]]
        CaseClock.objects.filter(pk__in=pks).update(
            stopped_at=None, runs=run, late=False, fired=[], due_at=now + dt.timedelta(days=30),
            yellow_at=now + dt.timedelta(days=28), next_at=now + dt.timedelta(days=20),
        )  # fmt: skip
    CaseAlert.objects.all().delete()
    old = [[(now - dt.timedelta(days=3)).isoformat(), None]]
    due = list(CaseClock.objects.filter(clock="contact").values_list("pk", flat=True)[:DUE])
    CaseClock.objects.filter(pk__in=due).update(runs=old, next_at=now - dt.timedelta(minutes=1))
    clocks = CaseClock.objects.filter(stopped_at=None).count()
    started = clock()
    alerts = sweep_all(now)
    seconds = clock() - started
    print(
        f"{size:,} open cases with {clocks:,} running clocks, {len(due):,} due: {alerts:,} alerts, swept in {seconds:.2f} s (limit {SWEEP_LIMIT_S:g})"
    )


def batches(keys: Any, size: int = 20_000) -> Iterator[list[int]]:
    """Keys in lists."""
    found = list(keys)
    for begin in range(0, len(found), size):
        yield found[begin : begin + size]


if __name__ == "__main__":
    sys.exit(main())
