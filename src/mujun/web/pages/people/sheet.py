"""The printed sheet of one-time codes."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mujun.web.people.models import User


def code_sheet(request: HttpRequest, issued: Sequence[tuple[User, str]]) -> HttpResponse:
    """Show codes to be printed and cut apart; they are nowhere else and this page is kept in no cache."""
    context = {"issued": issued, "address": request.build_absolute_uri("/")}
    answer = render(request, "people/codes.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
