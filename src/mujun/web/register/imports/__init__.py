"""Imports: reading what was handed over, rehearsing what it would change, and asking who depends on it."""

from mujun.web.register.imports.plan import (
    dependants,
    grades,
    is_current,
    make_rehearsal,
    rehearsal_name,
    rehearse,
    what_depends_on,
)
from mujun.web.register.imports.uploads import (
    LIMITS,
    Upload,
    digest_of,
    folder_with_files,
    store_uploads,
)

__all__ = [
    "LIMITS",
    "Upload",
    "dependants",
    "digest_of",
    "folder_with_files",
    "grades",
    "is_current",
    "make_rehearsal",
    "rehearsal_name",
    "rehearse",
    "store_uploads",
    "what_depends_on",
]
