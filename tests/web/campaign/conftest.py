"""A county with blocks at work, people of every role, and folders of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mujun.web.campaign import actions
from mujun.web.campaign.models import Block
from mujun.web.people.models import User
from tests.web.campaign.ground import county_with_land, two_blocks


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def analyst(person: Callable[..., User]) -> User:
    return person("analyst")


@pytest.fixture
def leader(person: Callable[..., User]) -> User:
    return person("leader")


@pytest.fixture
def land(db: None) -> int:
    """The revision that holds the county."""
    return county_with_land()


@pytest.fixture
def blocks(land: int, analyst: User) -> list[Block]:
    """One published block in the first town (G1, G2), one in the second (H1, H2)."""
    return two_blocks(analyst)


@pytest.fixture
def block(blocks: list[Block]) -> Block:
    return blocks[0]


@pytest.fixture
def opened() -> Callable[..., Block]:
    """Open one block by hand."""

    def make(by: User, *codes: str, **fields: Any) -> Block:
        published_on = fields.pop("published_on", None)
        new = actions.NewBlock(fields.pop("name", "试验区块"), codes, **fields)
        [block] = actions.open_blocks("", [new], basis="示整〔2026〕1号", published_on=published_on, by=by)
        return block

    return make
