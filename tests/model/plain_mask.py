"""A mask as plain boolean arrays, with the gestures in their slow and obvious form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.model.mask import KINDS

N_SAMPLES, N_CHANNELS = 40, 5
Flags = NDArray[np.bool_]

samples = st.integers(-5, N_SAMPLES + 5)
span_lists = st.lists(st.tuples(samples, samples), max_size=4)
lengths = st.integers(0, 9)


def runs_of(flags: Flags) -> list[tuple[bool, int, int]]:
    """Stretches of equal flags: value, start, stop."""
    found, start = [], 0
    for value, group in groupby(flags.tolist()):
        stop = start + len(list(group))
        found.append((value, start, stop))
        start = stop
    return found


def flags_of(spans: list[tuple[int, int]]) -> Flags:
    """True inside any of the spans, as far as there are samples."""
    flags = np.zeros(N_SAMPLES, bool)
    for start, stop in spans:
        flags[max(start, 0) : max(stop, 0)] = True
    return flags


@dataclass
class PlainMask:
    hf: Flags
    sat: Flags
    manual: Flags
    ch: Flags

    @classmethod
    def of(cls, tracks: MaskTracks) -> PlainMask:
        hf, sat, manual = (tracks.tracks()[k].to_bool(0, N_SAMPLES) for k in KINDS)
        return cls(hf, sat, manual, np.array(tracks.bad_channels))

    def copy(self) -> PlainMask:
        return PlainMask(self.hf.copy(), self.sat.copy(), self.manual.copy(), self.ch.copy())

    def tracks(self) -> MaskTracks:
        flags = self.ch.copy()
        flags.setflags(write=False)
        return replace(
            empty_tracks(N_SAMPLES, N_CHANNELS),
            hf=Runs.from_bool(self.hf),
            sat=Runs.from_bool(self.sat),
            manual=Runs.from_bool(self.manual),
            bad_channels=flags,
            warnings=("odd",),
        )

    @property
    def bad(self) -> Flags:
        return self.hf | self.sat | self.manual

    def equals(self, other: PlainMask) -> bool:
        return all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("hf", "sat", "manual", "ch")
        )

    def mark(self, inside: Flags) -> None:
        self.manual |= inside & ~self.hf & ~self.sat

    def unmark(self, inside: Flags) -> None:
        for flags in (self.hf, self.sat, self.manual):
            flags[inside] = False

    def move(self, old: tuple[int, int], new: tuple[int, int]) -> None:
        self.manual[old[0] : old[1]] = False
        self.mark(flags_of([new]))

    def grow(self, by: int, chosen: Flags) -> None:
        self.mark(
            np.array([chosen[max(i - by, 0) : i + by + 1].any() for i in range(N_SAMPLES)], bool)
        )

    def fill(self, shorter_than: int) -> None:
        stretches = runs_of(self.bad)
        for value, start, stop in stretches[1:-1]:
            if not value and stop - start < shorter_than:
                self.manual[start:stop] = True

    def drop(self, shorter_than: int) -> None:
        for value, start, stop in runs_of(self.bad):
            if value and stop - start < shorter_than:
                self.unmark(flags_of([(start, stop)]))


def assert_sound(tracks: MaskTracks) -> None:
    """Runs are sorted, do not touch, lie within the recording; `manual` is disjoint."""
    for runs in tracks.tracks().values():
        flat = runs.bounds.ravel()
        assert np.all(np.diff(flat) > 0)
        assert not len(flat) or (flat[0] >= 0 and flat[-1] <= tracks.n_samples)
    assert not len(tracks.manual.intersection(tracks.hf.union(tracks.sat)))
    assert not tracks.bad_channels.flags.writeable
    assert tracks.warnings == ("odd",)


def _plain(tracks: list[list[tuple[int, int]]], bad_channels: set[int]) -> PlainMask:
    hf, sat, manual = (flags_of([(start, start + n) for start, n in runs]) for runs in tracks)
    channels = np.array([channel in bad_channels for channel in range(N_CHANNELS)])
    return PlainMask(hf, sat, manual & ~hf & ~sat, channels)


_runs = st.lists(st.tuples(st.integers(0, N_SAMPLES - 1), st.integers(1, 12)), max_size=5)
plain_masks: st.SearchStrategy[PlainMask] = st.builds(
    _plain,
    st.lists(_runs, min_size=3, max_size=3),
    st.sets(st.integers(0, N_CHANNELS - 1)),
)
