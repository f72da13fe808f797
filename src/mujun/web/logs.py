"""Lines of the server's log carry the number of the request they belong to."""

from __future__ import annotations

import logging


class RequestFilter(logging.Filter):
    """Adds ``request_id`` to each record; ``-`` outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with its number."""
        # Logging is set up before Django's apps are.
        from mujun.web.audit.actions import request_id

        record.request_id = request_id.get() or "-"
        return True
