"""The export itself: checked beforehand, in blocks, whole or not at all. No Qt, in any thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import Block, Blocks, Exporter
from ecogview.data.exporters.placing import (
    already_there,
    hidden_text,
    place,
    sweep,
    workshop_beside,
)
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.registry import EXPORTERS, exporter_of
from ecogview.errors import ExportCancelledError, ExportError
from ecogview.services.export_blocks import SampleTransform, blocks_of
from ecogview.services.export_room import check_room
from ecogview.services.sources import Source

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, in the thread that exports, some 100 times a second."""

_PREVIEW_ROWS = 5


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
    _check_link(plan, exporter)
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
    """The plan with the place that its target's links lead to, its ending in the usual letters.

    MNE opens no ``B.VHDR``.
    """
    target, suffix = Path(os.path.realpath(plan.target)), exporter_of(plan.format, "").suffix
    if target.name.lower().endswith(suffix):
        target = target.with_name(target.name[: -len(suffix)] + suffix)
    return plan.changed_to(target=target)


def preview(plan: ExportPlan, source: Source, processing: SampleTransform | None = None) -> str:
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
    processing: SampleTransform | None = None,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and greatest value of each channel, for `Exporter.note_of_ranges`; reads all of it.

    NaN for a channel that holds one.
    """
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
    processing: SampleTransform | None = None,
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
    processing : SampleTransform, optional
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
    plan = with_note(plan, processing)
    exporter = check(plan, force=force)
    plan = resolved(plan)
    sweep(plan.target.parent)
    files = exporter.files(plan.target)
    try:
        with source.open() as recording, workshop_beside(plan.target) as workshop:
            blocks = blocks_of(recording, plan, exporter.dtype(plan), processing)
            share = exporter.gathering
            watched = _watched(plan, blocks, progress, cancel, share)

            def reached(fraction: float) -> None:
                _stop_if(plan, cancel)
                if progress is not None:
                    done = share + (1 - share) * fraction
                    progress(int(done * _n_bytes(plan)), _n_bytes(plan))

            exporter.write(plan, Blocks(watched, reached), workshop)
            _stop_if(plan, cancel)
            place(workshop, files, force=force)
    except OSError as error:
        raise ExportError(
            plan.target,
            f"cannot be written ({_reason(error, plan)}); nothing is left of it",
            "check free space and permissions of the folder, or choose another",
        ) from error
    except MemoryError as error:
        raise ExportError(
            plan.target,
            "there is not enough memory; nothing is left of it",
            "export a shorter stretch or fewer channels, or as npz or BrainVision",
        ) from error
    if progress is not None:
        progress(_n_bytes(plan), _n_bytes(plan))
    return files


def _reason(error: OSError, plan: ExportPlan) -> str:
    """What went wrong, without the hidden folder that no one is to know of."""
    return error.strerror or hidden_text(str(error), plan.target)


def with_note(plan: ExportPlan, processing: SampleTransform | None) -> ExportPlan:
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
                f"keep the bad samples, name a whole number, or export as {_with_nan(plan)}",
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


def _with_nan(plan: ExportPlan) -> str:
    """Formats whose files hold a NaN even among counts."""
    *most, last = (e.key for e in EXPORTERS if e.dtype(plan).kind == "f")
    return f"{', '.join(most)} or {last}"


def _check_link(plan: ExportPlan, exporter: Exporter) -> None:
    """What was typed is named where it leads elsewhere: the file there would puzzle."""
    if not plan.target.is_symlink():
        return
    real = Path(os.path.realpath(plan.target))
    own = [path for path in plan.own_files if _are_same(real, path)]
    if own:
        raise ExportError(
            plan.target,
            f"is a link to {real}, which belongs to the recording itself",
            "choose another name",
        )
    if not real.name.lower().endswith(exporter.suffix):
        raise ExportError(
            plan.target,
            f"is a link to {real}, which is no name of {exporter.title}",
            f"they end in {exporter.suffix}; choose another name",
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
