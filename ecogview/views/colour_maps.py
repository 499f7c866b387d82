"""Colour maps of the quality map, as tables of pixels. No Qt.

Five colours each, as they stand in Kovesi (2015), Good colour maps: how to design them (``CET``),
and in matplotlib (``inferno``); between them the way is straight in CIELAB, in which equal steps
look equal.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ecogview.views.colour_tokens import rgb

DEVIATING_DARK = ("#0F94FA", "#305482", "#212020", "#645021", "#B38B1A")  # CET-D6
DEVIATING_LIGHT = ("#3A90FE", "#A8BEF9", "#EDEDEC", "#D1BD84", "#A89008")  # CET-CBD1
RISING_DARK = ("#000004", "#560F6D", "#BB3654", "#F98C09", "#FCFFA4")  # inferno
RISING_LIGHT = ("#FFFFFF", "#F4C183", "#EF6F69", "#BC2287", "#002AA8")  # CET-L17

_N = 256
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)  # linear sRGB, IEC 61966-2-1
_WHITE = _TO_XYZ.sum(axis=1)
_TO_LAB = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])
_BEND = 6 / 29  # below it CIELAB is straight


def colour_table(*, is_deviating: bool, is_dark: bool) -> NDArray[np.uint32]:
    """The 256 colours of a map, from its lower to its upper end, as RGB32 pixels; read-only."""
    if is_deviating:
        return _table(DEVIATING_DARK if is_dark else DEVIATING_LIGHT)
    return _table(RISING_DARK if is_dark else RISING_LIGHT)


@lru_cache(maxsize=4)
def _table(stops: tuple[str, ...]) -> NDArray[np.uint32]:
    places = np.linspace(0, len(stops) - 1, _N)
    known = _lab(np.array([rgb(stop) for stop in stops]))
    between = [np.interp(places, np.arange(len(stops)), known[:, axis]) for axis in range(3)]
    red, green, blue = _srgb(np.stack(between, axis=1)).astype(np.uint32).T
    table: NDArray[np.uint32] = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
    table.setflags(write=False)
    return table


def _lab(colours: NDArray[np.int64]) -> NDArray[np.float64]:
    """CIELAB of sRGB from 0 to 255, (colours, 3)."""
    part = colours / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    t = linear @ _TO_XYZ.T / _WHITE
    bent = np.where(t > _BEND**3, np.cbrt(t), t / (3 * _BEND**2) + 4 / 29)
    lab: NDArray[np.float64] = bent @ _TO_LAB.T - np.array([16, 0, 0])
    return lab


def _srgb(lab: NDArray[np.float64]) -> NDArray[np.int64]:
    """The nearest sRGB from 0 to 255 of CIELAB colours, (colours, 3)."""
    bent = np.linalg.solve(_TO_LAB, (lab + np.array([16, 0, 0])).T).T
    t = np.where(bent > _BEND, bent**3, 3 * _BEND**2 * (bent - 4 / 29))
    linear = np.clip(np.linalg.solve(_TO_XYZ, (t * _WHITE).T).T, 0, 1)
    part = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    whole: NDArray[np.int64] = np.rint(255 * part).astype(np.int64)
    return whole
