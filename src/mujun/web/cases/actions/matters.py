"""The same problem of several: cases with one cause become a matter of policy, offered once and followed up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.definition import Definition
from mujun.web.audit.actions import action, record
from mujun.web.cases.models import Case, Matter, MatterState
from mujun.web.cases.queries.cards import value_of
from mujun.web.cases.queries.scope import cases_in_scope

BY_HAND = "#"
"""How the key of a matter begins that somebody put together."""
SOME_FIRM = "某企业"


def join_matter(case: Case, definition: Definition) -> None:
    """Put a case to the matter of its cause; from the n-th firm on there is one (inside an action).

    Cases without a firm count each for one. A cause that was mended leaves the matter; one made by hand is kept.
    """
    held = case.matter
    if held is not None and (held.key == case.cause or held.key.startswith(BY_HAND)):
        return
    matter = _matter_of_cause(case, definition) if definition.grouping is not None and case.cause else None
    if case.matter_id != (matter.pk if matter else None):
        case.matter = matter
        case.save(update_fields=["matter"])


def _matter_of_cause(case: Case, definition: Definition) -> Matter | None:
    assert definition.grouping is not None
    _wait_for_cause(case)
    alike = Case.objects.filter(list_name=case.list_name, cause=case.cause)
    matter = Matter.objects.filter(list_name=case.list_name, key=case.cause).first()
    if matter is None:
        if _firms(alike) < definition.grouping.policy_from:
            return None
        title = _title(case, definition, alike)
        matter, _new = Matter.objects.get_or_create(list_name=case.list_name, key=case.cause, defaults={"title": title})
        record("case.matter_offered", by=None, about=f"matter:{matter.pk}", list=case.list_name, cause=case.cause)
    # A case that somebody acts on right now joins by that act, so that no two wait for each other.
    left = alike.filter(matter=None).exclude(pk=case.pk).select_for_update(of=("self",), skip_locked=True)
    Case.objects.filter(pk__in=list(left.values_list("pk", flat=True))).update(matter=matter)
    return matter


def _wait_for_cause(case: Case) -> None:
    """One act at a time counts the cases of a cause, so that the n-th sees those before it. SQLite writes one by one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"cases:{case.list_name}:{case.cause}"]
            )


def _firms(cases: QuerySet[Case]) -> int:
    named = ~Q(firm_id="")
    counted = cases.order_by().aggregate(
        firms=Count("firm_id", distinct=True, filter=named), others=Count("pk", filter=~named)
    )
    return int(counted["firms"] + counted["others"])


def _title(case: Case, definition: Definition, alike: QuerySet[Case]) -> str:
    """What the cases share, by the labels of its values: each of their firms reads it, so no firm is named."""
    assert definition.grouping is not None
    values = (value_of(definition, key, case.fields.get(key)).text for key in definition.grouping.by)
    title = " · ".join(value for value in values if value)
    return _unnamed(title, alike)[:200]


def _unnamed(text: str, cases: QuerySet[Case]) -> str:
    names = {name for name in cases.order_by().values_list("firm_name", flat=True).distinct() if name}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, SOME_FIRM)
    return text


def _check_unnamed(text: str, cases: QuerySet[Case]) -> None:
    """Refuse to tell each firm of a matter the name of the others."""
    if _unnamed(text, cases) != text:
        raise Refused(
            _("名称和处理说明会给这类问题的各家企业看到，不能写企业名称。"),
            next_step=_("请写成“某企业”，或只写问题本身。"),
        )


@action
def group_cases(pks: Sequence[int], title: str, *, by: Any) -> Matter:
    """Put cases of one list together by hand, as one matter of policy."""
    cases = list(cases_in_scope(by).filter(pk__in=pks))
    if len(cases) < 2 or len({case.list_name for case in cases}) > 1:
        raise Refused(_("请选择同一张清单的至少两件事。"))
    if not title.strip():
        raise Refused(_("请给这一类问题起一个名称。"))
    _check_unnamed(title, Case.objects.filter(pk__in=[case.pk for case in cases]))
    matter = Matter.objects.create(
        list_name=cases[0].list_name, key=f"{BY_HAND}{min(case.pk for case in cases)}-{title.strip()}"[:300],
        title=title.strip()[:200], by=by,
    )  # fmt: skip
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(matter=matter)
    record("case.grouped", by=by, about=f"matter:{matter.pk}", cases=[case.number for case in cases])
    return matter


@action
def change_matter(pk: int, state: str, note: str, *, by: Any) -> Matter:
    """Say what becomes of a matter of policy."""
    matter = Matter.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if matter is None or state not in MatterState.values:
        raise Refused(_("没有这个事项，或没有这种处理结果。"))
    if state in (MatterState.SETTLED, MatterState.DROPPED) and not note.strip():
        raise Refused(_("请写明办法或不作处理的理由。"))
    _check_unnamed(note, matter.cases.all())
    before, matter.state, matter.note, matter.by = matter.state, state, note.strip(), by
    matter.save()
    record("case.matter_changed", by=by, about=f"matter:{pk}", before=before, after=state, reason=note.strip())
    return matter
