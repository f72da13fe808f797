"""Tables that are only ever added to: the database itself refuses to change or delete their rows, whoever asks."""

from __future__ import annotations

from typing import Any

SENTENCE = "this table is only ever added to"
TABLES = (
    "campaign_stagerecord",
    "campaign_decision",
    "renewal_frozeninstance",
    "renewal_planchoice",
    "renewal_planlock",
    "renewal_planreasons",
    "renewal_frontpoint",
    "renewal_planphasing",
    "renewal_pairdecision",
    "targets_statementdecision",
    "targets_targetformula",
    "targets_monthlyreport",
    "targets_orderentry",
    "cases_caseentry",
    "cases_casefile",
    "cases_caserating",
    "cases_daymoved",
    "cases_deducted",
)
"""Every table kept so, besides the audit log (:mod:`mujun.web.audit.triggers`)."""


def install(connection: Any, table: str) -> None:
    """Put the triggers on ``table`` (SQLite and PostgreSQL). A migration that rebuilds the table calls it again."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, table):
            cursor.execute(statement)


def remove(connection: Any, table: str) -> None:
    """Take the triggers away, as a migration of the table has to for its own duration."""
    names = {
        "sqlite": [f"DROP TRIGGER IF EXISTS {table}_keep_{verb}" for verb in ("update", "delete")],
        "postgresql": [f"DROP TRIGGER IF EXISTS {table}_keep ON {table}"],
    }
    with connection.cursor() as cursor:
        for statement in names.get(connection.vendor, []):
            cursor.execute(statement)


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_keep_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION append_only_keep() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$",
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION append_only_keep()",
        ]
    return []
