"""Files of the map under ``TILES_ROOT``: archives of tiles and the numbers of parcels, each named by its digest."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from mujun.files.tile_archive import TileReader

DIGEST = re.compile(r"^[0-9a-f]{64}$")


@dataclasses.dataclass(frozen=True)
class Numbers:
    """Parcels in the order of their numbers in the tiles (the first has number 1), with town and box in degrees."""

    parcel_ids: list[str]
    towns: list[str]
    boxes: list[tuple[float, float, float, float]]

    @functools.cached_property
    def position(self) -> dict[str, int]:
        """Position (from 0) by parcel."""
        return {parcel_id: position for position, parcel_id in enumerate(self.parcel_ids)}


def tiles_path(digest: str) -> Path:
    """Where the archive ``digest`` is."""
    return Path(settings.TILES_ROOT) / f"{digest}.pmtiles"


def numbers_path(digest: str) -> Path:
    """Where the numbers of the build ``digest`` are."""
    return Path(settings.TILES_ROOT) / f"{digest}.json"


def keep(content: bytes, suffix: str) -> str:
    """Keep ``content`` under its digest and return it; a file that is there already stays as it is."""
    digest = hashlib.sha256(content).hexdigest()
    target = Path(settings.TILES_ROOT) / f"{digest}{suffix}"
    if target.exists() and target.stat().st_size == len(content):
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".tmp-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest


def keep_numbers(numbers: Numbers) -> str:
    """Keep the numbers of a build and return their digest."""
    content = {"parcels": numbers.parcel_ids, "towns": numbers.towns, "boxes": numbers.boxes}
    return keep(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), ".json")


@functools.lru_cache(maxsize=4)
def numbers(digest: str) -> Numbers:
    """Read the numbers of a build; raises FileNotFoundError where the file is gone (build the map again)."""
    held: dict[str, Any] = json.loads(numbers_path(digest).read_bytes())
    return Numbers(held["parcels"], held["towns"], [tuple(box) for box in held["boxes"]])


@functools.lru_cache(maxsize=64)
def reader(digest: str) -> TileReader:
    """Open an archive once per process; raises FileNotFoundError where the file is gone."""
    return TileReader(tiles_path(digest))
