"""A person's own API tokens: list, make, revoke."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.people import actions
from mujun.web.people.models import ApiToken, User
from mujun.web.people.rights import Right, page

MOST = 20


class TokenForm(forms.Form):
    """What a token is for, and for how long."""

    name = forms.CharField(label=gettext_lazy("用途"), max_length=80)
    days = forms.TypedChoiceField(
        label=gettext_lazy("有效期"),
        coerce=int,
        choices=[(30, gettext_lazy("30天")), (90, gettext_lazy("90天")), (365, gettext_lazy("一年"))],
    )


@page(Right.SIGNED_IN, methods=("GET", "POST"))
def tokens(request: HttpRequest) -> HttpResponse:
    """Own tokens; a new one is shown once and kept only as a hash."""
    user: Any = request.user
    if user.must_change_password:
        return redirect("password")
    form = TokenForm(request.POST or None)
    text = ""
    if request.method == "POST" and form.is_valid():
        if _open(user).count() >= MOST:
            form.add_error(None, _("您已有{most}个有效令牌，请先作废不用的。").format(most=MOST))
        else:
            _token, text = actions.make_token(by=user, **form.cleaned_data)
            form = TokenForm()
    now = timezone.now()
    context = {"form": form, "tokens": user.tokens.all(), "text": text, "now": now}
    answer = render(request, "tokens/list.html", context, status=422 if form.errors else 200)
    if text:
        answer["Cache-Control"] = "no-store"
    return answer


@page(Right.SIGNED_IN, methods=("POST",))
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the own tokens; somebody else's is not found."""
    user: Any = request.user
    token = get_object_or_404(ApiToken, pk=pk, user=user, revoked_at=None)
    actions.revoke_token(token=token, by=user)
    messages.success(request, _("令牌“{name}”已作废。").format(name=token.name))
    return redirect("tokens")


def _open(user: User) -> Any:
    return user.tokens.filter(revoked_at=None, expires_at__gt=timezone.now())
