"""Reads single tiles of a PMTiles archive quickly: the directory is unpacked once, a tile is one read."""

from __future__ import annotations

import os
from pathlib import Path

from pmtiles.tile import deserialize_directory, deserialize_header, zxy_to_tileid


class TileReader:
    """An open archive. Safe for many threads: every read names its own place."""

    def __init__(self, path: Path) -> None:
        self._content = path.open("rb", buffering=0)
        self._number = self._content.fileno()
        header = deserialize_header(self._read(0, 127))
        self._places: dict[int, tuple[int, int]] = {}
        self._collect(header["root_offset"], header["root_length"], header)  # type: ignore[arg-type]

    def _read(self, offset: int, length: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._number, length, offset)
        with open(self._content.name, "rb") as content:  # Windows knows no read at a place
            content.seek(offset)
            return content.read(length)

    def _collect(self, offset: int, length: int, header: dict[str, int]) -> None:
        for entry in deserialize_directory(self._read(offset, length)):
            if entry.run_length == 0:
                self._collect(header["leaf_directory_offset"] + entry.offset, entry.length, header)
            for step in range(entry.run_length):
                self._places[entry.tile_id + step] = (header["tile_data_offset"] + entry.offset, entry.length)

    def get(self, z: int, x: int, y: int) -> bytes | None:
        """The gzip-compressed tile, or None where nothing is drawn; an address outside the world is nothing too."""
        if not 0 <= z <= 24 or not 0 <= x < 1 << z or not 0 <= y < 1 << z:
            return None
        place = self._places.get(zxy_to_tileid(z, x, y))
        return None if place is None else self._read(*place)

    def close(self) -> None:
        """Let go of the file."""
        self._content.close()
