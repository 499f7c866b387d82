"""A zero-phase filter as a sum over its poles, each run forwards and backwards over the samples.

Filtering forwards and then backwards, H(z) H(1/z), is by partial fractions (Oppenheim & Schafer,
Discrete-Time Signal Processing, 3.3.2 and 6.3.3) a constant plus one decaying exponential a pole,
to either side. So both ways can run over the samples themselves, in float32, and each pole over no
more margin than it needs itself: the high-pass over seconds, the low-pass over a few samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TURN = 4
"""Samples that a kernel takes a turn."""

_ROUNDING = 1e-2  # estimated; what is measured is 100 times less


@dataclass(frozen=True, eq=False, slots=True)
class PoleBank:
    """A filter's poles above the real axis; those below it are their mirror images.

    The state of pole p is the sum of ``p**k`` times the sample k before.

    Attributes
    ----------
    table : ndarray of float32, shape (poles, 2, TURN, 2)
        ``[pole, 0, k]`` is ``p**(k + 1)``, real and imaginary part; ``[pole, 1, k]`` the same times
        what the state counts.
    direct : float
        What a sample itself counts.
    margins : ndarray of int64, shape (poles,)
        Samples to either side within which others count.
    settled : ndarray of complex128, shape (poles,)
        States after an eternity of ones.
    last : tuple of (float, ndarray of complex128 of shape (poles,))
        What a sample and the states make of it, filtered in one direction only.
    turned : tuple of ndarray of complex128, shapes (poles,), (poles, poles), (poles, poles)
        States of the way back at a wall: of the last value of the way there, times the first, less
        its states times the second and their mirror images times the third. They are those of a
        cascade to which the last value seems to have gone on for ever.
    """

    table: NDArray[np.float32]
    direct: float
    margins: NDArray[np.int64]
    settled: NDArray[np.complex128]
    last: tuple[float, NDArray[np.complex128]]
    turned: tuple[NDArray[np.complex128], NDArray[np.complex128], NDArray[np.complex128]]

    def states(self, n_channels: int) -> NDArray[np.float32]:
        """States at rest, shape (poles, 2, channels)."""
        return np.zeros((len(self.table), 2, n_channels), np.float32)

    def settled_at(self, level: NDArray[np.float32]) -> NDArray[np.float32]:
        """States as if the signal had been at a level, of shape (channels,), for ever."""
        return _parts(np.multiply.outer(self.settled, level))

    def turned_at(
        self, states: NDArray[np.float32], level: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """States for the way back at a wall, where the last sample was `level`."""
        there = states[:, 0].astype(np.float64) + 1j * states[:, 1]
        direct, weights = self.last
        last = direct * level + 2 * np.real(weights @ there)
        from_last, from_states, from_mirrored = self.turned
        back = np.multiply.outer(from_last, last)
        return _parts(back - from_states @ there - from_mirrored @ there.conj())


def _parts(states: NDArray[np.complex128]) -> NDArray[np.float32]:
    return np.stack([states.real, states.imag], axis=1).astype(np.float32)


def residues(
    sections: NDArray[np.float64],
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Poles of second-order sections, and the sizes of their exponentials in the response.

    From sample 1 on the impulse response is the sum of ``size × pole**n``.
    """
    numerators, denominators = sections[:, :3], sections[:, 3:]
    poles = np.concatenate([np.roots(row) for row in denominators]).astype(np.complex128)
    # Of both polynomials in 1/z, at every pole.
    powers = poles[:, np.newaxis] ** -np.arange(3)
    upper = np.prod(powers @ numerators.T, axis=1)
    others = poles[:, np.newaxis] != poles
    ratios = 1 - poles / poles[:, np.newaxis]
    return poles, upper / np.prod(np.where(others, ratios, 1), axis=1)


