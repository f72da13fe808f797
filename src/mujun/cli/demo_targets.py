"""The demonstration county's ledger: four documents, what they promise, and how far each promise is."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib import resources

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mujun.cli.demo_plan import photograph
from mujun.web.campaign.models import BlockParcel
from mujun.web.campaign.queries.freed import freed_between
from mujun.web.people.models import User
from mujun.web.people.rights import Role, scope_of
from mujun.web.register.jobs import Course
from mujun.web.register.models import Parcel
from mujun.web.targets import actions, jobs
from mujun.web.targets.models import Document, DocumentKind, DocumentStatement, Target, TargetState
from mujun.web.targets.queries.cards import candidates
from mujun.web.targets.queries.ledger import ledger, targets_in_scope

Say = Callable[[str], None]
ISSUER, SERIES = "示范县工业有机更新指挥部", "示范县工业有机更新年度文件"
MOST_TOWNS = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Promise:
    """One promise of a plan: the quote holds ``quote``; what it is called; its formula; shares reported by month."""

    quote: str
    name: str
    metric: str
    value: float
    unit: str
    owner: str = ""
    formula: str = "reported"
    course: tuple[float, ...] = ()


_EVEN = tuple((month + 1) / 12 for month in range(12))
_SLOW = tuple(0.55 * share for share in _EVEN)
_UNEVEN = (0.05, 0.17, 0.22, 0.35, 0.39, 0.52, 0.56, 0.69, 0.73, 0.86, 0.90, 1.0)
_LATE = (0.02, 0.03, 0.08, 0.14, 0.21, 0.29, 0.35, 0.42, 0.51, 0.63, 0.79, 1.0)

LAND = "整治低效工业用地"
USUAL_LAND_MU = 5000
"""What a county without blocks promises."""
DONE_OF_LAST = 1.0575
SHARE_OF_LAND = 0.9
"""The promise against what the blocks can free in time: what is missing is work that they can bring."""


def promised_land(today: dt.date, year: int, by: User) -> int:
    """Return how many mu the plan of ``year`` promises, from the blocks that stand; at most two figures are not 0."""
    whole = Target(starts_on=dt.date(year, 1, 1), due_on=dt.date(year, 12, 31))
    scope = scope_of(by)
    freed = freed_between(whole.starts_on, today).total_mu
    pending = sum(one.amount for one in candidates(whole, scope, today) if one.expected_on <= whole.due_on)
    mu = int(SHARE_OF_LAND * (freed + pending))
    if mu < MOST_TOWNS:
        return USUAL_LAND_MU
    step: int = 10 ** max(len(str(mu)) - 2, 0)
    return mu // step * step


@dataclasses.dataclass(frozen=True, slots=True)
class Land:
    """The land in the documents (mu): what ``this`` year promises, and what a smaller ``last`` year promised."""

    this: int

    @property
    def last(self) -> int:
        """What last year promised."""
        return round(0.8 * self.this)

    @property
    def words(self) -> dict[str, int]:
        """How the documents say it."""
        done, half = round(DONE_OF_LAST * self.last), round(0.33 * self.this)
        return {"land": self.this, "land_last": self.last, "land_done": done, "land_half": half}

    def promise_last(self) -> Promise:
        """The promise of last year, reported by month."""
        course = tuple(DONE_OF_LAST * share for share in _LATE)
        return Promise(f"{LAND}{self.last}亩", LAND, LAND, self.last, "亩", course=course)

    def promise_this(self) -> Promise:
        """The promise of this year, counted from the land that was accepted."""
        return Promise(f"{LAND}{self.this}亩", LAND, LAND, self.this, "亩", formula="freed_mu")


LAST = (
    Promise(
        "60万平方米", "新建标准厂房", "新建标准厂房", 600_000, "平方米", course=tuple(1.05 * share for share in _UNEVEN)
    ),
    Promise(
        "80家",
        "新增规上工业企业",
        "新增规上工业企业",
        80,
        "家",
        "经信局",
        course=tuple(1.075 * share for share in _EVEN),
    ),
    Promise(
        "30家", "新增高新技术企业", "新增高新技术企业", 30, "家", "科技局", course=tuple(0.9 * share for share in _EVEN)
    ),
)
THIS = (
    Promise("批而未供土地600亩", "消化批而未供土地", "消化批而未供土地", 600, "亩", "自然资源和规划局"),
    Promise("80万平方米", "新建标准厂房", "新建标准厂房", 800_000, "平方米", "住建局", course=_UNEVEN),
    Promise("100家", "新增规上工业企业", "新增规上工业企业", 100, "家", "经信局", course=tuple(1.16 * share for share in _EVEN)),
    Promise("40家", "新增高新技术企业", "新增高新技术企业", 40, "家", "科技局", course=_SLOW),
    Promise("36个", "招引亿元以上制造业项目", "招引亿元以上制造业项目", 36, "个", "招商局", course=tuple(1.05 * s for s in _EVEN)),
    Promise(
        "15%", "亩均评价A类企业占比", "亩均评价A类企业占比", 15, "%", "经信局",
        "firms_a / (firms_a + firms_b + firms_c + firms_d) * 100",
    ),
)  # fmt: skip


def make_ledger(analyst: User, leader: User, course: Course, say: Say) -> None:
    """Take in the documents, confirm what they say, make targets of this year and the last, report their months."""
    today = timezone.localdate()
    year = (today - dt.timedelta(days=45)).year
    last = year - 1
    land = Land(promised_land(today, year, analyst))
    words = land.words | {"year": year, "last": last}
    papers = [
        _document("plan_last", f"{last}年工业有机更新工作计划", dt.date(last, 1, 18), DocumentKind.PLAN, words, analyst),
        _document("report_last", f"{last}年工业有机更新工作报告", dt.date(year, 1, 12), DocumentKind.REPORT, words, analyst),
        _document("plan_this", f"{year}年工业有机更新工作计划", dt.date(year, 1, 20), DocumentKind.PLAN, words, analyst),
    ]  # fmt: skip
    if today >= dt.date(year, 7, 12):
        papers.append(
            _document("bulletin", f"{year}年第7期简报", dt.date(year, 7, 12), DocumentKind.BULLETIN, words, analyst)
        )
    for paper in papers:
        jobs.read_document.work(course, document=paper.pk, reading=0, by=analyst.pk)
        paper.refresh_from_db()
    promised = [land.promise_last(), *LAST]
    former = [_made(papers[0], promise, last, analyst) for promise in promised]
    for target, promise in zip(former, promised, strict=True):
        actions.sign_target(target.pk, by=leader)
        _reports(target, promise.course, dt.date(last, 12, 31), analyst)
        actions.close_target(target.pk, "年度任务已对账", by=leader)
    promised = [land.promise_this(), *THIS]
    made = [_made(papers[2], promise, year, analyst) for promise in promised]
    _to_towns(made[0], analyst)
    for target, promise in zip(made, promised, strict=True):
        actions.sign_target(target.pk, by=leader)
        _reports(target, promise.course, today.replace(day=1) - dt.timedelta(days=1), analyst)
    for paper in papers[:3]:
        waiting = list(paper.statements.filter(state="proposed", gone=False).values_list("pk", flat=True))
        if waiting:
            actions.confirm_statements(waiting, by=analyst)
    _supervise(made, leader, today)
    lines = ledger(targets_in_scope(scope_of(analyst)).filter(parent=None, state=TargetState.IN_FORCE), today)
    lights = [line.light.label for line in lines]
    told = "、".join(f"{light}{lights.count(light)}" for light in sorted(set(lights)))
    say(f"    {len(papers)} 份文件，{DocumentStatement.objects.count()} 条表述，{len(lines)} 个目标：{told}")


def _document(
    file: str, title: str, issued_on: dt.date, kind: DocumentKind, words: dict[str, int], by: User
) -> Document:
    text = (resources.files("mujun.demo") / "documents" / f"{file}.txt").read_text(encoding="utf-8")
    content = text.format(**words).encode("utf-8")
    upload = SimpleUploadedFile(f"{title}.txt", content, content_type="text/plain")
    return actions.take_in_document(
        upload, title=title, issuer=ISSUER, issued_on=issued_on, kind=kind, series=SERIES, by=by
    )


def _made(paper: Document, promise: Promise, year: int, by: User) -> Target:
    """Confirm the sentence of a promise, mended where the reader took it otherwise, and make its target."""
    start = paper.text.index(promise.quote)
    held = paper.statements.filter(start__lt=start + len(promise.quote), end__gt=start, gone=False).first()
    fields = {"metric": promise.metric, "value": Decimal(str(promise.value)), "unit": promise.unit, "kind": "target"}
    if held is None:
        held = actions.add_statement(paper.pk, start, start + len(promise.quote), fields | {"period": str(year)}, by=by)
    elif all(getattr(held, name) == value for name, value in fields.items()):
        held = actions.confirm_statement(held.pk, by=by)
    else:
        held = actions.mend_statement(held.pk, fields, note="示范：按原文修正", by=by)
    terms = actions.Terms(
        promise.name, dt.date(year, 1, 1), dt.date(year, 12, 31), owner=by if promise.course else None,
        owner_unit=promise.owner or "改造办", formula=promise.formula,
    )  # fmt: skip
    return actions.make_target(held.pk, terms, by=by)


def _to_towns(target: Target, by: User) -> None:
    """Break the land down to the towns whose blocks hold most of it, the first town on to its cadre."""
    areas: dict[str, float] = {}
    for town, area in BlockParcel.objects.filter(to_day=None).exclude(town="").values_list("town", "area_mu"):
        areas[town] = areas.get(town, 0.0) + area
    towns = sorted(areas, key=lambda town: (-areas[town], town))[:MOST_TOWNS]
    if not towns:
        towns = sorted(set(Parcel.objects.filter(until=None).exclude(town="").values_list("town", flat=True)))[
            :MOST_TOWNS
        ]
        areas = dict.fromkeys(towns, 1.0)
    if not towns:
        return
    whole = sum(areas[town] for town in towns)
    step = 10 if target.value >= 1000 else 1
    values = [Decimal(int(float(target.value) * areas[town] / whole / step) * step) for town in towns]
    values[0] += target.value - sum(values)
    parts = [
        actions.PartTerms(f"{town}整治低效工业用地", value, town=town, owner_unit=town)
        for town, value in zip(towns, values, strict=True)
    ]
    made = actions.break_down(target.pk, parts, by=by)
    cadre = User.objects.filter(role=Role.TOWN, is_active=True).first()
    for part in made:
        if cadre is not None and part.town in cadre.towns:
            person = actions.PartTerms(f"{cadre.display_name}包干", part.value, level="person", owner=cadre)
            actions.break_down(part.pk, [person], by=by)


def _reports(target: Target, shares: Sequence[float], until: dt.date, by: User) -> None:
    for month, share in enumerate(shares, 1):
        first = dt.date(target.due_on.year, month, 1)
        if first > until:
            return
        value = (
            round(share * float(target.value) / 10) * 10 if target.value >= 1000 else round(share * float(target.value))
        )
        actions.report_month(target.pk, first, str(value), photograph(), by=by)


def _supervise(targets: Sequence[Target], leader: User, today: dt.date) -> None:
    """Issue one order to the first target that is red and not the land, whose gap the blocks show."""
    for line in ledger(Target.objects.filter(pk__in=[one.pk for one in targets[1:]]).order_by("number"), today):
        if line.light.colour == "red":
            demand = "请在办理期限内拿出追赶计划，逐项落实到月，并报送佐证材料。"
            actions.issue_order(line.target.pk, demand, today + dt.timedelta(days=15), by=leader)
            return
