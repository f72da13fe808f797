"""A page with one small form that does one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from mujun.base.errors import Refused


def act_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], tuple[str, str]],
    *,
    title: str,
    button: str,
    back: str,
    crumb: str,
    lead: str = "",
    template: str = "targets/act.html",
    **more: Any,
) -> HttpResponse:
    """Show ``form``; once it is sent and valid, ``act`` does the work and returns a sentence and where to go next.

    ``back`` with ``crumb`` is where the form came from. What is refused stands over the form; nothing typed is lost.
    """
    if request.method == "POST" and form.is_valid():
        try:
            sentence, onwards = act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, sentence)
            return redirect(onwards)
    context = {"form": form, "title": title, "button": button, "back": back, "crumb": crumb, "lead": lead} | more
    return render(request, template, context, status=422 if form.errors else 200)
