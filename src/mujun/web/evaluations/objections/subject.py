"""What the cases of objections are told about: where they are raised, where their page is, and who follows them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mujun.web.cases.models import Case
from mujun.web.cases.subjects import Subject
from mujun.web.evaluations.models import Objection
from mujun.web.evaluations.objections.actions.handling import LIST, follow_case
from mujun.web.evaluations.objections.queries import tells_hidden_amount
from mujun.web.people.rights import Scope


def address_of(case: Case) -> str:
    """Return the page of the objection that a case is about."""
    pk = Objection.objects.filter(case=case).values_list("pk", flat=True).first()
    return reverse("objection", args=[pk]) if pk else ""


AMOUNTS = frozenset({"current", "claimed", "text", "settled"})
"""Fields of the case that tell the value of the cell, or may."""


def hidden_fields(case: Case, scope: Scope) -> frozenset[str]:
    """Return what the page of the objection masks: all that tells of a protected amount."""
    objection = Objection.objects.filter(case=case).first()
    return AMOUNTS if objection is not None and tells_hidden_amount(objection, scope) else frozenset()


SUBJECT = Subject(
    LIST, _("异议请在算账单、面积公示或认定依据中点击有疑问的数据提出。"), follow_case, address_of, hidden_fields
)
