"""Everything that changes accounts, sign-in counters and tokens."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.people import queries, throttling
from mujun.web.people.duties import Duty, open_duties
from mujun.web.people.models import ApiToken, SignInAttempts, User
from mujun.web.people.passwords import hash_code, new_code
from mujun.web.people.rights import Role

TOKEN_PREFIX = "mujun_"  # noqa: S105 - lets a person see what the string is for


@dataclasses.dataclass(frozen=True, slots=True)
class NewAccount:
    """What is said of a person when an account is made."""

    username: str
    display_name: str
    role: str
    towns: tuple[str, ...] = ()
    firm_id: str = ""
    unit: str = ""


@action
def make_first_administrator(*, username: str, display_name: str, password: str, by: None) -> User:
    """Make the first account; refuse where there is one already, also in the very same moment."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {User._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    if not queries.nobody_yet():
        raise Refused(_("系统已有账号，首次设置已关闭。"), next_step=_("请登录，或请管理员为您开设账号。"))
    user = User(username=username, display_name=display_name, role=Role.ADMINISTRATOR)
    user.set_password(password)
    _check(user)
    user.save()
    record("account.first", by=user, about=f"user:{user.username}")
    return user


@action
def begin_sign_in(*, username: str, address: str, by: None) -> int:
    """Count an attempt before the password is looked at, so that many at once gain nothing; return seconds to wait."""
    wait = queries.sign_in_wait(username, address)
    now = timezone.now()
    SignInAttempts.objects.filter(last_at__lt=now - throttling.FORGET_AFTER).delete()
    if not wait:
        for name, where, limit in throttling.keys(username.casefold()[:150], address):
            _count(name, where, limit)
    kind = "sign_in.blocked" if wait else "sign_in.attempted"
    record(kind, by=None, about=f"user:{username[:150]}", address=address)
    return wait


@action
def finish_sign_in(*, by: User, username: str, address: str) -> None:
    """Take back what :func:`begin_sign_in` counted: the password was right."""
    for name, where, _limit in throttling.keys(username.casefold()[:150], address):
        counter = SignInAttempts.objects.select_for_update().filter(username=name, address=where).first()
        if counter is None:
            continue
        if name and where:
            counter.delete()
        else:
            counter.failures = max(counter.failures - 1, 0)
            counter.blocked_until = None
            counter.save()
    record("sign_in", by=by, about=f"user:{by.username}", address=address)


@action
def sign_out(*, by: User) -> None:
    """Note that somebody signed out."""
    record("sign_out", by=by, about=f"user:{by.username}")


@action
def change_password(*, by: User, password: str) -> None:
    """Give ``by`` a new password of their own; a one-time code is used up by it."""
    by.set_password(password)
    by.must_change_password = False
    by.code_expires_at = None
    by.save(update_fields=["password", "must_change_password", "code_expires_at"])
    record("password.changed", by=by, about=f"user:{by.username}")


@action
def make_accounts(*, accounts: Sequence[NewAccount], by: User) -> list[tuple[User, str]]:
    """Make accounts, all or none; return each with its one-time code, which is kept nowhere."""
    made = []
    for account in accounts:
        user = User(**{**dataclasses.asdict(account), "towns": list(account.towns)})
        code = _give_code(user)
        _check(user)
        user.save()
        record("account.made", by=by, about=f"user:{user.username}", **_described(user))
        made.append((user, code))
    return made


@action
def change_account(*, user: User, account: NewAccount, by: User, reason: str = "") -> None:
    """Change name, role, towns, unit or firm of an account; the user name stays."""
    if user.role == Role.ADMINISTRATOR and account.role != Role.ADMINISTRATOR and queries.last_administrator(user):
        raise Refused(_("这是最后一个管理员账号，不能改为其他角色。"), next_step=_("请先开设另一个管理员账号。"))
    before = _described(user)
    user.display_name, user.role = account.display_name, account.role
    user.towns, user.firm_id, user.unit = list(account.towns), account.firm_id, account.unit
    _check(user)
    user.save()
    record(
        "account.changed",
        by=by,
        about=f"user:{user.username}",
        reason=reason,
        before=before,
        after=_described(user),
    )


@action
def issue_codes(*, users: Iterable[User], by: User) -> list[tuple[User, str]]:
    """Replace passwords by fresh one-time codes (forgotten password, code out of date); sessions end."""
    issued = []
    for user in users:
        if not user.is_active:
            raise Refused(_("账号 {name} 已关闭，不能发放一次性密码。").format(name=user.username))
        code = _give_code(user)
        user.save(update_fields=["password", "must_change_password", "code_expires_at"])
        record("account.code", by=by, about=f"user:{user.username}", until=str(user.code_expires_at))
        issued.append((user, code))
    return issued


