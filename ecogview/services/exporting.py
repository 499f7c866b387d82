"""The export itself: checked beforehand, in blocks, whole or not at all. No Qt, in any thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import Block, Exporter
from ecogview.data.exporters.placing import already_there, place, sweep, workshop_beside
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.registry import exporter_of
from ecogview.errors import ExportCancelledError, ExportError
from ecogview.services.export_blocks import Processing, blocks_of
from ecogview.services.export_room import check_room
from ecogview.services.sources import Source

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, in the thread that exports, some 100 times a second."""

_PREVIEW_ROWS = 5
_GATHERING = 0.5  # share of reading in the work of formats that are made in memory


def check(plan: ExportPlan, *, force: bool = False) -> Exporter:
    """Find out all that can be found out before anything is written.

    Parameters
    ----------
    plan : ExportPlan
    force : bool, optional
        Files that exist may be replaced.

    Returns
    -------
    Exporter
        The one of the plan's format.

    Raises
    ------
    ExportError
        If the plan cannot be carried out: with what is wrong, and what to do.
    """
    exporter = exporter_of(plan.format, plan.target)
    plan = resolved(plan)
    _check_stretch(plan)
    if exporter.missing:
        raise ExportError(
            plan.target,
            f"{exporter.title} is written by {exporter.module}, which is not installed",
            f"install it: {exporter.missing}",
        )
    if not plan.target.name.lower().endswith(exporter.suffix):
        raise ExportError(
            plan.target, f"is no name of {exporter.title}", f"they end in {exporter.suffix}"
        )
    _check_values(plan, exporter)
    if exporter.holds_mask or plan.value is not None:
        _ = plan.marks
    _check_places(plan, exporter.files(plan.target), force=force)
    exporter.check(plan)
    check_room(exporter, plan)
    return exporter


def resolved(plan: ExportPlan) -> ExportPlan:
    """The plan with the place that its target's links lead to."""
    return plan.changed_to(target=Path(os.path.realpath(plan.target)))


def preview(plan: ExportPlan, source: Source, processing: Processing | None = None) -> str:
    """First lines of what would be written, as text. Reads `source`: not for the GUI's thread."""
    plan = with_note(plan, processing)
    exporter = exporter_of(plan.format, plan.target)
    first = plan.changed_to(stop=min(plan.start + _PREVIEW_ROWS, plan.stop))
    with source.open() as recording:
        rows = np.concatenate([*blocks_of(recording, first, exporter.dtype(plan), processing)])
    return exporter.preview(plan, rows)


