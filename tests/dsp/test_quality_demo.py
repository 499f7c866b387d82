"""Every fault planted in the demo is found by the measure meant for it, and nothing else is.

Samples are made as the demo writes them, without files. The limits here lie between what faults
and good channels have, with room on both sides; what was measured stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecogview.data.demo_plan import COUNT_UV, RATES, RECORDINGS, DriveTake, Fault, RecType
from ecogview.data.demo_signal import Cortex, clip_at_rail, downsample, patches
from ecogview.dsp import quality_kernels
from ecogview.dsp.channel_quality import MEASURES, channel_values, usable_cells, values
from ecogview.dsp.estimate import estimate_rows, estimate_signal
from ecogview.dsp.quality import CellGrid, QualityMap, figures_for
from ecogview.dsp.quality_sums import CellSums
from ecogview.dsp.runs import Runs

# Channels, by their number in the list, and single cells of those with a fault for some seconds.
FLAT = 0.9  # share; flat 0.97 to 1, good 0
HUM = 0.3  # share of RMS; humming 0.39 to 0.62, disconnected 0.61 to 0.84, good 0.04 to 0.16
WEAK = 0.5  # RMS; disconnected 0.15 to 0.27, good 0.75 to 1.3
NOISY = 1.7  # high frequency; noisy 18 to 28, at 250 Hz 2.3 to 3.4, good 0.87 to 1.19
# Seconds, by the median of the good channels, in the second where a fault is strongest.
BURST = 1.5  # high frequency; bursts 2.8 to 5.2, at 250 Hz 2.0 to 2.6, good 0.88 to 1.19
SATURATED = 0.15  # share clipped; saturated 0.35 to 1, good 0
MOVED = 0.22  # shift of the mean; movements 0.26 to 1.9, good up to 0.18
LARGE = 1.7  # RMS against the own median; movements 1.8 to 4.3, but good up to 2.35

BLOCK = 20_000


@dataclass(frozen=True, eq=False)
class Passed:
    """A file of the demo, and what the pass finds in it."""

    take: DriveTake
    rec_type: RecType
    quality: QualityMap
    bad: NDArray[np.int64]
    shown: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    of_channels: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        usable = usable_cells(self.quality, self.bad)
        for id_, measure in MEASURES.items():
            arguments = (self.quality, measure, usable, self.good)
            self.shown[id_] = values(*arguments)
            self.of_channels[id_] = channel_values(*arguments)

    @property
    def good(self) -> NDArray[np.bool_]:
        """Channels that the mask does not mark."""
        marked = {fault.channel for fault in self.take.faults if fault.marked}
        return np.array([label not in marked for label in self.take.drive.short_labels])

    @property
    def without_fault(self) -> NDArray[np.bool_]:
        """Channels without a fault of their own."""
        faulty = {fault.channel for fault in self.take.faults}
        return np.array([label not in faulty for label in self.take.drive.short_labels])

    def seconds(self, fault: Fault) -> slice:
        """Cells that a fault touches."""
        return slice(int(fault.start_s), int(np.ceil(fault.stop_s)))

    def over_channels(self, id_: str) -> NDArray[np.float64]:
        """Median over the channels without a fault of each second; 0 where it is zeroed."""
        return np.median(np.nan_to_num(self.shown[id_][:, self.without_fault]), axis=1)

    def at_most(self, id_: str, fault: Fault) -> float:
        return float(self.over_channels(id_)[self.seconds(fault)].max())

    def of_channel(self, id_: str, fault: Fault) -> float:
        """Median second of a fault of one channel."""
        assert fault.channel is not None
        channel = self.take.drive.short_labels.index(fault.channel)
        return float(np.nanmedian(self.shown[id_][self.seconds(fault), channel]))


@lru_cache(maxsize=1)
def the_demo() -> list[Passed]:
    takes = [(take, recording.duration_s) for recording in RECORDINGS for take in recording.takes]
    with ThreadPoolExecutor(2) as pool:
        return list(chain.from_iterable(pool.map(passes, *zip(*takes, strict=True))))


def passes(take: DriveTake, duration_s: int) -> list[Passed]:
    """A pass over each file of a drive."""
    return [
        Passed(take, rec_type, *passed_over(rows, take, rec_type))
        for rec_type, rows in samples(take, duration_s)
    ]


def samples(take: DriveTake, duration_s: int) -> Iterator[tuple[RecType, NDArray[Any]]]:
    rate = RATES[take.rec_types[0]]
    cortex = Cortex(take.drive, duration_s * rate, rate, take.seed)
    faults = patches(take.faults, take.drive, rate, take.seed)
    blocks = []
    for start in range(0, duration_s * rate, BLOCK):
        block = cortex.block(start, min(start + BLOCK, duration_s * rate))
        for fault in faults:
            fault.apply(block, start)
        blocks.append(clip_at_rail(block))
    if take.rec_types[0] == "raw":
        yield "raw", np.rint(np.concatenate(blocks) / COUNT_UV).astype(np.int16)
        return
    yield "clfp", np.concatenate(blocks)
    slow = np.concatenate(list(downsample(blocks)))
    for start, stop in masked(take, RATES["clfp_ds250"]):
        slow[start:stop] = 0
    yield "clfp_ds250", np.asfortranarray(slow)


def masked(take: DriveTake, rate: int) -> Runs:
    """Spans that the mask holds; of raw, which has none, all spans, as if marked by hand."""
    return Runs.of(
        fault.samples(rate)
        for fault in take.faults
        if fault.channel is None and (fault.marked or take.rec_types == ("raw",))
    )


def passed_over(
    rows: NDArray[Any], take: DriveTake, rec_type: RecType
) -> tuple[QualityMap, NDArray[np.int64]]:
    rate, (n_samples, n_channels) = RATES[rec_type], rows.shape
    stretches = (rows[start:stop] for start, stop in estimate_rows(n_samples, rate))
    estimate = estimate_signal(stretches, n_channels)
    grid = CellGrid.of(n_samples, rate, n_channels)
    names = figures_for(rate, None)
    quality = QualityMap.blank(grid, n_channels, names)
    sums = CellSums(
        grid, 0, grid.n_cells, centre=estimate.offset, rms=estimate.rms, figures=names,
        band_hz=None, kernels=quality_kernels,
    )  # fmt: skip
    sums.add(rows, 0)
    sums.write(quality)
    return quality, masked(take, rate).bounds


def planted(*kinds: str) -> Iterator[tuple[Passed, Fault]]:
    """Faults of some kinds, in every file that shows them: zeroed spans show nothing."""
    found = 0
    for passed in the_demo():
        for fault in passed.take.faults:
            zeroed = passed.rec_type == "clfp_ds250" and fault.marked and fault.channel is None
            if fault.kind in kinds and not zeroed:
                found += 1
                yield passed, fault
    assert found >= 5


def test_flat_channels_and_stretches() -> None:
    for passed, fault in planted("flat"):
        channel = passed.take.drive.short_labels.index(fault.channel or "")
        assert np.nanmin(passed.shown["flat"][passed.seconds(fault), channel]) > FLAT


def test_noisy_channels_and_stretches() -> None:
    for passed, fault in planted("noisy"):
        assert passed.of_channel("high_frequency", fault) > NOISY


def test_humming_channels_and_disconnected_ones() -> None:
    for passed, fault in planted("line_hum", "disconnected"):
        assert passed.of_channel("hum", fault) > HUM


def test_disconnected_channels_are_weak() -> None:
    for passed, fault in planted("disconnected"):
        assert passed.of_channel("rms", fault) < WEAK


def test_movements() -> None:
    for passed, fault in planted("movement"):
        assert passed.at_most("shift", fault) > MOVED
        assert passed.at_most("rms_own", fault) > LARGE


def test_saturation() -> None:
    for passed, fault in planted("saturation"):
        assert passed.at_most("clipped", fault) > SATURATED


def test_bursts_of_high_frequency() -> None:
    for passed, fault in planted("hf_burst"):
        assert passed.at_most("high_frequency", fault) > BURST


def test_no_good_channel_is_found() -> None:
    for passed in the_demo():
        fine = {id_: figure[passed.without_fault] for id_, figure in passed.of_channels.items()}
        assert fine["flat"].max() == fine["clipped"].max() == 0
        assert fine["hum"].max() < 0.6 * HUM
        assert fine["rms"].min() > 1.4 * WEAK
        assert fine["rms"].max() < 1.4
        assert fine["high_frequency"].max() < 1.2
        assert fine["high_frequency"].min() > 0.8
        assert fine["shift"].max() < MOVED / 2


def test_no_good_second_is_found() -> None:
    for passed in the_demo():
        fine = np.ones(passed.quality.grid.n_cells, bool)
        for fault in passed.take.faults:
            if fault.channel is None:
                fine[passed.seconds(fault)] = False
        assert passed.over_channels("shift")[fine].max() < MOVED
        assert passed.over_channels("high_frequency")[fine].max() < 0.9 * BURST
        for id_ in ("flat", "clipped"):
            assert passed.shown[id_][fine][:, passed.without_fault].max() == 0
        assert passed.shown["hum"][fine][:, passed.without_fault].max() < HUM


@pytest.mark.parametrize("id_", ["flat", "noisy", "line_hum", "disconnected"])
def test_faults_of_a_channel_stand_out_in_the_channel_list(id_: str) -> None:
    """By the channel's one number, where the fault lasts all the time."""
    for passed, fault in planted(id_):
        if fault.start_s == 0 and fault.channel is not None:
            channel = passed.take.drive.short_labels.index(fault.channel)
            number = {name: figure[channel] for name, figure in passed.of_channels.items()}
            assert {
                "flat": number["flat"] > FLAT and number["rms"] < 0.01,
                "noisy": number["high_frequency"] > NOISY,
                "line_hum": number["hum"] > HUM,
                "disconnected": number["rms"] < WEAK and number["hum"] > HUM,
            }[id_]
