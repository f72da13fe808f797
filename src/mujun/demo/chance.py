"""Random streams: each part of the county draws from its own, so that a change in one leaves the others alone."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator of ``part``; the same seed and part always give the same numbers."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(part.encode())])))
