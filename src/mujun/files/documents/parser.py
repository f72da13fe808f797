"""The child process: ``python -m mujun.files.documents.parser KIND PATH`` writes the text of one document as JSON.

It answers ``{"text", "pages", "notes"}``, or ``{"why", "next_step"}`` where the document cannot be read. It takes its
limits upon itself before it touches the file, loads no more than the one parser it needs, and opens nothing but the file.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from mujun.files.documents.limits import limit_this_process

_PARSERS = {
    "docx": "mujun.files.documents.word",
    "html": "mujun.files.documents.web_page",
    "pdf": "mujun.files.documents.portable",
}
MOST_CHARACTERS = 20_000_000


class Unreadable(Exception):
    """A document that cannot be read: why, and what to do."""

    def __init__(self, why: str, next_step: str) -> None:
        super().__init__(why)
        self.why = why
        self.next_step = next_step


def main(kind: str, path: str) -> int:
    """Parse and print; the exit code tells only of trouble that has no sentence."""
    limit_this_process()
    parser = importlib.import_module(_PARSERS[kind])
    answer: dict[str, object]
    try:
        text, pages, notes = parser.read(Path(path))
        answer = {"text": text, "pages": pages, "notes": notes}
        if len(text) > MOST_CHARACTERS:
            raise Unreadable(f"文字超过{MOST_CHARACTERS // 10_000}万字。", "请拆成几个文件。")
    except Unreadable as refusal:
        answer = {"why": refusal.why, "next_step": refusal.next_step}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    # The parsers raise the exception of the module by its name, not of ``__main__``.
    from mujun.files.documents import parser as this

    sys.exit(this.main(*sys.argv[1:]))
