"""Everything that writes to the register: imports, undo, corrections, decisions, the course of jobs."""

from mujun.web.register.actions.batches import (
    answer_questions,
    commit_import,
    discard_batch,
    keep_rehearsal,
    take_in,
    take_register,
    undo_import,
)
from mujun.web.register.actions.corrections import correct_cell
from mujun.web.register.actions.linking import decide_pair
from mujun.web.register.actions.mappings import remember_mapping
from mujun.web.register.actions.progress import request_stop, start_job

__all__ = [
    "answer_questions",
    "commit_import",
    "correct_cell",
    "decide_pair",
    "discard_batch",
    "keep_rehearsal",
    "remember_mapping",
    "request_stop",
    "start_job",
    "take_in",
    "take_register",
    "undo_import",
]
