"""Fills the database with a fictional county at once, past the import: for tests and benchmarks of pages and map."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from mujun.demo.memory import make_register
from mujun.register.schema import TABLES
from mujun.register.tables import Register
from mujun.web.evaluations.models import RuleSetVersion, Run, RunResult, RunState
from mujun.web.evaluations.rulesets.actions import import_shipped
from mujun.web.people.models import User
from mujun.web.people.rights import Role
from mujun.web.register.actions import rows
from mujun.web.register.models import ImportBatch, Revision, SourceSheet

PASSWORD = "molen-en-dijk-42"


def fill(firms: int = 240, seed: int = 1, years: tuple[int, ...] = (2021, 2022)) -> tuple[Register, Revision]:
    """Write a county of ``firms`` firms (four parcels to five firms) as one revision; return it with the revision."""
    register = make_register(seed, firms, years=years)
    with transaction.atomic():
        batch = ImportBatch.objects.create(source_name="示范县", digest="0" * 64, state="committed")
        revision = Revision.objects.create(kind="import", batch=batch)
        for name, table in register.tables.items():
            if not len(table):
                continue
            schema = TABLES[name]
            letters = {c.name: [chr(65 + i % 26), c.label] for i, c in enumerate(schema.columns)}
            sheet = SourceSheet.objects.create(
                batch=batch, file=f"{schema.label}.xlsx", sheet="Sheet1", columns=letters
            )
            codes = (np.int64(sheet.pk) << 32) | (np.arange(len(table)) + 2)
            rows.add(schema, table.data, dict.fromkeys(schema.column_names, codes), revision, batch)
    return register, revision


def rule_set(by: User) -> RuleSetVersion:
    """The shipped rules of 黄岩, taken in as the first start of an installation does."""
    import_shipped(by=by)
    return RuleSetVersion.objects.get(name="HY2022")


def grade(register: Register, revision: Revision, by: User, year: int = 2022, seed: int = 1) -> Run:
    """Write a published run whose grades are drawn at random: the map does not ask how they came about."""
    chance = np.random.default_rng(seed)
    version = rule_set(by)
    run = Run.objects.create(
        rules=version, year=year, revision=revision.pk, state=RunState.PUBLISHED, by=by, signed_by=by,
        signed_at=timezone.now(),
    )  # fmt: skip
    firms = register["firms"]
    grades = chance.choice(["A", "B", "C", "D", ""], size=len(firms), p=[0.15, 0.4, 0.25, 0.08, 0.12])
    totals = np.sort(chance.integers(200_000, 1_300_000, size=len(firms)))[::-1]
    RunResult.objects.bulk_create(
        (
            RunResult(
                run=run, firm_id=row.firm_id, name=row.name, town=row.town, group="规上" if row.above_scale else "规下",
                grade=grades[i], rank=i + 1, total_e4=int(totals[i]) if grades[i] else None, area_mu=12.3456,
            )
            for i, row in enumerate(firms.itertuples(index=False))
        ),
        batch_size=2000,
    )  # fmt: skip
    return run


def make_user(role: Role, username: str = "", **fields: Any) -> User:
    """Make an account that may sign in with :data:`PASSWORD`."""
    user = User(username=username or f"test-{role}", display_name=f"测试{role.label}", role=role, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def today() -> dt.date:
    """The day as the pages see it."""
    return timezone.localdate()
