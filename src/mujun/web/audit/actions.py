"""The one way to write: an action runs in a transaction and leaves at least one audit event in it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from mujun.web.audit.models import AuditEvent

P = ParamSpec("P")
R = TypeVar("R")

request_id: ContextVar[str] = ContextVar("request_id", default="")
_recorded: ContextVar[list[AuditEvent] | None] = ContextVar("recorded", default=None)


class SilentAction(RuntimeError):
    """An action wrote nothing to the audit log; it is rolled back."""


def record(action: str, *, by: Any, about: str, reason: str = "", **detail: Any) -> AuditEvent:
    """Write one audit event; call it inside an :func:`action`. ``by`` is a user, or None for the system itself."""
    event = AuditEvent.objects.create(
        action=action, by=by, about=about, reason=reason, detail=detail, request_id=request_id.get()
    )
    events = _recorded.get()
    if events is not None:
        events.append(event)
    return event


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make ``function`` an action: one transaction, keyword ``by`` required, at least one audit event or nothing."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if "by" not in kwargs:
            raise TypeError(f"{function.__name__} is an action: say who acts with by=")
        with transaction.atomic():
            outer = _recorded.get()
            events: list[AuditEvent] = []
            token = _recorded.set(events)
            try:
                result = function(*args, **kwargs)
            finally:
                _recorded.reset(token)
            if not events:
                raise SilentAction(f"{function.__name__} left no audit event")
            if outer is not None:
                outer.extend(events)
        return result

    return run


@action
def log_amounts_view(*, by: Any, about: str, **detail: Any) -> None:
    """Note that ``by`` saw protected amounts of ``about`` (``firm:<code>``, or ``firms:list`` with what was asked)."""
    record("amounts.viewed", by=by, about=about, **detail)
