"""The demonstration county's lists: cases in every state and light, late ones, reopened ones, one problem of five firms."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.cases.definition import REOPEN, Definition, FieldKind, Needs, StateKind
from mujun.cases.rights import starting_dates
from mujun.cli.demo_plan import photograph
from mujun.web.campaign.models import BlockParcel
from mujun.web.cases import actions
from mujun.web.cases.models import Case, CaseAlert
from mujun.web.cases.queries import ListInForce, lists_for
from mujun.web.cases.subjects import SUBJECTS
from mujun.web.cases.sweeping import sweep_all
from mujun.web.cases.working import working_calendar
from mujun.web.evaluations.models import Run, RunResult
from mujun.web.evaluations.objections import actions as objections
from mujun.web.evaluations.objections.queries import window_for_run
from mujun.web.people.models import User
from mujun.web.people.rights import Role
from mujun.web.register.models import MODELS

Say = Callable[[str], None]
OWNER, SECOND = "住房和建设局", "应急管理局"
DAYS_AGO = (1, 5, 30)
"""How long ago the cases of each state were raised: calm, near the end of their time, late."""
PACE, SLOW = dt.timedelta(minutes=20), dt.timedelta(days=2)
"""From step to step: in time, and so that times are missed on the way."""
SUBJECTS_OF: dict[str, tuple[str, ...]] = {
    "request": (
        "厂房屋顶漏水",
        "用电增容迟迟未批",
        "技改设备补贴未兑现",
        "员工宿舍不足",
        "贷款即将到期",
        "门前道路积水",
    ),
    "hazard": ("疏散通道堆放货物", "抛光车间粉尘未清", "配电箱敞开", "危化品混放", "钢棚锈蚀变形"),
    "package": ("零增地技改扩建厂房", "二手厂房转让过户", "新办五金企业"),
    "audit": ("土地出让收入缴纳不及时", "园区租金减免依据不足"),
    "environment": ("电镀废水管网破损", "喷涂废气收集不全"),
    "inspection": ("低效用地处置进展缓慢", "项目履约监管不严"),
    "opinion": ("网民反映夜间噪声", "网帖反映园区停车难"),
    "petition": ("要求明确安置厂房面积", "反映拆迁补偿口径不一"),
    "safety": ("老旧厂房出租安全隐患", "众厂合用消防设施缺失"),
    "supervision": ("重点项目开工滞后", "腾空地块未及时验收"),
}
WORDS = {"result": "已整改到位，现场核对无误", "measures": "限期搬离，分批拆除", "blocked_by": "涉及历史遗留产权，需上级明确",
         "lesson_text": "同类厂房全面排查一遍", "stage_reply": "已联系供电所，正在勘查", "stage_plan": "先接临时线路，再扩容",
         "petitioner": "示范村村民", "cause": "历史遗留"}  # fmt: skip
DAYS_AHEAD = 12
"""How far ahead dates are set, from the day of the act."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cast:
    """Who plays which party, and where."""

    people: Mapping[str, User]
    parcels: list[tuple[str, str, float, float]]
    firm: User

    def parcel(self, number: int, by: User) -> tuple[str, str, float, float]:
        """A parcel that ``by`` may speak of."""
        mine = [one for one in self.parcels if by.role != Role.TOWN or one[1] in by.towns]
        return mine[number % len(mine)]


def make_cases(run: Run, say: Say) -> None:
    """Fill every list: each state two or three times, at different ages; tell what is due; file objections."""
    analyst = User.objects.get(username="analyst")
    actions.take_in_lists(by=analyst)
    cast = _cast(analyst)
    for held in lists_for(analyst):
        if held.version.name not in SUBJECTS:
            _fill(held, cast)
    _same_problem(run, analyst)
    _objections(run, analyst, cast.firm)
    sweep_all()
    say(f"    {Case.objects.count()} 件事项，发出 {CaseAlert.objects.count()} 次提醒和督办")


def _cast(analyst: User) -> Cast:
    firm, town = (User.objects.filter(role=role).order_by("pk")[0] for role in (Role.FIRM, Role.TOWN))
    bureau, second = (User.objects.get(role=Role.DEPARTMENT, unit=unit) for unit in (OWNER, SECOND))
    leader = User.objects.get(username="leader")
    people = {"office": analyst, "checker": analyst, "leader": leader, "owner_unit": bureau, "town": town, "firm": firm}
    return Cast(people | {OWNER: bureau, SECOND: second}, _free_parcels(), firm)


