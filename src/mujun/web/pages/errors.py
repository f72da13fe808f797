"""Pages for what went wrong: what happened, and what to do next. Never a trace."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.utils.translation import gettext as _

from mujun.web.audit.actions import request_id
from mujun.web.people.rights import Right, RightMissing, roles_with

FOR_PROGRAMS = ("/api/v1/", "/ogc/")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 400: the request itself is broken (413 where it is too large)."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return error_page(request, 400, _("这个请求无法处理"), _("请求的内容不完整或格式不对。请返回上一页，刷新后再试。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 403: says which roles can do what was asked for."""
    if isinstance(exception, RightMissing):
        return _right_missing(request, exception.right)
    return error_page(request, 403, _("没有权限"), str(exception or "") or _("您的账号不能打开这个页面。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Status 403: the form came without its token, mostly because the page was open too long."""
    sentence = _("为了安全，这次提交没有被接受，任何内容都没有改变。请返回上一页，刷新后重新提交。")
    return error_page(request, 403, _("页面已过期"), sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 404: not there, or not in the scope of the user; the two look the same."""
    return error_page(
        request, 404, _("没有找到"), _("这个地址不存在，或者不在您的数据范围内。请检查地址，或用顶部的搜索框查找。")
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """Status 413: an upload over the limit."""
    sentence = _("上传内容超过了系统的上限，没有保存任何内容。请拆分文件后再试，或请管理员调整上限。")
    return error_page(request, 413, _("文件太大"), sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """Status 500: our fault; gives the number under which the log has it."""
    sentence = _("这是系统的问题，不是您的操作有误；未完成的修改已全部撤回。请稍后再试，并把下面的编号告诉管理员。")
    return error_page(request, 500, _("系统出错"), sentence)


def error_page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """One page for every status; JSON where a program asked, plain text where templates themselves are broken."""
    context = {"status": status, "title": title, "sentence": sentence, "request_number": request_id.get()}
    if request.path.startswith(FOR_PROGRAMS):
        body = {"error": sentence, "request_id": request_id.get()}
        return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    try:
        return render(request, "errors/error.html", context, status=status)
    except (TemplateDoesNotExist, RuntimeError, LookupError):
        return HttpResponse(f"{title}：{sentence}", status=status, content_type="text/plain; charset=utf-8")


def _right_missing(request: HttpRequest, right: Right) -> HttpResponse:
    roles = "、".join(str(role.label) for role in roles_with(right))
    sentence = _("“{what}”不在您的权限内。可以办理的角色：{who}。请联系他们，或请管理员调整您的角色。")
    return error_page(request, 403, _("没有权限"), sentence.format(what=right.label, who=roles))
