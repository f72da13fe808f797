"""Where documents and the evidence of reports are kept, and how large they may be."""

from __future__ import annotations

from mujun.web.documents import PAPERS, PICTURES, Drawer

_OFFICE = b"\xd0\xcf\x11\xe0"
DOCUMENTS = Drawer(
    "targets",
    {".txt": b"", ".html": b"", ".htm": b"", ".docx": b"PK\x03\x04", ".pdf": b"%PDF-"}
    | {".doc": _OFFICE, ".wps": _OFFICE, ".ofd": b"PK\x03\x04"},
    50 * 2**20,
)
"""Documents as they are issued. What cannot be read is kept too: the reader says how to convert it."""
EVIDENCE = Drawer("target_evidence", PICTURES | PAPERS, 20 * 2**20)
DOCUMENTS_ACCEPT = ",".join(DOCUMENTS.kinds)
EVIDENCE_ACCEPT = ",".join(EVIDENCE.kinds)
