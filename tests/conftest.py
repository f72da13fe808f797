"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

# A slow machine is no fault of the code; the same examples everywhere, so that a failure can be had again.
hypothesis.settings.register_profile("mujun", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("mujun")


@pytest.fixture(scope="session", autouse=True)
def _log_may_be_emptied_between_tests() -> Iterator[None]:
    """Tests that commit are cleaned up by emptying tables, which those only added to refuse but for this moment."""
    from django.db import connection

    from mujun.web.audit import append_only, triggers

    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        triggers.remove(self.connection)
        for table in append_only.TABLES:
            append_only.remove(self.connection, table)
        try:
            original(self, sql_list)
        finally:
            triggers.install(self.connection)
            for table in append_only.TABLES:
                append_only.install(self.connection, table)

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = original