def design_bank(sections: NDArray[np.float64], margin: int, tolerance: float) -> PoleBank | None:
    """The poles of second-order sections; None where a sum over them would be inexact in float32.

    Parameters
    ----------
    sections : ndarray of float64, shape (sections, 6)
        As SciPy has them.
    margin : int
        Samples that are enough for each.
    tolerance : float
        Share of the largest sample by which those beyond a pole's margin may count.
    """
    every, sizes = residues(sections)
    if (every.imag == 0).any() or len(np.unique(every)) < len(every):
        return None  # a sum over poles that are real or coincide looks otherwise
    is_upper = every.imag > 0
    poles, one_way = every[is_upper], sizes[is_upper]
    mirrored = _response(sections, poles)
    weights = one_way * mirrored
    room = 1 - np.abs(poles)
    if np.finfo(np.float32).eps * float(np.sum(2 * np.abs(weights) / room**2)) > _ROUNDING:
        return None
    each = tolerance / (2 * len(poles))
    counts = 4 * np.abs(weights) / room  # of all samples to both sides
    margins = np.ceil(np.log(np.maximum(counts / each, 1)) / -np.log1p(-room))
    margins = np.clip(margins, 1, margin).astype(np.int64)
    if float(np.sum(counts * (1 - room) ** margins)) > tolerance:
        margins[:] = margin
    order = np.argsort(-margins, kind="stable")
    poles, one_way, weights = poles[order], one_way[order], weights[order]
    at_rest = 2 * float(np.real(np.sum(weights * poles / (1 - poles))))
    direct = float(np.real(_response(sections, np.ones(1))[0])) ** 2 - 2 * at_rest
    first = float(np.prod(sections[:, 0]))
    return PoleBank(
        table=table_of(poles, weights),
        direct=direct,
        margins=margins[order],
        settled=1 / (1 - poles),
        last=(first - 2 * float(np.real(np.sum(one_way))), one_way),
        turned=_turned(poles, one_way, mirrored[order]),
    )


def two_sided(
    sections: NDArray[np.float64],
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Poles above the real axis, and the sizes of their exponentials in the zero-phase response.

    At sample n, but for 0, that is the real part of the sum of ``2 × size × pole**|n|``.
    """
    every, sizes = residues(sections)
    is_upper = every.imag > 0
    poles = every[is_upper]
    return poles, sizes[is_upper] * _response(sections, poles)


def table_of(poles: NDArray[np.complex128], weights: NDArray[np.complex128]) -> NDArray[np.float32]:
    """See `PoleBank.table`; of exponentials as `two_sided` gives them."""
    powers = poles[:, np.newaxis] ** np.arange(1, TURN + 1)
    both = np.stack([powers, 2 * weights[:, np.newaxis] * powers], axis=1)
    return np.stack([both.real, both.imag], axis=-1).astype(np.float32)


def _response(sections: NDArray[np.float64], delay: NDArray[Any]) -> NDArray[np.complex128]:
    """What sections make of ``z``, given ``1 / z``."""
    powers = np.asarray(delay, np.complex128)[:, np.newaxis] ** np.arange(3)
    made: NDArray[np.complex128] = np.prod(
        (powers @ sections[:, :3].T) / (powers @ sections[:, 3:].T), axis=1
    )
    return made


def _turned(
    poles: NDArray[np.complex128],
    one_way: NDArray[np.complex128],
    mirrored: NDArray[np.complex128],
) -> tuple[NDArray[np.complex128], NDArray[np.complex128], NDArray[np.complex128]]:
    """See `PoleBank.turned`.

    Beyond the wall the way there would have died away, but is to stay at its last value: what the
    difference of the two makes on the way back, for each pole a geometric series.
    """
    scale = 1 / (poles * mirrored)

    def series(others: NDArray[np.complex128]) -> NDArray[np.complex128]:
        products = np.multiply.outer(poles, others)
        summed: NDArray[np.complex128] = products / (1 - products)
        return summed

    from_states = scale[:, np.newaxis] * one_way * series(poles)
    from_mirrored = scale[:, np.newaxis] * one_way.conj() * series(poles.conj())
    from_last: NDArray[np.complex128] = scale * poles / (1 - poles)
    return from_last, from_states, from_mirrored