def _free_parcels() -> list[tuple[str, str, float, float]]:
    """Parcels that lie in no block, from all over the county: (code, town, longitude, latitude)."""
    import shapely

    taken = set(BlockParcel.objects.values_list("parcel_id", flat=True))
    rows = MODELS["parcels"].objects.filter(until=None, geometry__isnull=False).exclude(town="").order_by("parcel_id")
    found = []
    for code, town, wkb in list(rows.values_list("parcel_id", "town", "geometry"))[:: max(1, rows.count() // 400)]:
        point = shapely.from_wkb(bytes(wkb)).representative_point()
        if code not in taken:
            found.append((code, town, round(point.x, 6), round(point.y, 6)))
    return found


def _fill(held: ListInForce, cast: Cast) -> None:
    definition = held.definition
    number = 0
    for state in definition.states:
        path = path_to(definition, state.key)
        for days in DAYS_AGO if state.kind is StateKind.OPEN else DAYS_AGO[1:]:
            if path is not None:
                _play(definition, path, days, number, cast)
                number += 1


def path_to(definition: Definition, state: str) -> list[str] | None:
    """Return the shortest row of actions that leads from the beginning to ``state``; None where only accident does."""
    edges = [(source, move.key, move.to) for move in definition.transitions for source in move.source]
    if definition.parts:
        edges += [(definition.parts.state, "parts_done", definition.parts.done_to)]
        edges += [(definition.parts.state, "parts_refused", definition.parts.refused_to)]
    if definition.reopening:
        edges += [(source, REOPEN, definition.reopening.to) for source in definition.reopening.source]
    paths = {definition.raising.state: list[str]()}
    waiting = deque(paths)
    while waiting:
        here = waiting.popleft()
        for source, action, to in edges:
            if source == here and to not in paths:
                paths[to] = [*paths[here], action]
                waiting.append(to)
    return paths.get(state)


def _play(definition: Definition, path: list[str], days: int, number: int, cast: Cast) -> None:
    """Raise a case so many days ago and take it along a path; what the register speaks against ends it early."""
    at = _morning(days)
    case = _raise(definition, number, at, cast)
    pace = SLOW if days == DAYS_AGO[-1] and number % 2 else PACE
    for action in path:
        at = min(at + pace, timezone.now())
        try:
            _step(definition, case, action, at, cast)
        except Refused:
            return
        case.refresh_from_db()
    if definition.rating and case.state in definition.rating.states:
        stars = (5, 4, 2)[number % 3]
        actions.rate(case.pk, stars, "办得慢" if stars < 3 else "", by=case.raiser, at=at)


def _morning(days: int) -> dt.datetime:
    """Nine o'clock of the last worked day at least so many days ago."""
    calendar, day = working_calendar(), timezone.localdate() - dt.timedelta(days=days)
    while timezone.localtime(calendar.end_of(day)).date() != day:
        day -= dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


def _raise(definition: Definition, number: int, at: dt.datetime, cast: Cast) -> Case:
    raising = definition.raising
    order = ("firm", "town", "office") if number % 2 else ("town", "firm", "office")
    by = cast.people[next(role for role in order if role in raising.who)]
    parcel = cast.parcel(number, by)
    wanted = {key.key for key in definition.fields if raising.state in key.required_in}
    wanted |= {field.key for field in definition.fields if field.kind is FieldKind.PLACE or field.key == "subject"}
    fields = _values(definition, wanted, at, number, parcel)
    sources = definition.sources
    return actions.raise_case(
        definition.name, fields=fields, source=sources[number % len(sources)].key if sources else "", town=parcel[1],
        files=_files(raising.needs), by=by, at=at,
    )  # fmt: skip


def _values(
    definition: Definition, keys: set[str], at: dt.datetime, number: int, parcel: tuple[str, str, float, float]
) -> dict[str, Any]:
    subjects = SUBJECTS_OF.get(definition.name, ("示范事项",))
    found: dict[str, Any] = {}
    for field in definition.fields:
        if field.key not in keys:
            continue
        if field.key == "subject":
            found[field.key] = f"{subjects[number % len(subjects)]}（{parcel[1]}{parcel[0][-4:]}）"
        elif field.kind is FieldKind.CHOICE:
            found[field.key] = list(field.choices)[number % len(field.choices)]
        elif field.kind is FieldKind.DATE:
            found[field.key] = str(timezone.localtime(at).date() + dt.timedelta(days=DAYS_AHEAD))
        elif field.kind is FieldKind.PLACE:
            found[field.key] = [parcel[2], parcel[3]]
        elif field.kind is FieldKind.PARCEL:
            found[field.key] = parcel[0]
        elif field.kind is FieldKind.MONEY:
            found[field.key] = str(20_000 * (number + 1))
        else:
            found[field.key] = WORDS.get(field.key, f"示范{field.label}")
    return found


def _files(needs: Needs) -> dict[str, list[SimpleUploadedFile]]:
    kinds = (*needs.evidence, *needs.evidence_any[:1])
    return {kind: [photograph() if "photo" in kind else _paper(kind)] for kind in kinds}


def _paper(kind: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"示范{kind}.pdf", b"%PDF-1.4\n% fictional\n", content_type="application/pdf")


def _step(definition: Definition, case: Case, action: str, at: dt.datetime, cast: Cast) -> None:
    if action == REOPEN:
        actions.reopen(case.pk, "问题又出现了", by=case.raiser, at=at)
        return
    if action in ("parts_done", "parts_refused"):
        for unit in (OWNER, SECOND):
            actions.act(case.pk, "begin", part=unit, by=cast.people[unit], at=at)
            last = {"parts_done": "finish", "parts_refused": "refuse"}[action if unit == SECOND else "parts_done"]
            needs = next(move.needs for move in definition.parts.transitions if move.key == last)  # type: ignore[union-attr]
            actions.act(
                case.pk, last, part=unit, reason="材料核对", files=_files(needs), by=cast.people[unit], at=at
            )  # fmt: skip
        return
    move = definition.transition(action)
    keys = {
        field.key for field in definition.fields
        if (field.key in move.fields or move.to in field.required_in) and case.fields.get(field.key) is None
    }  # fmt: skip
    keys |= {key for key in move.fields if definition.field(key).kind is FieldKind.DATE} | starting_dates(
        definition, move
    )
    keys -= {field.key for field in definition.fields if field.kind in (FieldKind.FIRM, FieldKind.PARCEL)}
    parcel = (case.parcel_id, case.town, case.lon or 0.0, case.lat or 0.0)
    by = _player(case, move.who, cast)
    actions.act(
        case.pk, action, reason="示范：情况属实", approval="示范县专题会议纪要〔2026〕3号", files=_files(move.needs),
        fields=_values(definition, keys, at, case.pk, parcel), unit=OWNER if move.assigns else "",
        units=[OWNER, SECOND] if move.splits else [], extension=5 if move.extends else 0, by=by, at=at,
    )  # fmt: skip


def _player(case: Case, who: tuple[str, ...], cast: Cast) -> User:
    """Who plays a step: the unit once it is responsible, the office, the leader, else the one who raised it."""
    players = [role for role in who if role in ("owner_unit", "office", "checker", "leader")]
    if case.owner_unit != OWNER and "owner_unit" in players:
        players.remove("owner_unit")
    if players:
        return cast.people[players[0]]
    return case.raiser if "raiser" in who else cast.firm


def _same_problem(run: Run, analyst: User) -> None:
    """The same problem of five firms: from the third on it is a matter of policy."""
    firms = list(
        RunResult.objects.filter(run=run).exclude(town="").order_by("-firm_id").values_list("firm_id", flat=True)[:5]
    )
    at = _morning(3)
    for place, firm_id in enumerate(firms):
        fields = {"subject": "老厂房改造容积率限制无法扩建", "firm": firm_id, "cause": "容积率上限"}
        case = actions.raise_case("request", fields=fields, source="visit", by=analyst, at=at + place * PACE)
        actions.act(case.pk, "assign", unit=OWNER, fields={"category": "land"}, by=analyst, at=at + (place + 1) * PACE)


def _objections(run: Run, analyst: User, firm: User) -> None:
    """Objections of the firm and of others to their tax: filed, under review, refused, taken back."""
    others = list(RunResult.objects.filter(run=run).exclude(grade="").order_by("firm_id")[:40])
    held = set(MODELS["measures"].objects.filter(until=None, year=run.year).values_list("firm_id", flat=True))
    rows = [row for row in others if row.firm_id in held and row.firm_id != firm.firm_id][:3]
    own = RunResult.objects.filter(run=run, firm_id=firm.firm_id).first()
    made = []
    for row, by in [
        *([(own, firm)] if own is not None and firm.firm_id in held else []),
        *((row, analyst) for row in rows),
    ]:
        made.append(
            objections.file_objection(
                window_for_run(run), row.firm_id, row.name, row.town, table="measures", key=[row.firm_id, str(run.year)],
                column="tax_wan", claimed="888.8", text="示范：漏计一笔已入库税款", upload=_paper("完税证明"), by=by,
            )
        )  # fmt: skip
    for place, objection in enumerate(made[1:]):
        if place == 0:
            objections.take_up_objection(objection.pk, by=analyst)
        elif place == 1:
            objections.reject_objection(objection.pk, "示范：与税务数据一致", by=analyst)
        else:
            objections.withdraw_objection(objection.pk, by=analyst)
