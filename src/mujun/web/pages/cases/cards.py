"""One case: what it is, its clocks, what may be done next and by whom, and everything that happened."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.cases.definition import RATE
from mujun.web.cases import queries
from mujun.web.cases.files import DRAWER
from mujun.web.cases.queries import CaseCard
from mujun.web.cases.subjects import address_of
from mujun.web.documents import CONTENT_TYPES
from mujun.web.pages.cases.forms import RateForm
from mujun.web.pages.cases.words import KINDS, LIGHTS, change_words, clocks_of, due_words, steps_of
from mujun.web.pages.downloads import file_response
from mujun.web.people.rights import Right, Role, has_right, page


def found_card(request: HttpRequest, pk: int) -> CaseCard:
    """The card of a case inside the scope; another's is not found, like one that does not exist."""
    card = queries.card_of(request.user, pk)
    if card is None:
        raise Http404(_("没有这件事，或它不在您的范围内。"))
    return card


@page(Right.READ_CASES)
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one case."""
    held = found_card(request, pk)
    return render(request, "cases/card.html", card_context(request, held, RateForm()))


def card_context(request: HttpRequest, held: CaseCard, rating: RateForm) -> dict[str, Any]:
    """What the page of a case shows."""
    now, case = timezone.now(), held.case
    user: Any = request.user
    rule = held.definition.rating
    steps, clocks = steps_of(held), clocks_of(held, now)
    return {
        "card": held, "case": case, "definition": held.definition, "kind": KINDS[case.state_kind],
        "light_label": LIGHTS[held.light], "due": due_words(case.due_at, now), "now": now,
        "clocks": [one for one in clocks if one.line.held.stopped_at is None],
        "stopped": [one for one in clocks if one.line.held.stopped_at is not None],
        "steps": [one for one in steps if one.option is not None],
        "others": [one for one in steps if one.option is None],
        "trail": [
            {"line": line, "clocks": change_words(line.entry.clocks),
             "kinds": [held.definition.evidence.get(kind, kind) for kind in line.entry.evidence]}
            for line in reversed(held.trail)
        ],
        "rates": any(option.action == RATE for option in held.options), "rate_form": rating,
        "reason_at_most": rule.reason_at_most if rule else 0, "rated": {one.round: one for one in held.ratings},
        "may_attach": case.closed_at is None and bool(held.roles) and has_right(user, Right.RAISE_CASES),
        "is_firm": user.role == Role.FIRM, "record": address_of(case),
        "source": next((one.label for one in held.definition.sources if one.key == held.source), ""),
        "because": case.fields.get("blocked_by", ""), "review_on": case.fields.get("review_on", ""),
    }  # fmt: skip


@page(Right.READ_CASES)
def file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One photograph or document as a download; a page may show it as a picture, a browser never as a page."""
    held = queries.files_in_scope(request.user).filter(case=pk, pk=number).first()
    path = DRAWER.path_of(held.path) if held is not None else None
    if held is None or path is None or not path.is_file():
        raise Http404(_("这个文件不在了，请联系管理员从备份恢复。"))
    answer = file_response(path, held.name, CONTENT_TYPES.get(path.suffix, "application/octet-stream"))
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
