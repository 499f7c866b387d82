"""A believable recording to try ecogview on, with known bad channels and spans."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
import platformdirs
from numpy.typing import NDArray

from ecogview.data.demo_plan import (
    COUNT_UV,
    DAY,
    RATES,
    RECORDINGS,
    DemoRecording,
    DriveTake,
    RecType,
    experiment,
    truth,
)
from ecogview.data.demo_signal import Cortex, Samples, clip_at_rail, downsample, patches
from ecogview.data.mask_pickle import write_mask
from ecogview.errors import EcogviewError

TRUTH_FILE = "demo-truth.json"

_BLOCK = 20_000
_SCRATCH = ".ecogview-demo-"
# Writing takes seconds: what is this old was left by a process that was killed.
_ABANDONED_S = 600.0


def demo_folder() -> Path:
    """The folder of the demo that ``ecogview --demo`` opens, in the user's cache."""
    return Path(platformdirs.user_cache_dir("ecogview", appauthor=False)) / "demo"


def write_demo(folder: Path, *, recordings: tuple[DemoRecording, ...] = RECORDINGS) -> Path:
    """Write the demo recordings, unless they are there already.

    A day folder with three recordings: ten minutes and one minute of two drives (62 and 32
    channels) as `clfp` and `clfp_ds250`, and four seconds of one drive as `raw`. The same NumPy
    writes the same bytes each time. ``demo-truth.json`` lists every planted fault; the masks hold
    only those it calls marked.

    Parameters
    ----------
    folder : Path
        Made if missing. What it holds besides is left alone; a mask that is there is kept, for
        someone may have worked on it.
    recordings : tuple of DemoRecording, optional
        Which ones; all of them unless told.

    Returns
    -------
    Path
        `folder`.

    Raises
    ------
    EcogviewError
        If the folder cannot be written, or holds a day of that name that is not the demo.
    """
    folder = Path(folder)
    try:
        if not _is_complete(folder, recordings):
            _refuse_foreign(folder)
            folder.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(folder)
            _write_and_move(folder, recordings)
    except OSError as error:
        raise EcogviewError(
            error.filename or folder,
            f"the demo cannot be written: {error.strerror or error}",
            "name a folder that can be written, with 350 MB free",
        ) from error
    return folder


def _is_complete(folder: Path, recordings: tuple[DemoRecording, ...]) -> bool:
    """Whether everything is there: files get their names only once they are whole."""
    told = folder / TRUTH_FILE
    if not told.is_file() or told.read_bytes() != truth(recordings).encode():
        return False
    for recording in recordings:
        if not (folder / recording.experiment_file).is_file():
            return False
        for take in recording.takes:
            for rec_type in take.rec_types:
                path = folder / recording.file(take, rec_type)
                if not path.is_file() or path.stat().st_size != _n_bytes(recording, take, rec_type):
                    return False
    return True


def _n_bytes(recording: DemoRecording, take: DriveTake, rec_type: RecType) -> int:
    n_values = recording.duration_s * RATES[rec_type] * len(take.drive.contacts)
    return n_values * (2 if rec_type == "raw" else 4)


def _refuse_foreign(folder: Path) -> None:
    if (folder / DAY).exists() and not (folder / TRUTH_FILE).exists():
        raise EcogviewError(
            folder / DAY, "is there already and is not the demo", "name another folder"
        )


def _remove_abandoned(folder: Path) -> None:
    for scratch in folder.glob(f"{_SCRATCH}*"):
        if time.time() - scratch.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(scratch, ignore_errors=True)


def _write_and_move(folder: Path, recordings: tuple[DemoRecording, ...]) -> None:
    scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=folder))
    try:
        takes = [(recording, take) for recording in recordings for take in recording.takes]
        for recording in recordings:
            (scratch / recording.folder).mkdir(parents=True)
            (scratch / recording.experiment_file).write_bytes(experiment(recording).encode())
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(_write_take, scratch, *each) for each in takes]:
                done.result()
        # First of all, the file that makes the folder known as a demo.
        told = scratch / TRUTH_FILE
        told.write_bytes(truth(recordings).encode())
        told.replace(folder / TRUTH_FILE)
        for path in sorted(p for p in (scratch / DAY).rglob("*") if p.is_file()):
            target = folder / path.relative_to(scratch)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not (target.suffix == ".pkl" and target.exists()):
                path.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write_take(folder: Path, recording: DemoRecording, take: DriveTake) -> None:
    paths = {rec_type: folder / recording.file(take, rec_type) for rec_type in take.rec_types}
    if "raw" in paths:
        with paths["raw"].open("wb") as file:
            for block in _blocks(recording, take, RATES["raw"]):
                counts = np.clip(np.rint(block / np.float32(COUNT_UV)), -32768, 32767)
                file.write(counts.astype("<i2").data)
        return
    with paths["clfp"].open("wb") as file:
        slow = np.concatenate(
            list(downsample(_written(_blocks(recording, take, RATES["clfp"]), file)))
        )
    mask = _mask(recording, take, RATES["clfp_ds250"])
    # As the lab's downsampler does it: nothing is left beneath a masked sample.
    slow[mask["hf"] | mask["sat"]] = 0
    with paths["clfp_ds250"].open("wb") as file:
        file.write(np.ascontiguousarray(slow.T, "<f4").data)
    write_mask(paths["clfp_ds250"].with_suffix(".mask.pkl"), mask)
    write_mask(paths["clfp"].with_suffix(".mask.pkl"), _mask(recording, take, RATES["clfp"]))


def _blocks(recording: DemoRecording, take: DriveTake, sampling_rate: int) -> Iterator[Samples]:
    n_samples = recording.duration_s * sampling_rate
    cortex = Cortex(take.drive, n_samples, sampling_rate, take.seed)
    faults = patches(take.faults, take.drive, sampling_rate, take.seed)
    for start in range(0, n_samples, _BLOCK):
        block = cortex.block(start, min(start + _BLOCK, n_samples))
        for fault in faults:
            fault.apply(block, start)
        yield clip_at_rail(block)


def _written(blocks: Iterator[Samples], file: BinaryIO) -> Iterator[Samples]:
    for block in blocks:
        file.write(block.astype("<f4", copy=False).data)
        yield block


def _mask(
    recording: DemoRecording, take: DriveTake, sampling_rate: int
) -> dict[str, NDArray[np.bool_]]:
    labels = take.drive.short_labels
    n_samples = recording.duration_s * sampling_rate
    mask = {"hf": np.zeros(n_samples, bool), "sat": np.zeros(n_samples, bool)}
    mask["ch"] = np.zeros(len(labels), bool)
    tracks = {"hf_burst": "hf", "saturation": "sat"}
    for fault in take.faults:
        if not fault.marked:
            continue
        if fault.channel is not None:
            mask["ch"][labels.index(fault.channel)] = True
        else:
            start, stop = fault.samples(sampling_rate)
            mask[tracks[fault.kind]][start:stop] = True
    return mask
