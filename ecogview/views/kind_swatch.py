"""The sign of a kind of bad span in lists: the pattern that it has in the lane."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PyQt6.QtGui import QImage

from ecogview.views import theme
from ecogview.views.colour_tokens import Tokens
from ecogview.views.trace_picture import lane_pixels


def kind_swatch(kind: str, width: int, height: int, ratio: float) -> QImage:
    """A box of a logical size in which a kind's pattern is painted, in the colours in use."""
    return _swatch(kind, round(width * ratio), round(height * ratio), ratio, theme.current())


@lru_cache(maxsize=32)
def _swatch(kind: str, width: int, height: int, ratio: float, tokens: Tokens) -> QImage:
    pixels = lane_pixels((kind,), np.ones(width, np.uint8), 0, height, tokens)
    whole = np.ascontiguousarray(pixels).tobytes()
    # A copy, for the image does not own the bytes.
    image = QImage(whole, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
    image.setDevicePixelRatio(ratio)
    return image
