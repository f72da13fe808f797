"""Which statements speak of the same metric: what the rules found, and what people decide where they are in doubt."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.targets.actions.statements import alone
from mujun.web.targets.models import DocumentStatement, LinkVerdict, StatementLink

BATCH = 500
BY_RULE = (LinkVerdict.SURE, LinkVerdict.DOUBTFUL)


@dataclasses.dataclass(frozen=True, slots=True)
class FoundLink:
    """A pair the rules found: keys of statements, ``first`` < ``second``; ``sure`` or ``doubtful``; likeness 0 to 1."""

    first: int
    second: int
    verdict: str
    score: float
    why: str


@action
def keep_links(found: Iterable[FoundLink], *, by: Any) -> int:
    """Replace what the rules said of pairs by ``found``; pairs that a person decided stay. Return how many there are."""
    alone(StatementLink._meta.db_table)
    decided = set(StatementLink.objects.exclude(verdict__in=BY_RULE).values_list("first", "second"))
    wanted = {(one.first, one.second): one for one in found if (one.first, one.second) not in decided}
    gone = []
    for link in StatementLink.objects.filter(verdict__in=BY_RULE):
        one = wanted.pop((link.first_id, link.second_id), None)
        if one is None:
            gone.append(link.pk)
        elif (one.verdict, one.why) != (link.verdict, link.why) or one.score != link.score:
            link.verdict, link.score, link.why = one.verdict, one.score, one.why[:300]
            link.save()
    StatementLink.objects.filter(pk__in=gone).delete()
    StatementLink.objects.bulk_create(
        (
            StatementLink(first_id=one.first, second_id=one.second, verdict=one.verdict, score=one.score, why=one.why[:300])
            for one in wanted.values()
        ),
        batch_size=BATCH,
    )  # fmt: skip
    record("links.found", by=by, about="links:all", new=len(wanted), gone=len(gone))
    return StatementLink.objects.count()


@action
def decide_link(first: int, second: int, same: bool, why: str = "", *, by: Any) -> StatementLink:
    """Decide whether two statements speak of the same metric; the decision holds whatever the rules say later."""
    low, high = sorted((first, second))
    if low == high or DocumentStatement.objects.filter(pk__in=(low, high)).count() != 2:
        raise Refused(_("请选择两条不同的表述。"))
    verdict = LinkVerdict.SAME if same else LinkVerdict.DIFFERENT
    link, _made = StatementLink.objects.select_for_update().get_or_create(
        first_id=low, second_id=high, defaults={"verdict": verdict, "by": by, "why": why.strip()[:300]}
    )
    before = link.verdict
    link.verdict, link.by, link.why = verdict, by, why.strip()[:300] or link.why
    link.save()
    record(
        "link.decided", by=by, about=f"link:{link.pk}", reason=why.strip(), first=low, second=high, verdict=verdict,
        before=before,
    )  # fmt: skip
    return link
