"""One kind of defect."""

from __future__ import annotations

import dataclasses

from mujun.base.defects import Severity


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """How much a kind of defect matters, its sentence with gaps in braces, and how to mend it."""

    severity: Severity
    message: str
    mend: str = ""
