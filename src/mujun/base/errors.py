"""Errors for broken calls: each says what happened, why, and what to do next.

Bad data never raises; it becomes a :class:`mujun.base.defects.Defect`.
"""

from __future__ import annotations


class MujunError(Exception):
    """A call that cannot be carried out. ``exit_code`` is what the command line answers with."""

    exit_code = 2

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        self.what = what
        self.why = why
        self.next_step = next_step
        super().__init__(" ".join(part for part in (what, why, next_step) if part))

    def as_dict(self) -> dict[str, str]:
        """Return the three sentences for JSON answers."""
        return {"error": self.what, "why": self.why, "next_step": self.next_step}


class UnreadableInput(MujunError):
    """A file or folder that cannot be read at all (missing, broken, encrypted, too large)."""


class RuleError(MujunError):
    """A rule set that must not be used. ``faults`` has one sentence per fault."""

    def __init__(self, name: str, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(
            f"规则集 {name} 不能使用：", why="；".join(faults), next_step="请按上述说明修改规则文件后重试。"
        )


class Refused(MujunError):
    """An action that the state of things does not allow (for example undoing a batch others depend on)."""

    exit_code = 1
