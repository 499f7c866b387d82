"""The recording that the tests of `DataFile` read, and slow ways to say what it holds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

N_CHANNELS, N_SAMPLES = 6, 1301  # more than two pieces of rows
REC_TYPES = ["raw", "lfp", "clfp", "clfp_ds250", "part1.clfp_ds250_fl0u10"]
RATES = {"raw": 30000.0, "lfp": 1000.0, "clfp": 1000.0}
LABELS = ["E01", "E03", "E05", "E07", "E09", "E11"]


def flags(length: int, *spans: tuple[int, int]) -> NDArray[np.bool_]:
    made = np.zeros(length, bool)
    for start, stop in spans:
        made[start:stop] = True
    return made


def mask(**changes: Any) -> dict[str, Any]:
    return {
        "hf": flags(N_SAMPLES, (0, 5), (100, 101), (700, 760)),
        "sat": flags(N_SAMPLES, (750, 800), (N_SAMPLES - 1, N_SAMPLES)),
        "ch": flags(N_CHANNELS, (1, 2), (4, 5)),
        **changes,
    }


def padded(bad: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    grown = np.zeros_like(bad)
    for sample in np.flatnonzero(bad):
        grown[max(sample - by, 0) : sample + by + 1] = True
    return grown
