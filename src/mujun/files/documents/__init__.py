"""Documents people hand in, read as text: txt, docx, html, pdf with a text layer; doc and wps through LibreOffice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mujun.files.documents.reading import RawDocument, read_document

__all__ = ["RawDocument", "read_document"]


def __getattr__(name: str) -> Any:
    """Load the reader when it is asked for: the process that parses untrusted files needs none of it."""
    if name in __all__:
        from mujun.files.documents import reading

        return getattr(reading, name)
    raise AttributeError(name)
