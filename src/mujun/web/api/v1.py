"""The JSON API: ``/api/v1/``, described at ``/api/v1/openapi.json``."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from mujun import __version__
from mujun.web.api import campaign, evaluations, findings, office, planning, tables
from mujun.web.api.auth import Session, Token
from mujun.web.api.errors import ApiError, error_answer, not_found, not_signed_in

log = logging.getLogger(__name__)

api = NinjaAPI(
    title="亩均 mujun",
    version=__version__,
    description="与网页同一数据、同一权限、同一数据范围。只读。",
    docs_url=None,
    auth=[Token(), Session()],
    urls_namespace="api",
)
api.add_router("", tables.router)
api.add_router("", evaluations.router)
api.add_router("", findings.router)
api.add_router("", planning.router)
api.add_router("", campaign.router)
api.add_router("", office.router)


@api.exception_handler(ApiError)
def _api_error(request: HttpRequest, error: Any) -> HttpResponse:
    return error_answer(request, error)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: Any) -> HttpResponse:
    return error_answer(request, not_signed_in())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    faults = [{"where": list(fault["loc"]), "what": fault["msg"]} for fault in error.errors]
    return error_answer(request, ApiError(422, _("参数不符合要求。"), faults=faults))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return error_answer(request, not_found())


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return error_answer(request, ApiError(error.status_code, str(error)))


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    log.exception("API: %s", request.path)
    return error_answer(request, ApiError(500, _("系统出错。请把请求编号告诉管理员。")))
