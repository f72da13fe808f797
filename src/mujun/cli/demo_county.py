"""Builds the demonstration site: the county's raw files taken in, graded, published and drawn as the pages would."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.files import File
from django.utils import timezone

from mujun.cli.demo_cases import OWNER, SECOND, make_cases
from mujun.cli.demo_plan import make_plans
from mujun.cli.demo_targets import make_ledger
from mujun.web.evaluations.jobs import area_notice, rehearse_run
from mujun.web.evaluations.models import RuleSetVersion, Run, RunResult
from mujun.web.evaluations.rulesets.actions import import_shipped
from mujun.web.evaluations.runs.actions import draft_run, open_result_notice, publish_run
from mujun.web.findings.actions import draft_findings, import_shipped_findings, publish_findings
from mujun.web.findings.jobs import rehearse_findings
from mujun.web.findings.models import FindingsRuleSet, FindingsRun
from mujun.web.maps.jobs import build_tiles
from mujun.web.people.actions import NewAccount, change_password, make_accounts, make_first_administrator
from mujun.web.people.models import User
from mujun.web.people.rights import Role
from mujun.web.register.actions.batches import commit_import, keep_rehearsal, take_in
from mujun.web.register.imports import make_rehearsal, store_uploads
from mujun.web.register.jobs import Course
from mujun.web.register.queries import current_revision

PASSWORD = "mujun-demo-2026"  # noqa: S105 - printed on purpose: the county is fictional and serves this machine only
EVALUATIONS = (("HY2022", 2022), ("HA2024", 2024))
FINDINGS = "YK"
SOURCE = "示范县"
NOTICE_DAYS = 10

Say = Callable[[str], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """A demonstration user."""

    username: str
    name: str
    role: Role
    what: str


class Told(Course):
    """A job's course as lines on the terminal: one line for each thing it does."""

    def __init__(self, say: Say) -> None:
        super().__init__(0)
        self._say = say
        self._last = ""

    def __call__(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done, once."""
        if doing and doing != self._last:
            self._last = doing
            self._say(f"    {doing}")


def build(home: Path, *, seed: int, scale: float, say: Say) -> list[Account]:
    """Fill the empty installation in ``home`` and return its users."""
    from mujun.demo.county import write_county

    county = home / "county"
    shutil.rmtree(county, ignore_errors=True)
    say("▸ 生成示范县的原始文件 · the county's raw files")
    planted = write_county(county, seed=seed, scale=scale)
    say(f"    {sum(1 for file in county.rglob('*') if file.is_file())} 个文件，埋设 {planted} 处数据问题")
    administrator = make_first_administrator(username="admin", display_name="演示管理员", password=PASSWORD, by=None)
    analyst = _accounts([NewAccount("analyst", "演示业务员", Role.ANALYST, unit="改造提升专班办公室")], administrator)[
        0
    ]
    say("▸ 导入：预演，然后入库 · import: rehearse, then commit")
    _import(county, analyst, say)
    say("▸ 评价：试算，然后发布 · evaluate: rehearse, then publish")
    import_shipped(by=analyst)
    runs = [_evaluate(name, year, analyst, say) for name, year in EVALUATIONS]
    say("▸ 认定低效用地：试算，然后发布 · find low-efficiency land: rehearse, then publish")
    findings = _find(runs[-1], analyst, say)
    say("▸ 公示 · public notices")
    _publish(runs, analyst, say)
    say("▸ 生成地图 · draw the map")
    build_tiles.work(Told(say))
    others = _others(runs[0], administrator)
    say("▸ 编制连片方案：求解、备选、预算曲线、分期 · plan blocks: solve, alternatives, front, periods")
    make_plans(findings, analyst, User.objects.get(username="leader"), Told(say), say)
    say("▸ 文件与目标：收录、确认、分解、月报、督办 · documents and targets")
    make_ledger(analyst, User.objects.get(username="leader"), Told(say), say)
    say("▸ 闭环清单：提出、交办、办理、销号、重开，发出提醒 · cases of every list")
    make_cases(runs[0], say)
    return [
        Account("admin", "演示管理员", Role.ADMINISTRATOR, "accounts and settings"),
        Account("analyst", "演示业务员", Role.ANALYST, "imports, evaluates, publishes"),
        *others,
    ]


def _accounts(accounts: list[NewAccount], by: User) -> list[User]:
    made = [user for user, _code in make_accounts(accounts=accounts, by=by)]
    for user in made:
        change_password(by=user, password=PASSWORD)
    return made


def _import(county: Path, by: User, say: Say) -> None:
    with _opened(county) as files:
        uploads = store_uploads(files)
    batch = take_in(uploads, SOURCE, by=by)
    found, name = make_rehearsal(batch, Told(say))
    held = keep_rehearsal(batch, found, name, by=by)
    say(f"    预演发现 {len(found.defects)} 条数据问题")
    revision = commit_import(held.pk, by=by)
    say(f"    已入库，登记簿第 {revision.pk} 版")


@contextlib.contextmanager
def _opened(county: Path) -> Iterator[Iterator[File[bytes]]]:
    """Yield the county's files as a browser would send them; what is planted stays behind."""

    def files() -> Iterator[File[bytes]]:
        for path in sorted(county.rglob("*")):
            inside = path.relative_to(county)
            if path.is_file() and not inside.parts[0].startswith("_"):
                with path.open("rb") as handle:
                    yield File(handle, name=inside.as_posix())

    yield files()


def _evaluate(name: str, year: int, by: User, say: Say) -> Run:
    version = RuleSetVersion.objects.get(name=name, shipped=True, valid=True)
    run = draft_run(version, year, current_revision(), "示范", by=by)
    say(f"  {version.title}")
    rehearse_run.work(Told(say), run=run.pk)
    return publish_run(run.pk, by=by)


def _find(grades: Run, by: User, say: Say) -> FindingsRun:
    """Find low-efficiency land of the year of ``grades``, which it reads."""
    import_shipped_findings(by=by)
    rules = FindingsRuleSet.objects.get(name=FINDINGS, shipped=True, valid=True)
    run = draft_findings(rules, grades.year, current_revision(), grades, "示范", by=by)
    rehearse_findings.work(Told(say), run=run.pk)
    held = publish_findings(run.pk, timezone.now() + dt.timedelta(days=NOTICE_DAYS), by=by)
    say(f"    {held.summary['parcels']} 宗地中认定 {held.summary['found']} 宗")
    return held


def _publish(runs: list[Run], by: User, say: Say) -> None:
    now = timezone.now()
    until = now + dt.timedelta(days=NOTICE_DAYS)
    for run in runs:
        area_notice.work(
            Told(say), title=f"{run.year}年度用地面积公示", year=run.year, revision=run.revision,
            starts=now.isoformat(), ends=until.isoformat(), by=by.pk,
        )  # fmt: skip
        open_result_notice(run.pk, f"{run.year}年度评价结果公示", now, until, by=by)


def _others(run: Run, by: User) -> list[Account]:
    """Make one user of every other role; the firm is the first one graded C, so that there is something to improve."""
    graded = RunResult.objects.filter(run=run).order_by("firm_id")
    firm = graded.filter(grade="C").first() or graded.exclude(grade="").first() or graded[0]
    town = firm.town or graded.exclude(town="")[0].town
    _accounts(
        [
            NewAccount("leader", "演示领导", Role.LEADER, unit="县政府办公室"),
            NewAccount("bureau", "演示部门人员", Role.DEPARTMENT, unit=OWNER),
            NewAccount("safety", "演示应急人员", Role.DEPARTMENT, unit=SECOND),
            NewAccount("town", "演示镇街干部", Role.TOWN, towns=(town,)),
            NewAccount("firm", "演示企业会计", Role.FIRM, firm_id=firm.firm_id),
            NewAccount("auditor", "演示审计员", Role.AUDITOR),
        ],
        by,
    )
    return [
        Account("leader", "演示领导", Role.LEADER, "reads everything, signs runs and plans"),
        Account("town", "演示镇街干部", Role.TOWN, f"sees {town} only"),
        Account("bureau", "演示部门人员", Role.DEPARTMENT, f"works the cases of {OWNER}"),
        Account("safety", "演示应急人员", Role.DEPARTMENT, f"works the cases of {SECOND}"),
        Account("firm", "演示企业会计", Role.FIRM, f"sees {firm.name} only"),
        Account("auditor", "演示审计员", Role.AUDITOR, "reads all, changes nothing"),
    ]
