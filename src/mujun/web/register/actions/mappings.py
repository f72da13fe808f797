"""Remembering which of a source's own headings means which column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.register.schema import TABLES
from mujun.web.audit.actions import action, record
from mujun.web.register.models import MappingProfile


@action
def remember_mapping(source_name: str, table: str, mapping: Mapping[str, str], *, by: Any) -> MappingProfile:
    """Remember ``mapping`` (heading → English column name, ``""`` = leave the column out) for a source and table.

    Headings remembered before stay unless named again. Raises :class:`~mujun.base.errors.Refused` for an unknown
    table or column, or where two headings mean one column.
    """
    if table not in TABLES:
        raise Refused(_("没有“{table}”这张表。").format(table=table))
    profile, _created = MappingProfile.objects.get_or_create(source_name=source_name, table=table)
    before = dict(profile.mapping)
    merged = before | {heading.strip()[:200]: column for heading, column in mapping.items() if heading.strip()}
    used: dict[str, str] = {}
    for heading, column in merged.items():
        if column and column not in TABLES[table].column_names:
            raise Refused(_("“{table}”没有“{column}”这一列。").format(table=TABLES[table].label, column=column))
        if column and column in used and heading in mapping and used[column] in mapping:
            raise Refused(
                _("“{first}”和“{second}”都对应到了“{column}”。").format(
                    first=used[column], second=heading, column=TABLES[table].column(column).label
                ),
                next_step=_("一列只能对应一个表头，请改掉其中一个。"),
            )
        used[column] = heading
    profile.mapping, profile.by = merged, by
    profile.save()
    record("register.mapping", by=by, about=f"source:{source_name}"[:200], table=table, before=before, after=merged)
    return profile
