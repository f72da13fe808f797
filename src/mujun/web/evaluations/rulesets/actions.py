"""Taking in rule sets: those shipped with the program, and the county's own."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused, RuleError
from mujun.rulebook.load import load_rules, parse_rules, shipped
from mujun.web.audit.actions import action, record
from mujun.web.evaluations.models import RuleSetVersion

LONGEST_TEXT = 1_000_000


def import_shipped(*, by: Any) -> int:
    """Keep every shipped rule set that is not kept yet (also after an upgrade); return how many were new."""
    held = set(RuleSetVersion.objects.filter(shipped=True).values_list("digest", flat=True))
    new = [rules for rules in map(load_rules, shipped()) if rules.digest not in held]
    for rules in new:
        _keep(rules.name, rules.title, rules.text, [], shipped=True, by=by)
    return len(new)


def upload_rules(text: str, file_name: str, *, by: Any) -> RuleSetVersion:
    """Keep a county's own rule set. A text with faults is kept too, marked unusable, so that nothing is lost."""
    if not text.strip():
        raise Refused(_("规则文件是空的。"), next_step=_("请选择一个写好的 YAML 文件。"))
    if len(text) > LONGEST_TEXT:
        raise Refused(_("规则文件超过一百万字，不像是规则集。"), next_step=_("请检查是否选错了文件。"))
    if "\x00" in text:
        raise Refused(_("规则文件不是文本文件。"), next_step=_("请选择 YAML 文件。"))
    try:
        rules = parse_rules(text, file_name)
    except RuleError as error:
        return _keep(_plain_name(file_name), file_name, text, error.faults, shipped=False, by=by)
    return _keep(rules.name, rules.title, text, [], shipped=False, by=by)


@action
def _keep(name: str, title: str, text: str, faults: list[str], *, shipped: bool, by: Any) -> RuleSetVersion:
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    version, new = RuleSetVersion.objects.get_or_create(
        name=name[:80],
        digest=digest,
        defaults={
            "title": title[:200],
            "text": text,
            "valid": not faults,
            "faults": faults,
            "shipped": shipped,
            "by": by,
        },
    )
    if version.valid == bool(faults):  # the same text, judged by a newer program
        version.valid, version.faults = not faults, faults
        version.save(update_fields=["valid", "faults"])
    what = "rules.taken_in" if new else "rules.taken_in_again"
    record(what, by=by, about=f"rules:{version.pk}", name=version.name, digest=digest, faults=len(faults))
    return version


def _plain_name(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0][:80] or "未命名"
