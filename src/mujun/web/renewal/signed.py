"""A signed plan never changes: the database refuses all but its state becoming superseded, whoever asks."""

from __future__ import annotations

from typing import Any

TABLE = "renewal_plan"
SENTENCE = "a signed plan is not changed"
KEPT = ("title", "findings_id", "revision", "replaces_id", "instance_id", "round", "chosen_id", "signed_by_id")


def install(connection: Any) -> None:
    """Put the triggers on the table (SQLite and PostgreSQL). A migration that rebuilds the table calls it again."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Take the triggers away, as a migration of the table has to for its own duration."""
    names = {
        "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_signed"],
        "postgresql": [f"DROP TRIGGER IF EXISTS {TABLE}_signed ON {TABLE}"],
    }
    with connection.cursor() as cursor:
        for statement in names.get(connection.vendor, []):
            cursor.execute(statement)


def _statements(vendor: str) -> list[str]:
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in KEPT)
    state = "(OLD.state = 'signed' AND NEW.state NOT IN ('signed', 'superseded'))"
    back = "(OLD.state = 'superseded' AND NEW.state <> 'superseded')"
    wrong = f"OLD.state IN ('signed', 'superseded') AND ({changed} OR {state} OR {back})"
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {TABLE}_signed BEFORE UPDATE ON {TABLE} WHEN {wrong} "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        ]
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION signed_plan_keep() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$",
            f"CREATE TRIGGER {TABLE}_signed BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN ({wrong}) "
            "EXECUTE FUNCTION signed_plan_keep()",
        ]
    return []
