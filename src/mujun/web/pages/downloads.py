"""Files as safe downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, cast

from django.http import FileResponse, HttpResponse


def file_response(source: Path | BinaryIO, name: str, content_type: str = "application/octet-stream") -> HttpResponse:
    """A download that a browser saves and never shows as a page of ours, whatever its content.

    The caller has checked that the person who asks may have the file.
    """
    handle = source.open("rb") if isinstance(source, Path) else source
    answer: Any = FileResponse(handle, as_attachment=True, filename=name, content_type=content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return cast(HttpResponse, answer)
