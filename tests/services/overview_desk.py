"""An overview built without a thread, and what it should hold, the plain way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from ecogview.data import kept_files
from ecogview.data.envelope_file import EnvelopeFile
from ecogview.data.envelope_spec import level_name
from ecogview.data.kept_files import KeptFiles
from ecogview.data.recording import Recording
from ecogview.dsp import engine, envelope, kernels, quality_kernels
from ecogview.dsp.envelope import n_bins
from ecogview.dsp.quality import QualityMap
from ecogview.dsp.quality_sums import CellSums
from ecogview.services.column_reading import estimate_of
from ecogview.services.keeping import writer_for
from ecogview.services.overview import ZEROED, Overview
from ecogview.services.overview_build import OverviewBuild
from ecogview.services.sources import Source

Bins = dict[int, NDArray[np.float32]]


@contextmanager
def compiled(screen: int | None = None) -> Iterator[None]:
    """With the compiled kernels, and more levels than so few samples get: a screen this wide."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(engine, "_active", kernels))
        stack.enter_context(patch.object(engine, "_sums", quality_kernels))
        stack.enter_context(patch.object(kept_files, "_SPARE_BYTES", 0))
        if screen is not None:
            stack.enter_context(patch.object(envelope, "_SCREEN", screen))
        yield


@contextmanager
def building(
    source: Source, folder: Path | None = None, wait: Callable[[], None] = lambda: None
) -> Iterator[tuple[OverviewBuild, Overview]]:
    """A build of which nothing is done yet, kept in `folder` if one is given."""
    with ExitStack() as held:
        recording = held.enter_context(source.open())
        overview = Overview.blank(recording.info)
        writer = None if folder is None else writer_for(overview, KeptFiles(folder))
        if writer is not None:
            held.enter_context(writer)
        yield OverviewBuild(recording, overview, estimate_of(recording), writer, wait), overview


def built(
    source: Source, folder: Path | None = None, units: Iterable[int] | None = None
) -> Overview:
    """A whole overview; only some units of it, never finished, where `units` are named."""
    with building(source, folder) as (build, overview):
        for unit in range(len(overview.levels.done)) if units is None else units:
            build.read_unit(unit)
        if units is None:
            build.finish()
            assert build.problem is None
    return overview


def bins_of_samples(samples: NDArray[np.float32], sizes: tuple[int, ...]) -> Bins:
    """Lowest and highest of each bin, (bins, 2, channels), from samples (channels, samples)."""
    bins = {}
    for level, size in enumerate(sizes):
        starts = np.arange(0, samples.shape[1], size)
        low = np.fmin.reduceat(samples, starts, axis=1)
        high = np.fmax.reduceat(samples, starts, axis=1)
        bins[level] = np.stack(
            [np.where(np.isnan(low), np.inf, low), np.where(np.isnan(high), -np.inf, high)]
        ).transpose(2, 0, 1)
        assert len(bins[level]) == n_bins(samples.shape[1], size)
    return bins


def map_of(recording: Recording, overview: Overview) -> QualityMap:
    """The quality map, made of all samples at once."""
    info, grid = recording.info, overview.quality.grid
    figures = tuple(overview.quality.figures)
    estimate = estimate_of(recording)
    sums = CellSums(
        grid, 0, grid.n_cells, centre=estimate.offset, rms=estimate.rms, figures=figures,
        band_hz=overview.band_hz, kernels=quality_kernels,
    )  # fmt: skip
    sums.add(recording.read_rows(0, info.n_samples), 0)
    quality = QualityMap.blank(grid, info.n_channels, figures)
    sums.write(quality)
    return quality


def assert_levels(found: Bins, wanted: Bins) -> None:
    for level, bins in wanted.items():
        np.testing.assert_array_equal(found[level], bins, f"level {level}")


def assert_maps_equal(found: QualityMap, wanted: QualityMap) -> None:
    """To the last bit."""
    assert wanted.done.all()
    assert found.done.all()
    assert found.figures.keys() == wanted.figures.keys()
    for name, figure in wanted.figures.items():
        np.testing.assert_array_equal(found.figures[name], figure, name)
    np.testing.assert_array_equal(found.zeroed, wanted.zeroed)


def assert_kept(overview: Overview) -> None:
    """The kept file holds what is in memory, the finest level as well."""
    kept = overview.kept
    assert kept is not None
    file = EnvelopeFile.open(kept.path, kept.spec)
    assert file is not None
    with file:
        for level, bins in overview.levels.levels.items():
            np.testing.assert_array_equal(file.read_rows(level_name(level), 0, len(bins)), bins)
        again = Overview.blank(overview.info)
        again.take_kept(file)
    assert_maps_equal(again.quality, overview.quality)
    assert again.quality.zeroed.dtype == np.float32
    assert ZEROED in {array.name for array in kept.spec.figures}


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []
