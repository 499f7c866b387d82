"""Maps: lightness rises or falls steadily, and every eye tells the ends apart."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from ecogview.views import colour_maps
from ecogview.views.colour_maps import colour_table
from ecogview.views.colour_tokens import DARK, LIGHT, rgb32
from tests.views.test_colour_tokens import VISION, distance, lab

both_themes = pytest.mark.parametrize("is_dark", [True, False], ids=["dark", "light"])
STOPS = {
    (True, True): colour_maps.DEVIATING_DARK,
    (True, False): colour_maps.DEVIATING_LIGHT,
    (False, True): colour_maps.RISING_DARK,
    (False, False): colour_maps.RISING_LIGHT,
}


def names(table: NDArray[np.uint32]) -> list[str]:
    return [f"#{int(pixel) & 0xFFFFFF:06X}" for pixel in table]


def lightness(table: NDArray[np.uint32]) -> NDArray[np.float64]:
    return np.array([lab(name, VISION["normal"])[0] for name in names(table)])


@pytest.mark.parametrize(("is_deviating", "is_dark"), list(STOPS))
def test_tables_pass_through_the_colours_of_the_design(is_deviating: bool, is_dark: bool) -> None:
    table = colour_table(is_deviating=is_deviating, is_dark=is_dark)
    stops = STOPS[is_deviating, is_dark]
    assert (int(table[0]), int(table[255])) == (rgb32(stops[0]), rgb32(stops[4]))
    for k, stop in enumerate(stops):
        near = names(table)[round(k * 255 / 4)]
        assert distance(near, stop, "normal") < 2
    assert not table.flags.writeable


@both_themes
def test_deviating_maps_go_steadily_away_from_the_middle(is_dark: bool) -> None:
    light = lightness(colour_table(is_deviating=True, is_dark=is_dark))
    outwards = 1 if is_dark else -1
    # A step of the table is 0.3 of lightness; the rounding of one colour may take back a part.
    assert (np.diff(light[128:]) * outwards).min() > -0.1
    assert (np.diff(light[127::-1]) * outwards).min() > -0.1
    assert abs(light[255] - light[127]) > 30
    assert abs(light[0] - light[255]) < 2  # neither end is louder


@both_themes
def test_rising_maps_go_steadily_away_from_the_background(is_dark: bool) -> None:
    table = colour_table(is_deviating=False, is_dark=is_dark)
    rising = np.diff(lightness(table)) * (1 if is_dark else -1)
    assert rising.min() > -0.1
    canvas = (DARK if is_dark else LIGHT).canvas
    assert distance(names(table)[0], canvas, "normal") < 10
    assert distance(names(table)[255], canvas, "normal") > 60


@both_themes
@pytest.mark.parametrize("is_deviating", [True, False], ids=["deviating", "rising"])
@pytest.mark.parametrize("vision", VISION)
def test_every_eye_tells_ends_and_middle_apart(
    is_dark: bool, is_deviating: bool, vision: str
) -> None:
    colours = names(colour_table(is_deviating=is_deviating, is_dark=is_dark))
    for one, other in itertools.combinations((colours[0], colours[128], colours[255]), 2):
        assert distance(one, other, vision) >= 24


@both_themes
@pytest.mark.parametrize("vision", VISION)
def test_equal_steps_look_alike(is_dark: bool, vision: str) -> None:
    """No eye sees a tenth of the scale vanish."""
    for is_deviating in (True, False):
        colours = names(colour_table(is_deviating=is_deviating, is_dark=is_dark))[::25]
        for one, other in itertools.pairwise(colours):
            assert distance(one, other, vision) > 3


def test_needs_no_qt() -> None:
    code = "import sys, ecogview.views.colour_maps; sys.exit('PyQt6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
