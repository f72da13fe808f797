"""The process that becomes LibreOffice: takes limits upon itself, then starts it."""

from __future__ import annotations

import os
import subprocess
import sys

from mujun.files.documents.limits import limit_this_process

_MEMORY_BYTES = 4 << 30
_CPU_SECONDS = 150

if __name__ == "__main__":
    limit_this_process(_MEMORY_BYTES, _CPU_SECONDS)
    if os.name == "posix":
        os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - the limits stay with the process
    sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)  # noqa: S603
