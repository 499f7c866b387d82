"""What LOOK promises of the colours: contrast by WCAG 2, distance by CIE 1976 ΔE.

Colour vision: Machado, Oliveira and Fernandes (2009), severity 1.0, in linear sRGB.
"""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.views.colour_tokens import DARK, LIGHT, Tokens, blend, rgb, rgb32

SURFACES = ("window", "panel", "canvas", "field", "raised", "hover", "select")
SPAN_SURFACES = ("window", "panel", "canvas", "field", "raised")  # lane, strips, tables, hints
KINDS = ("hf", "sat", "manual")
VISION = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)

both_themes = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])


def linear(colour: str) -> NDArray[np.float64]:
    values = np.array(rgb(colour)) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    dim, bright = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (bright + 0.05) / (dim + 0.05)


def lab(colour: str, vision: NDArray[np.float64]) -> NDArray[np.float64]:
    seen = np.clip(vision @ linear(colour), 0, 1)
    x, y, z = np.array([0.95047, 1.0, 1.08883])
    t = TO_XYZ @ seen / np.array([x, y, z])
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, vision: str) -> float:
    return float(np.linalg.norm(lab(one, VISION[vision]) - lab(other, VISION[vision])))


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21, abs=0.01)


def test_distance_of_black_and_white_is_100() -> None:
    assert distance("#000000", "#FFFFFF", "normal") == pytest.approx(100, abs=0.05)


def test_the_models_keep_grey_grey() -> None:
    for name in VISION:
        assert lab("#808080", VISION[name])[1:] == pytest.approx([0, 0], abs=0.5)


def test_red_and_green_come_close_for_a_protan_eye_only() -> None:
    red, green = "#C00000", "#6B5B00"
    assert distance(red, green, "protan") < 0.5 * distance(red, green, "normal")
    assert distance(red, green, "tritan") > 0.5 * distance(red, green, "normal")


@both_themes
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize(
    ("token", "least"),
    [
        ("text", 5.2),
        ("text2", 5.2),
        ("accent", 4.5),
        ("warning", 4.5),
        ("error", 4.5),
        ("disabled", 3.2),
    ],
)
def test_words_can_be_read_on_every_surface(
    tokens: Tokens, surface: str, token: str, least: float
) -> None:
    assert contrast(getattr(tokens, token), getattr(tokens, surface)) >= least


@both_themes
def test_words_on_the_accent_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


@both_themes
@pytest.mark.parametrize("kind", KINDS)
def test_spans_stand_out(tokens: Tokens, kind: str) -> None:
    hue = getattr(tokens, kind)
    for surface in SPAN_SURFACES:
        assert contrast(hue, getattr(tokens, surface)) >= 3.4, surface
    for surface in ("hover", "select"):
        assert contrast(hue, getattr(tokens, surface)) >= 3.0, surface
    assert contrast(getattr(tokens, f"{kind}_text"), hue) >= 4.8


@both_themes
def test_traces_stand_out(tokens: Tokens) -> None:
    assert contrast(tokens.trace, tokens.canvas) >= 9.3
    for kind in KINDS:
        fill = blend(getattr(tokens, kind), tokens.canvas, tokens.span_fill)
        assert contrast(tokens.trace, fill) >= 6.8, kind
        assert contrast(tokens.bad_trace, fill) >= 3.0, kind


@both_themes
@pytest.mark.parametrize("vision", VISION)
def test_kinds_of_spans_stay_apart_for_every_eye(tokens: Tokens, vision: str) -> None:
    for one, other in itertools.combinations(KINDS, 2):
        assert distance(getattr(tokens, one), getattr(tokens, other), vision) >= 24, (one, other)


@both_themes
@pytest.mark.parametrize("vision", VISION)
def test_the_accent_is_no_kind_of_span(tokens: Tokens, vision: str) -> None:
    # Blue and teal are neighbours for a tritan eye. 16 is seven times what is just seen; more
    # would darken the light accent to the lightness of the traces, among which it marks one.
    for kind in KINDS:
        assert distance(tokens.accent, getattr(tokens, kind), vision) >= 16, kind


@given(st.integers(0, 0xFFFFFF))
def test_rgb32_is_what_a_qimage_holds(value: int) -> None:
    colour = f"#{value:06X}"
    red, green, blue = rgb(colour)
    assert rgb32(colour) == 0xFF000000 + red * 65536 + green * 256 + blue
    assert blend(colour, "#123456", 1) == colour
    assert blend("#123456", colour, 0) == colour


def test_blend_takes_the_share_of_what_is_above() -> None:
    assert blend("#FF0080", "#0000FF", 0.25) == "#4000DF"


def test_needs_no_qt() -> None:
    code = "import sys, ecogview.views.colour_tokens; sys.exit('PyQt6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
