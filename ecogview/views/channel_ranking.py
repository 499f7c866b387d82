"""How much channels deviate by a measure, and the order that gives: one for all that sort by it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.channel_quality import Measure


def deviation(value: float, measure: Measure) -> float:
    """1 at the upper end of a deviating scale, -1 at its lower; of a rising one 0 and 2."""
    if math.isnan(value):
        return math.nan
    position = 2 * measure.scale.position(value)
    return position - 1 if measure.deviating else position


def strongest_first(values: NDArray[np.float32], measure: Measure) -> tuple[int, ...]:
    """Channels by how much their numbers deviate; unknown ones last, equal ones by number.

    Of the numbers themselves, not of the colours that they are shown in: those end with the scale's
    ends, and each stands for a range.
    """
    deviations = np.array([deviation(value, measure) for value in values.tolist()])
    strength = np.abs(deviations) if measure.deviating else deviations
    return tuple(np.argsort(-strength, kind="stable").tolist())  # NaN last
