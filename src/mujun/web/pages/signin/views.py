"""First page, signing in and out, own password, language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from mujun.base.errors import Refused
from mujun.web.pages.addresses import client_address
from mujun.web.pages.signin.forms import PasswordForm, SetupForm, SignInForm
from mujun.web.people import actions, queries
from mujun.web.people.models import User
from mujun.web.people.rights import Right, Role, page
from mujun.web.people.signin import code_expired


@sensitive_post_parameters()
@page(Right.ANYONE, methods=("GET", "POST"))
def setup(request: HttpRequest) -> HttpResponse:
    """Make the first administrator; not there any more once somebody has an account."""
    if not queries.nobody_yet():
        raise Http404
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = actions.make_first_administrator(
                username=data["username"], display_name=data["display_name"], password=data["new_password"], by=None
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            messages.success(request, _("管理员账号已建立。请接着为同事开设账号。"))
            return redirect("people")
    return render(request, "signin/setup.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters()
@page(Right.ANYONE, methods=("GET", "POST"))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in; after failures the wait doubles, and the page says how long."""
    if queries.nobody_yet():
        return redirect("setup")
    target = _next(request)
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        username, address = form.cleaned_data["username"], client_address(request)
        wait = queries.sign_in_wait(username, address) or actions.begin_sign_in(
            username=username, address=address, by=None
        )
        if wait:
            form.add_error(None, _wait_sentence(wait))
            return render(request, "signin/login.html", {"form": form, "next": target}, status=429)
        user: Any = authenticate(request, username=username, password=form.cleaned_data["password"])
        if user is not None:
            actions.finish_sign_in(by=user, username=username, address=address)
            login(request, user)
            if user.must_change_password:
                return redirect("password")
            return redirect(_first_page(user) if target == resolve_url(settings.LOGIN_REDIRECT_URL) else target)
        form.add_error(None, _failure(username, form.cleaned_data["password"]))
    return render(request, "signin/login.html", {"form": form, "next": target}, status=422 if form.errors else 200)


@page(Right.SIGNED_IN, methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    user: Any = request.user
    actions.sign_out(by=user)
    logout(request)
    return redirect("login")


@sensitive_post_parameters()
@page(Right.SIGNED_IN, methods=("GET", "POST"))
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; with a one-time code this comes before everything else."""
    user: Any = request.user
    form = PasswordForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid():
        first_time = user.must_change_password
        actions.change_password(by=user, password=form.cleaned_data["new_password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("密码已修改，其他设备上的登录已全部退出。"))
        return redirect(_first_page(user) if first_time else "password")
    return render(request, "signin/password.html", {"form": form}, status=422 if form.errors else 200)


@page(Right.ANYONE, methods=("POST",))
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back to the page."""
    answer = redirect(_next(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
    return answer


def _next(request: HttpRequest) -> str:
    """Where to go afterwards; never to another host."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def _first_page(user: Any) -> str:
    """Where somebody begins who asked for nothing in particular: a leader at the cockpit, everybody else at the map."""
    return resolve_url("cockpit" if user.role == Role.LEADER else settings.LOGIN_REDIRECT_URL)


def _wait_sentence(seconds: int) -> str:
    if seconds < 60:
        return _("登录失败次数较多，请在{seconds}秒后再试。").format(seconds=seconds)
    return _("登录失败次数较多，请在{minutes}分钟后再试。").format(minutes=-(-seconds // 60))


def _failure(username: str, password: str) -> str:
    """Only somebody who knows the code learns that it is out of date."""
    user = User.objects.filter(username__iexact=username, is_active=True).first()
    if user is not None and code_expired(user) and user.check_password(password):
        return _("一次性密码已过期，请联系管理员重新发放。")
    return _("用户名或密码不正确。忘记密码时，请联系管理员发放一次性密码。")
