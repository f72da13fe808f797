"""Who may do what: one table from role to rights, the scope of a user, and the gate before every page."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    """One thing that a role may or may not do. The first two are no rights of a role but of everybody."""

    ANYONE = "anyone"
    """Open without signing in: sign-in page, first page."""
    SIGNED_IN = "signed_in"
    """Open to everyone signed in: own password, own tokens, language."""
    READ_REGISTER = "read_register"
    """Map, parcels, firms, share ledgers, inside the own scope."""
    READ_AMOUNTS = "read_amounts"
    """Tax and other protected figures of a firm, inside the own scope; each look is logged."""
    READ_IMPORTS = "read_imports"
    IMPORT = "import"
    """Rehearse, import, undo, map columns, decide doubtful pairs."""
    CORRECT = "correct"
    """Correct one cell with a reason."""
    READ_RESULTS = "read_results"
    """Published lists, grades and account sheets, inside the own scope."""
    READ_DRAFTS = "read_drafts"
    """Runs that are not published, rule sets, comparisons."""
    EVALUATE = "evaluate"
    """Take in rule sets, start runs."""
    PUBLISH = "publish"
    """Publish area lists and results, sign the run after an objection."""
    READ_OBJECTIONS = "read_objections"
    OBJECT = "object"
    """Raise an objection, hand in its document."""
    OBJECT_FINDINGS = "object_findings"
    """Raise an objection to a finding of low-efficiency land inside the own scope, or take the own one back."""
    DECIDE = "decide"
    """Decide an objection."""
    READ_PLANS = "read_plans"
    """Plans of blocks before and after their signature: the whole county, so only for who sees all of it."""
    MAKE_PLANS = "make_plans"
    """Make plans, solve them, lock parcels, choose among alternatives."""
    SIGN_PLANS = "sign_plans"
    """Sign a plan, which opens its blocks."""
    READ_BLOCKS = "read_blocks"
    """Blocks of the campaign, their parties, stages and files, inside the own scope."""
    OPEN_BLOCKS = "open_blocks"
    """Open, change, announce and close blocks; take parcels in and out; set planned days."""
    WORK_BLOCKS = "work_blocks"
    """Record stages, consent and photographs of blocks inside the own scope."""
    SIGN_BLOCKS = "sign_blocks"
    """Accept freed land, decide to go on without all signatures or to skip a stage."""
    ASK_LINE = "ask_line"
    """Ask whether a parcel inside the own scope lies inside a published block; each answer is logged."""
    READ_TARGETS = "read_targets"
    """Documents with their statements, the ledger of targets and supervision orders, inside the own scope."""
    MAKE_TARGETS = "make_targets"
    """Take in documents, confirm and link statements, make targets with formulas and breakdowns."""
    SIGN_TARGETS = "sign_targets"
    """Put targets in force, end them, issue and close supervision orders."""
    REPORT_TARGETS = "report_targets"
    """Report the month of a target one answers for; reply to its supervision order."""
    READ_CASES = "read_cases"
    """Cases of every list inside the own scope: own unit, own towns, own firm, or all."""
    RAISE_CASES = "raise_cases"
    """Raise a case, rate it, open it again, as the one who raised it or as the firm it is about."""
    WORK_CASES = "work_cases"
    """Do the work of a case as the unit responsible, as a department with a part of it, or as its town."""
    CHECK_CASES = "check_cases"
    """Verify cases and check what other units did; never the own unit's work."""
    RUN_CASES = "run_cases"
    """Act as the office: take in, assign, merge, send back, close."""
    SIGN_CASES = "sign_cases"
    """Act as the leader: grant more time, decide that something cannot be solved."""
    MANAGE_LISTS = "manage_lists"
    """Take in definitions of lists and put them in force."""
    SET_HOLIDAYS = "set_holidays"
    """Set days that are worked or not, other than the calendar says."""
    READ_ACCOUNTS = "read_accounts"
    ACCOUNTS = "accounts"
    """Make, change, close accounts; issue one-time codes."""
    READ_AUDIT = "read_audit"

    @property
    def label(self) -> Any:
        """What the right allows, for people (lazily translated)."""
        return RIGHT_LABELS[self]


