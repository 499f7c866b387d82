"""Running samples through a bank of poles by SciPy: the twin of `ecogview.dsp.pole_kernels`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHUNK = 64
"""Rows that go through all poles while they lie in a core's first cache."""


def sweep_poles(
    rows: NDArray[np.float32],
    table: NDArray[np.float32],
    direct: float,
    begins: NDArray[np.int64],
    states: NDArray[np.float32],
    out: NDArray[np.float32],
    backwards: bool,  # noqa: FBT001
) -> None:
    """Run rows through poles, in time's direction or against it.

    Parameters
    ----------
    rows : ndarray of float32, shape (samples, channels)
    table : ndarray of float32, shape (poles, 2, TURN, 2)
        See `ecogview.dsp.pole_bank.PoleBank`.
    direct : float
        What a sample itself counts; forwards only.
    begins : ndarray of int64, shape (poles,)
        Of how many rows, counted as they come, a pole takes no notice; 0, or a multiple of `CHUNK`
        less than there are rows for which nothing is made.
    states : ndarray of float32, shape (poles, 2, channels)
        Real and imaginary parts, changed in place.
    out : ndarray of float32, shape (at most samples, channels)
        What the last rows become, in time's order: set forwards, backwards added to.
    backwards : bool
        Whether the last row comes first.
    """
    if not len(rows):  # SciPy does not take them
        return
    from scipy import signal  # 0.6 s: only where it is used

    lead = len(rows) - len(out)
    ordered, made = (rows[::-1], out[::-1]) if backwards else (rows, out)
    if not backwards:
        made[:] = direct * ordered[lead:]
    for (powers, counts), begin, state in zip(table, begins, states, strict=True):
        if begin == len(rows):
            continue
        pole = complex(powers[0, 0], powers[0, 1])
        before = (state[0] + 1j * state[1]).astype(np.complex128)[np.newaxis]
        after, _ = signal.lfilter(
            [1], [1, -pole], ordered[begin:].astype(np.complex128), axis=0, zi=pole * before
        )
        state[0], state[1] = after[-1].real, after[-1].imag
        shifted = np.concatenate([before, after[:-1]])[lead - begin :]
        made += np.real(complex(counts[0, 0], counts[0, 1]) * shifted).astype(np.float32)
