"""Declaring an operation of the API: what it needs and what it answers."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from mujun.web.api.auth import allow
from mujun.web.people.rights import Right, Scope


class Problem(Schema):
    """What every error looks like."""

    error: str = Field(description="一句话说明")
    request_id: str = Field(description="请求编号，报告问题时请附上")


PROBLEMS: dict[Any, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}

OPERATIONS: dict[str, Right] = {}
"""Operation id → right; a test walks it."""


def read(
    router: Router, path: str, right: Right, response: Any, *, name: str, summary: str, tag: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a GET operation. The function gets ``request`` with ``request.scope`` set to what the user may see."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        OPERATIONS[name] = right

        @functools.wraps(function)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            request.mujun_scope = allow(request, right)  # type: ignore[attr-defined]
            return function(request, *args, **kwargs)

        # The router reads the annotations, which are text in most modules.
        run.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined]
        router.get(
            path,
            response={200: response, **PROBLEMS},
            operation_id=name,
            summary=summary,
            tags=[tag],
            openapi_extra={"x-right": right.value},
        )(run)
        return run

    return declare


def scope_in(request: HttpRequest) -> Scope:
    """The scope that :func:`read` found."""
    return request.mujun_scope  # type: ignore[attr-defined,no-any-return]