RIGHT_LABELS: dict[Right, Any] = {
    Right.ANYONE: _("打开公开页面"),
    Right.SIGNED_IN: _("打开登录后的页面"),
    Right.READ_REGISTER: _("查看地图、宗地和企业"),
    Right.READ_AMOUNTS: _("查看税收等受保护金额"),
    Right.READ_IMPORTS: _("查看导入批次"),
    Right.IMPORT: _("导入数据"),
    Right.CORRECT: _("更正数据"),
    Right.READ_RESULTS: _("查看评价结果"),
    Right.READ_DRAFTS: _("查看未公布的评价"),
    Right.EVALUATE: _("开展评价"),
    Right.PUBLISH: _("公布名单和结果"),
    Right.READ_OBJECTIONS: _("查看异议"),
    Right.OBJECT: _("提出异议"),
    Right.OBJECT_FINDINGS: _("对低效用地认定提出异议"),
    Right.DECIDE: _("处理异议"),
    Right.READ_PLANS: _("查看连片方案"),
    Right.MAKE_PLANS: _("编制连片方案"),
    Right.SIGN_PLANS: _("签发连片方案"),
    Right.READ_BLOCKS: _("查看整治区块"),
    Right.OPEN_BLOCKS: _("建立和调整整治区块"),
    Right.WORK_BLOCKS: _("记录区块进展、意愿和照片"),
    Right.SIGN_BLOCKS: _("验收腾出土地、作出决定"),
    Right.ASK_LINE: _("查询是否在整治范围内"),
    Right.READ_TARGETS: _("查看文件和目标台账"),
    Right.MAKE_TARGETS: _("收录文件、确认表述、编制目标"),
    Right.SIGN_TARGETS: _("下达目标、签发督办单"),
    Right.REPORT_TARGETS: _("填报本人负责的目标"),
    Right.READ_CASES: _("查看清单事项"),
    Right.RAISE_CASES: _("提出、评价和重新打开事项"),
    Right.WORK_CASES: _("办理本单位的事项"),
    Right.CHECK_CASES: _("核查其他单位办理的事项"),
    Right.RUN_CASES: _("受理、交办和销号"),
    Right.SIGN_CASES: _("批准延期、列为暂不能解决"),
    Right.MANAGE_LISTS: _("管理清单定义"),
    Right.SET_HOLIDAYS: _("设定上班日和节假日"),
    Right.READ_ACCOUNTS: _("查看账号"),
    Right.ACCOUNTS: _("管理账号"),
    Right.READ_AUDIT: _("查看操作日志"),
}


class Role(StrEnum):
    """What a person is here for; everybody has exactly one role."""

    ANALYST = "analyst"
    LEADER = "leader"
    TOWN = "town"
    DEPARTMENT = "department"
    FIRM = "firm"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Any:
        """The name of the role for people (lazily translated)."""
        return ROLE_LABELS[self]


ROLE_LABELS: dict[Role, Any] = {
    Role.ANALYST: _("业务人员"),
    Role.LEADER: _("领导"),
    Role.TOWN: _("镇街干部"),
    Role.DEPARTMENT: _("部门人员"),
    Role.FIRM: _("企业用户"),
    Role.AUDITOR: _("审计人员"),
    Role.ADMINISTRATOR: _("管理员"),
}

