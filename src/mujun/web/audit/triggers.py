"""The database itself refuses to change or delete audit events, whoever asks."""

from __future__ import annotations

from typing import Any

SENTENCE = "the audit log is only ever added to"

_SQLITE = [
    f"""CREATE TRIGGER audit_event_keep_{verb.lower()} BEFORE {verb} ON audit_auditevent
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"""
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION audit_event_keep() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$""",
    """CREATE TRIGGER audit_event_keep BEFORE UPDATE OR DELETE ON audit_auditevent
        FOR EACH ROW EXECUTE FUNCTION audit_event_keep()""",
]
_INSTALL = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_REMOVE = {
    "sqlite": [f"DROP TRIGGER IF EXISTS audit_event_keep_{verb}" for verb in ("update", "delete")],
    "postgresql": ["DROP TRIGGER IF EXISTS audit_event_keep ON audit_auditevent"],
}


def install(connection: Any) -> None:
    """Put the triggers on the table of audit events (SQLite and PostgreSQL)."""
    _run(connection, _INSTALL)


def remove(connection: Any) -> None:
    """Take the triggers away, as a later migration of the table has to for its own duration."""
    _run(connection, _REMOVE)


def _run(connection: Any, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.get(connection.vendor, []):
            cursor.execute(statement)
