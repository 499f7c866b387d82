"""A recording to be processed, with all that can be odd about one, and its slow twin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from ecogview.data.recording import RecordingInfo
from ecogview.dsp import engine, filter_kernels, kernels
from ecogview.dsp.estimate import SignalEstimate
from ecogview.dsp.filters import TOLERANCE
from ecogview.dsp.runs import Runs
from ecogview.model.processing import AppliedProcessing
from ecogview.services.column_reading import estimate_of
from ecogview.services.sources import FileSource
from tests.builders import write_recording
from tests.dsp.slow_processing import slow_processed

N_CHANNELS, N, RATE = 5, 30_011, 500.0
ZEROED = [(2000, 2100), (9000, 9900), (15_000, 15_001), (30_000, N)]
MASKED = Runs.of([(5000, 5040), (12_000, 12_600), (20_000, 20_200)])
PLACES = [(0, 0), (0, 1), (1, 0), (1, 1), (0, 2)]


def some_samples(rec_type: str = "clfp") -> NDArray[np.float32]:
    """Shape (channels, samples): drift, hum, offsets far apart, artefacts, zeroed stretches."""
    random, at = np.random.default_rng(11), np.arange(N)
    samples = random.normal(0, 40, (N_CHANNELS, N))
    samples += random.normal(0, 3, (N_CHANNELS, N)).cumsum(axis=1)
    samples += 200 * np.sin(2 * np.pi * 50 * at / RATE)
    samples += 1500 * np.arange(N_CHANNELS)[:, np.newaxis] - 2000
    for start, stop in MASKED:
        samples[:, start:stop] += random.normal(0, 3000, (N_CHANNELS, 1))
    samples[3] = 700  # flat
    for start, stop in ZEROED:
        samples[:, start:stop] = 0
    samples = np.clip(samples, -32_000, 32_000).round().astype(np.float32)
    if rec_type == "clfp":
        samples[1, 17_000:17_003] = np.nan
    return samples


SAMPLES = some_samples()


def source_of(
    folder: Path, rec_type: str = "clfp", layout: str = "interleaved", rate: float = RATE
) -> FileSource:
    """A recording on the disk; clfp has 1 kHz whatever `rate` is."""
    electrodes = [
        {"label": f"LM1_ECOG_3 E{i:02}", "position": {"x": c, "y": r, "row": r, "col": c}}
        for i, (r, c) in enumerate(PLACES)
    ]
    path = write_recording(
        folder, samples=some_samples(rec_type), rec_type=rec_type, layout=layout,
        electrodes=electrodes, sampling_rate=rate,
    )  # fmt: skip
    return FileSource(path, layout=layout)  # type: ignore[arg-type]


@contextmanager
def compiled() -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(patch.object(engine, "_active", kernels))
        stack.enter_context(patch.object(engine, "_filters", filter_kernels))
        yield


def slow_twin(source: FileSource, applied: AppliedProcessing) -> tuple[NDArray[np.float64], float]:
    """All samples processed the plain way, (samples, channels), and how far others may be off."""
    with source.open() as recording:
        info, estimate = recording.info, estimate_of(recording)
        samples = np.array(recording.read_rows(0, info.n_samples))
    return slow_rows(samples, info, estimate, applied)


def slow_rows(
    samples: NDArray[Any], info: RecordingInfo, estimate: SignalEstimate, applied: AppliedProcessing
) -> tuple[NDArray[np.float64], float]:
    processing = applied.processing
    rows = slow_processed(
        samples, info.sampling_rate, estimate.offset,
        settings=processing.filter, reference=processing.reference, bad=applied.bad,
        places=tuple((c.electrode.row, c.electrode.col) for c in info.channels),
        masked=applied.masked.to_bool(0, len(samples)),
    )  # fmt: skip
    deviation = np.nanmax(np.abs(np.where(samples.any(axis=1)[:, None], samples, np.nan)
                                 - estimate.offset))  # fmt: skip
    return rows * (-1 if processing.inverted else 1), TOLERANCE * float(deviation)


def without_mask(applied: AppliedProcessing) -> AppliedProcessing:
    return replace(applied, masked=Runs.of(()))
