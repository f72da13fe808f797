"""Rows as CSV for download: UTF-8 with BOM, and no text that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse

RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """What ``csv.writer`` writes to; it hands each line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def harmless(value: Any) -> Any:
    """A value that a spreadsheet shows as it is: text beginning like a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(RUN_AS_FORMULA):
        return f"'{value}"
    return value


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download called ``name``.csv; rows are sent as they come."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"
        yield writer.writerow([harmless(head) for head in heads])
        for row in rows:
            yield writer.writerow([harmless(value) for value in row])

    response: Any = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename=\"table.csv\"; filename*=UTF-8''{quote(name)}.csv"
    return cast(HttpResponse, response)
