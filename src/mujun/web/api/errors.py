"""Errors of the API: always JSON, always a sentence, never a trace."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from mujun.web.audit.actions import request_id
from mujun.web.people.rights import Right, roles_with


class ApiError(Exception):
    """An answer other than the data asked for."""

    def __init__(self, status: int, sentence: str, **detail: Any) -> None:
        self.status = status
        self.sentence = sentence
        self.detail = detail
        super().__init__(sentence)


def error_answer(request: HttpRequest, error: ApiError) -> JsonResponse:
    """The error as JSON: ``error``, ``request_id``, and what else is known."""
    body = {"error": error.sentence, "request_id": request_id.get(), **error.detail}
    answer = JsonResponse(body, status=error.status, json_dumps_params={"ensure_ascii": False})
    if error.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="mujun"'
    return answer


def not_signed_in() -> ApiError:
    """Status 401."""
    return ApiError(401, _("请先登录，或在请求头 Authorization 中附上有效的接口令牌（Bearer）。"))


def right_missing(right: Right) -> ApiError:
    """Status 403: says which roles can."""
    who = "、".join(str(role.label) for role in roles_with(right))
    sentence = _("“{what}”不在您的权限内。可以办理的角色：{who}。").format(what=right.label, who=who)
    return ApiError(403, sentence, right=right.value)


def not_found() -> ApiError:
    """Status 404: not there, or not in the scope; the two look the same."""
    return ApiError(404, _("没有找到，或者不在您的数据范围内。"))


def broken(sentence: str, **detail: Any) -> ApiError:
    """Status 400: the request itself cannot be understood."""
    return ApiError(400, sentence, **detail)
