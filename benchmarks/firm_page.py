"""Times the firm page with 100,000 firms in the database against the same page with 1,000 firms.

    python benchmarks/firm_page.py [--small 1000] [--large 100000] [--requests 400] [--rounds 3] [--home DIR]

Builds two databases (five years of figures, land, buildings, leases, two published years) with the program's own
actions, serves both with waitress on 127.0.0.1, and asks in turn for the pages of firms chosen at random, 20 requests
at a time. Prints p95 of each and their ratio; exits 1 where it is above 1.3. ``--home`` keeps the databases for the
next time.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LIMIT = 1.3
AT_ONCE = 20
YEARS = (2018, 2019, 2020, 2021, 2022)
GRADED = (2021, 2022)


def main() -> int:
    """Build, serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=400, help="per database and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--build", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        return build(options.build)
    if options.serve:
        return serve(options.serve)
    if options.home:
        options.home.mkdir(parents=True, exist_ok=True)
        return compare(options.home, options)
    with tempfile.TemporaryDirectory(prefix="mujun-firm-page-") as folder:
        return compare(Path(folder), options)


def compare(folder: Path, options: argparse.Namespace) -> int:
    """Ask both servers in turn and print the ratio of their p95."""
    sizes = (options.small, options.large)
    homes = {size: folder / f"firms-{size}" for size in sizes}
    ports, servers = {size: free_port() for size in sizes}, []
    for size, home in homes.items():
        started = time.perf_counter()
        child(home, "--build", size)
        print(f"{size:,} firms: database ready after {time.perf_counter() - started:.0f} s", flush=True)
    try:
        for size, home in homes.items():
            servers.append(start(home, ports[size]))
            wait_for(ports[size])
        taken: dict[int, list[float]] = {size: [] for size in sizes}
        for size in sizes:
            ask(ports[size], homes[size], size, AT_ONCE * 4, 0)
        for number in range(1, options.rounds + 1):
            for size in sizes:
                taken[size] += ask(ports[size], homes[size], size, options.requests, number)
    finally:
        for server in servers:
            server.terminate()
            server.wait()
    p95 = {size: percentile(taken[size], 95) for size in sizes}
    for size in sizes:
        middle = statistics.median(taken[size])
        print(
            f"{size:,} firms: p95 {p95[size] * 1000:.0f} ms, median {middle * 1000:.0f} ms, {len(taken[size])} requests"
        )
    ratio = p95[options.large] / p95[options.small]
    print(f"ratio {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio <= LIMIT else 1


def percentile(values: list[float], share: int) -> float:
    """The value that ``share`` percent of ``values`` do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def environment(home: Path) -> dict[str, str]:
    """The environment of one installation."""
    return {
        **os.environ,
        "MUJUN_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "mujun.web.settings",
        "MUJUN_HOSTS": "127.0.0.1",
    }


def child(home: Path, flag: str, value: int) -> None:
    """Run one part of this program in a process of its own."""
    subprocess.run([sys.executable, __file__, flag, str(value)], env=environment(home), check=True)


def start(home: Path, port: int) -> subprocess.Popen[bytes]:
    """Serve one installation."""
    return subprocess.Popen([sys.executable, __file__, "--serve", str(port)], env=environment(home))


def wait_for(port: int) -> None:
    """Return once the server answers."""
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server on port {port} did not start")


def ask(port: int, home: Path, size: int, requests: int, seed: int) -> list[float]:
    """Ask for ``requests`` pages of firms chosen at random, 20 at a time; return the seconds of each."""
    chance = random.Random(seed)
    session = (home / "session").read_text()
    firms = [firm_code(chance.randrange(size)) for _ in range(requests)]

    def one(firm: str) -> float:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        started = time.perf_counter()
        connection.request("GET", f"/firms/{firm}/", headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - started
        connection.close()
        if answer.status != 200 or firm.encode() not in body:
            raise SystemExit(f"/firms/{firm}/ answered {answer.status}")
        return seconds

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, firms))


def serve(port: int) -> int:
    """Serve the pages with waitress as ``mujun serve`` does."""
    import logging

    from waitress import serve as serve_forever

    from mujun.web.wsgi import application

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # 20 at a time wait for 8 threads by design
    serve_forever(application, host="127.0.0.1", port=port, threads=8, connection_limit=500)
    return 0


def firm_code(number: int) -> str:
    """The code of a firm, in the form of a credit code."""
    return f"91990000MA{number:08d}"


def build(firms: int) -> int:
    """Fill the installation of ``MUJUN_HOME``; one that is ready is left as it is."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if (settings.HOME / "session").exists():
        return 0
    call_command("collectstatic", interactive=False, verbosity=0)
    from mujun.web.people.models import User

    user = User.objects.create(username="bench", display_name="测试", role="analyst")
    fill(firms)
    publish(user)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    (settings.HOME / "session").write_text(str(session.session_key))
    return 0


def fill(firms: int) -> None:
    """Write a county of ``firms`` firms as one revision, every value with a cell."""
    import numpy as np
    from django.db import transaction

    from mujun.register.schema import TABLES
    from mujun.register.tables import conform
    from mujun.web.register.actions.rows import add, next_revision
    from mujun.web.register.models import RevisionKind, SourceSheet
    from mujun.web.register.storage import ROW_BITS

    with transaction.atomic():
        revision = next_revision(RevisionKind.IMPORT, by=None)
        for name, frame in county(firms).items():
            table = TABLES[name]
            letters = {
                column: [chr(65 + n % 26), table.column(column).label] for n, column in enumerate(table.column_names)
            }
            sheet = SourceSheet.objects.create(file=f"{table.label}.xlsx", sheet="Sheet1", columns=letters)
            data = conform(frame, table)
            codes = (np.int64(sheet.pk) << ROW_BITS) | np.arange(2, len(data) + 2, dtype=np.int64)
            add(table, data, dict.fromkeys(table.column_names, codes), revision, None)


def county(firms: int) -> dict[str, object]:
    """Firms of skewed size on parcels of their own, every fifth renting from another; five years of figures."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(1)
    number = np.arange(firms)
    ids = np.array([firm_code(n) for n in number], dtype=object)
    parcels = np.array([f"P{n:08d}" for n in number], dtype=object)
    town = np.array([f"第{n % 14 + 1}镇" for n in number], dtype=object)
    area = np.round(np.exp(chance.normal(8.6, 0.8, firms)), 2)
    size = np.exp(chance.normal(6.5, 1.0, firms))
    tenants, lessors = number[::5], (number[::5] * 7 + 3) % firms
    start = pd.Timestamp("2012-01-01")
    years = []
    for year in YEARS:
        growth = 1 + 0.05 * (year - YEARS[0]) + chance.normal(0, 0.05, firms)
        years.append(
            pd.DataFrame(
                {
                    "firm_id": ids, "year": year, "tax_wan": np.round(size * 0.2 * growth, 2),
                    "value_added_wan": np.round(size * growth, 2), "revenue_wan": np.round(size * 4 * growth, 2),
                    "rd_wan": np.round(size * 0.1, 2), "energy_tce": np.round(size * 0.3, 2),
                    "electricity_kwh": np.round(size * 900), "emission_t": np.round(size * 0.0002, 4) + 0.01,
                    "employees": np.round(size * 0.05) + 5,
                }
            )
        )  # fmt: skip
    own = {"firm_id": ids, "parcel_id": parcels, "kind": "own", "area_m2": area, "from": start, "lessor_id": ""}
    lease = {
        "firm_id": ids[tenants], "parcel_id": parcels[lessors], "kind": "lease", "from": start,
        "area_m2": np.round(area[lessors] * 0.1, 2), "lessor_id": ids[lessors],
    }  # fmt: skip
    return {
        "firms": pd.DataFrame(
            {
                "firm_id": ids, "name": [f"示例五金{n}厂" for n in number], "industry": "C3311", "town": town,
                "above_scale": size > 1500, "status": "active",
            }
        ),
        "parcels": pd.DataFrame({"parcel_id": parcels, "town": town, "holder_id": ids, "registered_area_m2": area}),
        "buildings": pd.DataFrame(
            {"building_id": [f"B{n:08d}" for n in number], "parcel_id": parcels, "floor_area_m2": np.round(area * 1.2, 2)}
        ),
        "occupancy": pd.concat([pd.DataFrame(own), pd.DataFrame(lease)], ignore_index=True),
        "measures": pd.concat(years, ignore_index=True),
    }  # fmt: skip


def publish(user: object) -> None:
    """Evaluate and sign the graded years."""
    from mujun.web.evaluations.rulesets.actions import import_shipped
    from mujun.web.evaluations.rulesets.queries import usable_versions
    from mujun.web.evaluations.runs import actions
    from mujun.web.evaluations.runs.rehearsing import rehearse
    from mujun.web.register.queries import current_revision

    import_shipped(by=user)
    version = usable_versions().get(name="HY2022")
    for year in GRADED:
        run = actions.draft_run(version, year, current_revision(), by=user)
        actions.publish_run(rehearse(run, by=user).pk, by=user)


if __name__ == "__main__":
    sys.exit(main())
