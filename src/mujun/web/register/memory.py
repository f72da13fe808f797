"""Python's collector of cycles, set aside while millions of plain values are built."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Hold the collector off for as long as this lasts: rows of numbers and text form no cycles.

    Left on, it walks through all of them again and again while they grow, which takes a quarter of an import.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
