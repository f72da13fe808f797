"""Reading accounts, sign-in delays, tokens and the audit log."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from mujun.web.audit.models import AuditEvent
from mujun.web.people import throttling
from mujun.web.people.models import ApiToken, SignInAttempts, User
from mujun.web.people.rights import Role


def nobody_yet() -> bool:
    """Whether the installation has no account at all, so that the first page is open."""
    return not User.objects.exists()


def sign_in_wait(username: str, address: str) -> int:
    """Seconds until ``username`` may try again from ``address``; 0 = now."""
    now = timezone.now()
    counters = Q()
    for name, where, _limit in throttling.keys(username.casefold()[:150], address):
        counters |= Q(username=name, address=where)
    blocks = SignInAttempts.objects.filter(counters).values_list("blocked_until", flat=True)
    return max((throttling.seconds_left(until, now) for until in blocks), default=0)


def people(*, role: str = "", town: str = "", state: str = "", text: str = "") -> QuerySet[User]:
    """Accounts by role, town, state (``open``, ``closed``, ``waiting`` for a code to be changed) and name."""
    found = User.objects.order_by("username")
    if role:
        found = found.filter(role=role)
    if state == "closed":
        found = found.filter(is_active=False)
    elif state == "open":
        found = found.filter(is_active=True)
    elif state == "waiting":
        found = found.filter(is_active=True, must_change_password=True)
    if text:
        found = found.filter(Q(username__icontains=text) | Q(display_name__icontains=text) | Q(firm_id__icontains=text))
    if town:
        # A JSON list cannot be asked the same way on both databases; a county has few cadres.
        cadres = User.objects.filter(role=Role.TOWN).values_list("pk", "towns")
        found = found.filter(pk__in=[key for key, towns in cadres if town in towns])
    return found


def successors_for(user: User) -> QuerySet[User]:
    """Open accounts of the same role that may take over from ``user``; a firm's passes only inside the firm."""
    found = User.objects.filter(role=user.role, is_active=True).exclude(pk=user.pk)
    return found.filter(firm_id=user.firm_id) if user.role == Role.FIRM else found


def last_administrator(user: User) -> bool:
    """Whether ``user`` is the only administrator left with an open account."""
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    return user.role == Role.ADMINISTRATOR and not others.exists()


def user_of_token(token: str) -> tuple[User, ApiToken] | None:
    """The open account behind an API token, or None where it is unknown, revoked or out of date."""
    kept = ApiToken.objects.select_related("user").filter(digest=token_digest(token)).first()
    if kept is None or kept.revoked_at is not None or kept.expires_at <= timezone.now():
        return None
    user: User = kept.user
    return (user, kept) if user.is_active and not user.must_change_password else None


def token_digest(token: str) -> str:
    """What is kept of a token: its SHA-256, hexadecimal. Tokens are pure chance, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def audit_events(
    *, by: str = "", action: str = "", about: str = "", start: date | None = None, end: date | None = None
) -> QuerySet[AuditEvent]:
    """Audit events, the newest first: who, what (beginning), about (beginning), first and last day included."""
    found: QuerySet[AuditEvent] = AuditEvent.objects.select_related("by").order_by("-id")
    if by:
        found = found.filter(Q(by__username__iexact=by) | Q(by__display_name__icontains=by))
    if action:
        found = found.filter(action__startswith=action)
    if about:
        found = found.filter(Q(about__startswith=about) | Q(about__endswith=f":{about}"))
    if start:
        found = found.filter(at__gte=_midnight(start))
    if end:
        found = found.filter(at__lt=_midnight(end + timedelta(days=1)))
    return found


def history(about: str, longest: int = 20) -> list[AuditEvent]:
    """The newest audit events about exactly this thing."""
    return list(AuditEvent.objects.select_related("by").filter(about=about).order_by("-id")[:longest])


def audit_actions() -> list[str]:
    """Every kind of action that occurs in the log."""
    names: Any = AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct()
    return list(names)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
