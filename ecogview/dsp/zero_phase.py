"""Filtering forwards and backwards, so that nothing is delayed, around gaps in the signal.

A gap is a stretch whose samples must not count: zeroed, or masked. Up to `FilterDesign.bridge`
samples it is bridged by a straight line; at a longer one, as at the ends of the recording, the
signal is continued turned about its last sample, as `scipy.signal.sosfiltfilt` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.filters import FilterDesign
from ecogview.dsp.pole_bank import PoleBank
from ecogview.dsp.pole_plain import CHUNK
from ecogview.dsp.runs import Runs

_LANES = 8  # states are kept for whole vector registers: 15 % faster


def filter_rows(
    rows: NDArray[np.float32],
    design: FilterDesign,
    gaps: Runs,
    keep: tuple[int, int],
    kernels: ModuleType,
    *,
    is_start: bool,
    is_stop: bool,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Filter samples ``keep`` of some rows.

    Parameters
    ----------
    rows : ndarray of float32, shape (samples, channels)
        C-contiguous, without constant. `FilterDesign.reach` more to either side than what is
        kept, as far as the recording goes. Left as they are.
    design : FilterDesign
    gaps : Runs
        In rows; what is in the long ones stays, what is in the others is made up.
    keep : tuple of (start, stop)
        In rows.
    kernels : module
        `ecogview.dsp.filter_kernels` or its twin.
    is_start, is_stop : bool
        Whether the first row is the recording's first one, and the last its last one.
    out : ndarray of float32, shape (at least kept samples, channels), optional
        Memory to put them in: fresh pages take as long as filtering.

    Returns
    -------
    ndarray of float32, shape (kept samples, channels)
        The first rows of `out`, if given.
    """
    n_rows = len(rows)
    walls: list[tuple[int, int]] = []
    bridges: list[tuple[int, int]] = []
    for start, stop in gaps.clip(0, n_rows):
        is_short = start > 0 and stop < n_rows and stop - start <= design.bridge
        (bridges if is_short else walls).append((start, stop))
    if bridges:
        rows = rows.copy()
        for start, stop in bridges:
            _bridge(rows, start, stop)
    if out is None:
        out = np.empty((keep[1] - keep[0], rows.shape[1]), np.float32)
    kept = out[: keep[1] - keep[0]]
    for start, stop in Runs.of(walls).clip(*keep):
        kept[start - keep[0] : stop - keep[0]] = rows[start:stop]
    begins = [0, *(stop for _, stop in walls)]
    ends = [*(start for start, _ in walls), n_rows]
    for begin, end in zip(begins, ends, strict=True):
        first, last = max(begin, keep[0]), min(end, keep[1])
        if first < last:
            piece = _Piece(
                rows[begin:end], first - begin, last - begin, kernels,
                turns_at_start=begin > 0 or is_start, turns_at_stop=end < n_rows or is_stop,
                pad=min(design.pad, end - begin - 1),
            )  # fmt: skip
            here = kept[first - keep[0] : last - keep[0]]
            if design.bank is not None:
                _filter_by_poles(piece, design.bank, here)
            else:
                _filter_in_cascade(piece, design, here)
    return kept


def _bridge(rows: NDArray[np.float32], start: int, stop: int) -> None:
    """Draw a straight line from the row before a gap to the one after it."""
    before, after = rows[start - 1], rows[stop]
    part = np.arange(1, stop - start + 1, dtype=np.float32) / np.float32(stop - start + 1)
    rows[start:stop] = before + np.multiply.outer(part, after - before)


@dataclass(frozen=True, eq=False, slots=True)
class _Piece:
    """Rows without gaps, of which ``[first, stop)`` are wanted, and how they go on."""

    rows: NDArray[np.float32]
    first: int
    stop: int
    kernels: ModuleType
    turns_at_start: bool
    turns_at_stop: bool
    pad: int

    @property
    def before(self) -> NDArray[np.float32]:
        """The first rows turned about the first one; that one alone where there are no others."""
        return np.ascontiguousarray(2 * self.rows[0] - self.rows[self.pad : 0 : -1])

    @property
    def after(self) -> NDArray[np.float32]:
        return np.ascontiguousarray(2 * self.rows[-1] - self.rows[-2 : -2 - self.pad : -1])


def _filter_by_poles(piece: _Piece, bank: PoleBank, out: NDArray[np.float32]) -> None:
    """Filter a piece, each pole with no more margin than it needs."""
    rows, n_rows = piece.rows, len(piece.rows)
    nothing = np.empty((0, rows.shape[1]), np.float32)
    everywhere = np.zeros(len(bank.margins), np.int64)
    margins = -(-bank.margins // CHUNK) * CHUNK

    def sweep(
        some: NDArray[np.float32],
        begins: NDArray[np.int64],
        made: NDArray[np.float32],
        *,
        backwards: bool = False,
    ) -> None:
        piece.kernels.sweep_poles(some, bank.table, bank.direct, begins, states, made, backwards)

    lead = min(int(margins[0]), piece.first)
    begins = np.maximum(lead - margins, 0)
    states = bank.states(rows.shape[1])
    if piece.turns_at_start and lead == piece.first:
        before = piece.before
        states = bank.settled_at(before[0] if len(before) else rows[0])
        sweep(before, everywhere, nothing)
        states[begins > 0] = 0
    sweep(rows[piece.first - lead : piece.stop], begins, out)
    lead = min(int(margins[0]), n_rows - piece.stop)
    begins = np.maximum(lead - margins, 0)
    if piece.turns_at_stop and lead == n_rows - piece.stop:
        after = piece.after
        sweep(rows[piece.stop :], everywhere, nothing)
        sweep(after, everywhere, nothing)
        states = bank.turned_at(states, after[-1] if len(after) else rows[-1])
        sweep(after, everywhere, nothing, backwards=True)
        states[begins > 0] = 0
    else:
        states = bank.states(rows.shape[1])
    sweep(rows[piece.first : piece.stop + lead], begins, out, backwards=True)


def _filter_in_cascade(piece: _Piece, design: FilterDesign, out: NDArray[np.float32]) -> None:
    """Filter a piece section by section, all of it forwards and what is wanted backwards."""
    rows = piece.rows.copy()
    n_channels = rows.shape[1]
    width = -(-n_channels // _LANES) * _LANES
    parts = (design.exact, design.quick)
    states = [part.states(width) for part in parts]

    def sweep(some: NDArray[np.float32], *, backwards: bool = False) -> None:
        piece.kernels.sweep(
            some, design.exact.pairs, states[0], design.quick.pairs, states[1], backwards
        )

    def settle(level: NDArray[np.float32]) -> None:
        """Be as if the signal had been at a level for ever."""
        for part, state in zip(parts, states, strict=True):
            state[:, :, :n_channels] = part.steady[:, :, np.newaxis] * level

    after = piece.after
    if piece.turns_at_start:
        before = piece.before
        settle(before[0] if piece.pad else rows[0])
        sweep(before)
    sweep(rows)
    if piece.turns_at_stop:
        sweep(after)
        settle(after[-1] if piece.pad else rows[-1])
        sweep(after, backwards=True)
    else:
        for state in states:
            state.fill(0)
    sweep(rows[piece.first :], backwards=True)
    out[:] = rows[piece.first : piece.stop]
