"""Microsoft's Recognizers-Text as a finder of numbers in Chinese text: one JSON object with spans, values and seconds.

    .mujun/peers-text/bin/python benchmarks/peers/number_finder.py FILE…

In an environment of its own, for it needs an old ``emoji``:
    python3 -m venv .mujun/peers-text
    .mujun/peers-text/bin/pip install recognizers-text-suite==1.0.2a2 "emoji<1"
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from recognizers_number import Culture, NumberRecognizer


def main() -> int:
    """Find the numbers of each file, three times over; print the quickest time of each."""
    model = NumberRecognizer(Culture.Chinese).get_number_model()
    model.parse("整治三千亩，增长5%")
    answer = {}
    for name in sys.argv[1:]:
        text = Path(name).read_bytes().decode("utf-8")
        quickest, found = float("inf"), []
        for _ in range(3):
            started = time.process_time()
            found = model.parse(text)
            quickest = min(quickest, time.process_time() - started)
        numbers = [{"start": n.start, "end": n.end + 1, "value": (n.resolution or {}).get("value")} for n in found]
        answer[name] = {"numbers": numbers, "seconds": quickest}
    print(json.dumps(answer, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