_READS_ALL = {
    Right.READ_REGISTER,
    Right.READ_AMOUNTS,
    Right.READ_IMPORTS,
    Right.READ_RESULTS,
    Right.READ_DRAFTS,
    Right.READ_OBJECTIONS,
    Right.READ_PLANS,
    Right.READ_BLOCKS,
    Right.ASK_LINE,
    Right.READ_TARGETS,
    Right.READ_CASES,
}

ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ANALYST: frozenset(
        _READS_ALL
        | {Right.IMPORT, Right.CORRECT, Right.EVALUATE, Right.PUBLISH, Right.OBJECT, Right.DECIDE}
        | {Right.OBJECT_FINDINGS, Right.MAKE_PLANS, Right.OPEN_BLOCKS, Right.WORK_BLOCKS}
        | {Right.MAKE_TARGETS, Right.REPORT_TARGETS}
        | {Right.RAISE_CASES, Right.WORK_CASES, Right.CHECK_CASES, Right.RUN_CASES}
        | {Right.MANAGE_LISTS, Right.SET_HOLIDAYS}
    ),
    Role.LEADER: frozenset(
        _READS_ALL
        | {Right.PUBLISH, Right.SIGN_PLANS, Right.SIGN_BLOCKS, Right.SIGN_TARGETS, Right.REPORT_TARGETS}
        | {Right.RAISE_CASES, Right.SIGN_CASES}
    ),
    Role.TOWN: frozenset(
        {Right.READ_REGISTER, Right.READ_RESULTS, Right.READ_OBJECTIONS}
        | {Right.OBJECT_FINDINGS, Right.READ_BLOCKS, Right.WORK_BLOCKS, Right.ASK_LINE}
        | {Right.READ_TARGETS, Right.REPORT_TARGETS}
        | {Right.READ_CASES, Right.RAISE_CASES, Right.WORK_CASES}
    ),
    Role.DEPARTMENT: frozenset(
        {Right.READ_REGISTER, Right.READ_CASES, Right.RAISE_CASES, Right.WORK_CASES, Right.CHECK_CASES}
        | {Right.READ_TARGETS, Right.REPORT_TARGETS}
    ),
    Role.FIRM: frozenset(
        {Right.READ_REGISTER, Right.READ_AMOUNTS, Right.READ_RESULTS, Right.READ_OBJECTIONS, Right.OBJECT}
        | {Right.OBJECT_FINDINGS, Right.ASK_LINE, Right.READ_CASES, Right.RAISE_CASES}
    ),
    Role.AUDITOR: frozenset(_READS_ALL | {Right.READ_ACCOUNTS, Right.READ_AUDIT}),
    Role.ADMINISTRATOR: frozenset({Right.READ_REGISTER, Right.READ_ACCOUNTS, Right.ACCOUNTS, Right.READ_AUDIT}),
}
"""The one table of who may do what. Everything else asks :func:`has_right`."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """Which rows a user may see: ``towns`` and ``firms`` None = all; ``amounts`` False = figures are masked."""

    towns: frozenset[str] | None
    firms: frozenset[str] | None
    amounts: bool

    @property
    def everything(self) -> bool:
        """Whether no row is hidden."""
        return self.towns is None and self.firms is None

    def sees_town(self, town: str) -> bool:
        """Whether rows of ``town`` as a whole lie inside the scope (a firm's account sees no whole town)."""
        return self.firms is None and (self.towns is None or town in self.towns)

    def sees_firm(self, firm_id: str, town: str) -> bool:
        """Whether the firm lies inside the scope; ``town`` is the town the register gives it."""
        if self.firms is not None and firm_id not in self.firms:
            return False
        return self.towns is None or town in self.towns


NOTHING = Scope(frozenset(), frozenset(), amounts=False)
"""The scope of somebody not signed in."""


def rights_of(user: Any) -> frozenset[Right]:
    """Every right of ``user``, also the two that belong to everybody."""
    rights = frozenset({Right.ANYONE})
    if user is None or not user.is_authenticated:
        return rights
    return rights | {Right.SIGNED_IN} | ROLE_RIGHTS.get(user.role, frozenset())


def has_right(user: Any, right: Right) -> bool:
    """Whether ``user`` may do what ``right`` names."""
    return right in rights_of(user)


def roles_with(right: Right) -> list[Role]:
    """The roles that have ``right``, in the order of :class:`Role`."""
    return [role for role in Role if right in ROLE_RIGHTS[role]]


def scope_of(user: Any) -> Scope:
    """Which rows ``user`` may see and whether with amounts."""
    if user is None or not user.is_authenticated:
        return NOTHING
    return Scope(
        towns=frozenset(user.towns) if user.role == Role.TOWN else None,
        firms=frozenset({user.firm_id} if user.firm_id else ()) if user.role == Role.FIRM else None,
        amounts=has_right(user, Right.READ_AMOUNTS),
    )


class RightMissing(PermissionDenied):
    """Somebody asked for what another role may do; the page for status 403 says which."""

    def __init__(self, right: Right) -> None:
        self.right = right
        super().__init__(str(right))


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What a view declares: ``right`` to read, ``write`` for every method other than GET, the ``methods`` it knows."""

    name: str
    right: Right
    write: Right
    methods: tuple[str, ...]

    def right_for(self, method: str) -> Right:
        """The right that ``method`` needs."""
        return self.right if method in ("GET", "HEAD") else self.write


PAGES: dict[str, Page] = {}
"""Every declared view by ``module.function``; a test walks it."""


def page(
    right: Right, methods: Sequence[str] = ("GET",), *, write: Right | None = None
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare who may open a view and with which methods (``write``: another right for all but GET).

    Not signed in: to the sign-in page. A one-time code not yet changed: to the page that changes it.
    Wrong right: status 403 with who can do it. Wrong method: status 405. The view gets ``.page``.
    """

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        name = f"{view.__module__}.{view.__qualname__}"
        declared = Page(name, right, write or right, tuple(methods))
        PAGES[name] = declared

        @functools.wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            method = request.method or "GET"
            if method not in declared.methods and not (method == "HEAD" and "GET" in declared.methods):
                return HttpResponseNotAllowed(declared.methods)
            needed = declared.right_for(method)
            if needed is not Right.ANYONE:
                refusal = _refuse(request, needed)
                if refusal is not None:
                    return refusal
            return view(request, *args, **kwargs)

        gate.page = declared  # type: ignore[attr-defined]
        return gate

    return declare


def _refuse(request: HttpRequest, needed: Right) -> HttpResponse | None:
    user: Any = request.user
    if not user.is_authenticated:
        return _elsewhere(request, redirect(f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}"))
    if user.must_change_password and needed is not Right.SIGNED_IN:
        return _elsewhere(request, redirect("password"))
    if not has_right(user, needed):
        raise RightMissing(needed)
    return None


def _elsewhere(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Send the whole window away where htmx asked for a fragment."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer
