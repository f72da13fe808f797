"""Colours: enough contrast for every pair in use, grades told apart by colour-blind eyes, dark written once."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import mujun.web

CSS = Path(mujun.web.__file__).parent / "static" / "css"
TEXT_PAIRS = [
    *((text, ground) for text in ("text", "text-2") for ground in ("ground", "surface", "surface-2")),
    ("text", "accent-soft"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("accent", "surface-2"),
    ("accent", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    *((name, f"{name}-soft") for name in ("danger", "warning", "success")),
    *((name, "surface") for name in ("danger", "warning", "success")),
    *(("text", f"{name}-soft") for name in ("danger", "warning", "success")),
    *((f"on-grade-{name}", f"grade-{name}") for name in ("a", "b", "c", "d", "c-minus", "t", "none")),
]
EDGE_PAIRS = [("line-strong", "surface"), ("line-strong", "ground"), ("accent", "surface")]
GRADES = ("a", "b", "c", "d")

# Machado, Oliveira, Fernandes 2009: severity 1.0, linear RGB.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def blocks(text: str) -> dict[str, dict[str, str]]:
    found = re.findall(r"(:root[^{]*)\{([^}]*)\}", text)
    return {head.strip(): dict(re.findall(r"--([\w-]+):\s*([^;]+);", body)) for head, body in found}


LIGHT = blocks((CSS / "tokens.css").read_text(encoding="utf-8"))[":root"]
DARK_BLOCKS = blocks((CSS / "dark.css").read_text(encoding="utf-8"))
THEMES = {"light": LIGHT, "dark": LIGHT | DARK_BLOCKS[':root[data-theme="dark"]']}


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    matrix = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    xyz = np.array(matrix) @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_of_controls_can_be_seen(theme: str, edge: str, ground: str) -> None:
    assert contrast(THEMES[theme][edge], THEMES[theme][ground]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("blindness", [None, *BLINDNESS])
def test_grades_differ_for_every_eye(theme: str, blindness: str | None) -> None:
    seen = np.eye(3) if blindness is None else np.array(BLINDNESS[blindness])
    colours = {name: lab(seen @ linear(THEMES[theme][f"grade-{name}"])) for name in GRADES}
    for one, other in itertools.combinations(GRADES, 2):
        assert np.linalg.norm(colours[one] - colours[other]) >= 20, (one, other)


def test_dark_is_the_same_chosen_or_wished() -> None:
    assert DARK_BLOCKS[':root[data-theme="dark"]'] == DARK_BLOCKS[':root[data-theme="auto"]']
    assert len(DARK_BLOCKS[':root[data-theme="dark"]']) > 20


def test_styles_use_tokens_only() -> None:
    for sheet in CSS.glob("*.css"):
        if sheet.name in ("tokens.css", "dark.css", "print.css"):
            continue
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"#[a-z][\w-]*", "", sheet.read_text())), sheet.name