def ranges(
    plan: ExportPlan,
    source: Source,
    processing: Processing | None = None,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and greatest value of each channel of a plan, for `EdfPlus.steps`; reads all of it."""
    plan = with_note(plan, processing)
    low, high = np.full(plan.n_channels, np.inf), np.full(plan.n_channels, -np.inf)
    with source.open() as recording:
        blocks = blocks_of(recording, plan, np.dtype(np.float32), processing)
        for block in _watched(plan, blocks, progress, cancel, 1.0):
            np.minimum(low, block.min(axis=0), out=low)
            np.maximum(high, block.max(axis=0), out=high)
    return low, high


def export(
    plan: ExportPlan,
    source: Source,
    processing: Processing | None = None,
    *,
    force: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> tuple[Path, ...]:
    """Carry out a plan. To be called in a thread of its own where there is a window.

    Parameters
    ----------
    plan : ExportPlan
    source : Source
        The plan's recording, opened anew here.
    processing : Processing, optional
        Done to the samples before bad ones are replaced.
    force : bool, optional
        Replace files that exist, as whole files.
    progress : callable, optional
        Told bytes done and in all.
    cancel : threading.Event, optional
        Once set, the export ends between two blocks.

    Returns
    -------
    tuple of Path
        The files written, the target last.

    Raises
    ------
    ExportCancelledError
        If it was cancelled.
    ExportError
        If the plan cannot be carried out, or writing failed.
    RecordingError
        If the recording cannot be read. Whatever is raised, nothing is left behind, and what stood
        under the names stands there still.
    """
    plan = resolved(with_note(plan, processing))
    exporter = check(plan, force=force)
    sweep(plan.target.parent)
    files = exporter.files(plan.target)
    try:
        with source.open() as recording, workshop_beside(plan.target) as workshop:
            blocks = blocks_of(recording, plan, exporter.dtype(plan), processing)
            share = 1.0 if exporter.streams else _GATHERING
            exporter.write(plan, _watched(plan, blocks, progress, cancel, share), workshop)
            _stop_if(plan, cancel)
            place(workshop, files, force=force)
    except OSError as error:
        raise ExportError(
            plan.target,
            f"cannot be written ({error.strerror or error}); nothing is left of it",
            "check free space and permissions of the folder, or choose another",
        ) from error
    except MemoryError as error:
        raise ExportError(
            plan.target,
            "there is not enough memory; nothing is left of it",
            "export a shorter stretch or fewer channels, or as lab, npy, npz or csv",
        ) from error
    if progress is not None:
        progress(_n_bytes(plan), _n_bytes(plan))
    return files


def with_note(plan: ExportPlan, processing: Processing | None) -> ExportPlan:
    """The plan, saying what the processing does."""
    return plan.changed_to(processing=processing.note if processing else "")


# -- beforehand


def _check_stretch(plan: ExportPlan) -> None:
    if not 0 <= plan.start < plan.stop <= plan.info.n_samples:
        raise ExportError(
            plan.info.path,
            f"samples {plan.start:,} to {plan.stop:,} are no stretch of its "
            f"{plan.info.n_samples:,}",
            "choose a start before the end, both within the recording",
        )
    if not plan.channels:
        raise ExportError(plan.target, "no channel is to be exported", "choose at least one")


def _check_values(plan: ExportPlan, exporter: Exporter) -> None:
    value, dtype = plan.value, exporter.dtype(plan)
    if value is None:
        return
    if dtype.kind == "i":
        if plan.writes_nan:
            raise ExportError(
                plan.target,
                f"its samples are integers ({dtype.name}): there is no NaN among them",
                "keep the bad samples, name a whole number, or export as csv",
            )
        limits = np.iinfo(dtype)
        if not (limits.min <= value <= limits.max and value == int(value)):
            raise ExportError(
                plan.target,
                f"{value:.10g} is no {dtype.name} for bad samples",
                f"name a whole number from {limits.min} to {limits.max}",
            )
    elif not plan.writes_nan and not abs(value) <= float(np.finfo(np.float32).max):
        raise ExportError(
            plan.target, f"{value:.10g} is no float32 for bad samples", "name another value"
        )


def _check_places(plan: ExportPlan, files: tuple[Path, ...], *, force: bool) -> None:
    folder = plan.target.parent
    if not folder.is_dir():
        raise ExportError(folder, "there is no such folder", "make it, or choose another")
    for path in reversed(files):  # the one that was named first
        for own in plan.own_files:
            if _are_same(path, own):
                raise ExportError(
                    path, f"belongs to the recording itself ({own.name})", "choose another name"
                )
        if path.is_dir():
            raise ExportError(path, "is a folder", "choose another name")
        if os.path.lexists(path) and not force:
            raise already_there(path)
    if not os.access(folder, os.W_OK):
        raise ExportError(folder, "may not be written to", "choose another folder")


def _are_same(path: Path, own: Path) -> bool:
    """Whether two names lead to one file: by links, by hard links, in other letters."""
    try:
        return path.samefile(own)
    except OSError:  # one of them is not there
        spelt = (os.path.normcase(os.path.realpath(p)) for p in (path, own))
        return next(spelt) == next(spelt)


# -- meanwhile


def _watched(
    plan: ExportPlan,
    blocks: Iterator[Block],
    progress: Progress | None,
    cancel: threading.Event | None,
    share: float,
) -> Iterator[Block]:
    """Blocks, until cancelled, with word of how far it is."""
    total, done = _n_bytes(plan), 0
    for block in blocks:
        _stop_if(plan, cancel)
        yield block
        done += len(block) * plan.n_channels * plan.info.dtype.itemsize
        if progress is not None:
            progress(int(done * share), total)


def _stop_if(plan: ExportPlan, cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise ExportCancelledError(plan.target, "was cancelled; nothing is left of it")


def _n_bytes(plan: ExportPlan) -> int:
    return plan.n_values * plan.info.dtype.itemsize