@action
def close_account(*, user: User, by: User, successor: User | None = None, reason: str = "") -> dict[str, int]:
    """Close an account and pass its open duties on; return how many of each kind passed.

    Towns of a cadre pass to the successor, API tokens are revoked, sessions end. Refused while duties are open and
    nobody takes them, and for the last administrator.
    """
    if queries.last_administrator(user):
        raise Refused(_("这是最后一个管理员账号，不能关闭。"), next_step=_("请先开设另一个管理员账号。"))
    if successor is not None and successor.pk not in queries.successors_for(user).values_list("pk", flat=True):
        raise Refused(_("接手人必须是同一角色的在用账号（企业用户须属同一企业）。"))
    duties = open_duties(user)
    if duties and successor is None:
        listed = "、".join(f"{duty.label}{number}项" for duty, number in duties)
        raise Refused(_("此人还有未办结的工作：{duties}。").format(duties=listed), next_step=_("请选择接手人。"))
    passed = {duty.name: _hand_over(duty, user, successor, by) for duty, _number in duties}
    if successor is not None and user.role == Role.TOWN:
        passed["towns"] = len(set(user.towns) - set(successor.towns))
        successor.towns = sorted({*successor.towns, *user.towns})
        successor.save(update_fields=["towns"])
    tokens = user.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    user.is_active, user.left_on, user.successor = False, timezone.localdate(), successor
    user.save(update_fields=["is_active", "left_on", "successor"])
    heir = successor.username if successor else ""
    record(
        "account.closed", by=by, about=f"user:{user.username}", reason=reason, heir=heir, tokens=tokens, passed=passed
    )
    return passed


@action
def reopen_account(*, user: User, by: User, reason: str = "") -> str:
    """Open a closed account again, with a one-time code; duties stay where they went."""
    if user.is_active:
        raise Refused(_("账号 {name} 没有关闭。").format(name=user.username))
    user.is_active, user.left_on, user.successor = True, None, None
    code = _give_code(user)
    user.save()
    record("account.reopened", by=by, about=f"user:{user.username}", reason=reason)
    return code


@action
def make_token(*, by: User, name: str, days: int) -> tuple[ApiToken, str]:
    """Make an API token for ``by``; the text is returned once and kept nowhere."""
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by,
        name=name,
        digest=queries.token_digest(text),
        hint=text[: len(TOKEN_PREFIX) + 4],
        expires_at=timezone.now() + timedelta(days=days),
    )
    record("token.made", by=by, about=f"token:{token.pk}", name=name, days=days)
    return token, text


@action
def revoke_token(*, token: ApiToken, by: User) -> None:
    """End a token at once."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record("token.revoked", by=by, about=f"token:{token.pk}", name=token.name)


@action
def note_token_use(*, token: ApiToken, by: User, address: str) -> None:
    """Note that a token was used; the API calls it at most once an hour per token."""
    token.last_used_at = timezone.now()
    token.save(update_fields=["last_used_at"])
    record("token.used", by=by, about=f"token:{token.pk}", address=address)


def _count(username: str, address: str, limit: throttling.Limit) -> None:
    now = timezone.now()
    counter, _made = SignInAttempts.objects.select_for_update().get_or_create(
        username=username, address=address, defaults={"last_at": now}
    )
    counter.failures += 1
    counter.last_at = now
    delay = limit.delay(counter.failures)
    counter.blocked_until = now + delay if delay else None
    counter.save()


def _hand_over(duty: Duty, user: User, successor: User | None, by: User) -> int:
    rows = list(duty.open_of(user).select_for_update())
    for row in rows:
        setattr(row, duty.owner, successor)
        row.save(update_fields=[duty.owner])
        heir = successor.username if successor else ""
        record("duty.handed_over", by=by, about=f"{duty.about}:{row.pk}", before=user.username, after=heir)
    return len(rows)


def _give_code(user: User) -> str:
    code = new_code()
    user.password = hash_code(code)
    user.must_change_password = True
    user.code_expires_at = timezone.now() + timedelta(days=settings.ONE_TIME_CODE_DAYS)
    return code


def _check(user: User) -> None:
    """Let the database's own constraints speak; their sentences reach the person as they are."""
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise Refused(f"{user.username}：{''.join(error.messages)}") from None
    if user.role == Role.TOWN and not user.towns:
        raise Refused(_("{name}：镇街干部至少要有一个镇街。").format(name=user.username))
    if user.role == Role.DEPARTMENT and not user.unit:
        raise Refused(_("{name}：部门人员要填写所在单位。").format(name=user.username))


def _described(user: User) -> dict[str, Any]:
    said = {"name": user.display_name, "role": user.role, "towns": user.towns, "firm_id": user.firm_id}
    return said | {"unit": user.unit}
