"""A quality mask in memory: tracks as runs, and what of the file must survive a save."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.file_signature import FileSignature
from ecogview.data.in_turns import PIECE
from ecogview.data.mask_pickle import MAX_EXTRA, REMEDY, TRACKS, MaskFile, write_items
from ecogview.data.mask_values import Budget, Flags, Uncarried
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import MaskFileError, printable

# As a list of (start_s, stop_s) they take 340 MB.
_MAX_RUNS = 3_000_000


def _no_runs() -> Runs:
    return EMPTY


@dataclass(frozen=True, slots=True, eq=False)
class Surplus:
    """Runs beyond the end of the recording, and where the longest track ends."""

    n_samples: int = 0
    hf: Runs = field(default_factory=_no_runs)
    sat: Runs = field(default_factory=_no_runs)
    manual: Runs = field(default_factory=_no_runs)


@dataclass(frozen=True, eq=False)
class MaskTracks:
    """What is bad in a recording.

    Parameters
    ----------
    n_samples : int
        Length of the recording; no run reaches further.
    hf, sat, manual : Runs
        Samples the lab's detector found noisy or saturated, and samples a person marked.
        `manual` is disjoint from the other two.
    bad_channels : ndarray of bool, shape (n_channels,), read-only
        True where a channel is bad.
    has_channel_flags : bool
        Whether the file held `ch`; a save always writes it.
    warnings : tuple of str
        What is odd about the file and what a save would change.
    unapplied : Runs
        Samples the file has as marked by a person, but no more as bad: not in force.
    extra : mapping
        Other keys of the file, which a save writes back.
    surplus : Surplus
        What the file's tracks hold beyond the recording, which a save writes back.
    source : Path or None
        The file these tracks were last read from or written to, None if there was none.
    signature : FileSignature or None
        Which version of that file.
    """

    n_samples: int
    hf: Runs
    sat: Runs
    manual: Runs
    bad_channels: NDArray[np.bool_]
    has_channel_flags: bool
    warnings: tuple[str, ...] = ()
    unapplied: Runs = field(default_factory=_no_runs)
    extra: Mapping[Any, Any] = field(default_factory=lambda: MappingProxyType({}))
    surplus: Surplus = Surplus()
    source: Path | None = None
    signature: FileSignature | None = None

    @cached_property
    def bad(self) -> Runs:
        """Samples bad for any reason."""
        return self.hf.union(self.sat, self.manual)

    def tracks(self) -> dict[str, Runs]:
        """The runs of each kind; a later kind lies on top where both are shown."""
        return {"hf": self.hf, "sat": self.sat, "manual": self.manual}

    @property
    def masked_fraction(self) -> float:
        """Share of the samples that are bad, 0 to 1."""
        return self.bad.total / self.n_samples if self.n_samples else 0.0

    def marks_equal(self, other: MaskTracks) -> bool:
        """Whether both hold the same tracks and the same bad channels."""
        return (
            self.hf == other.hf
            and self.sat == other.sat
            and self.manual == other.manual
            and np.array_equal(self.bad_channels, other.bad_channels)
        )


def empty_tracks(n_samples: int, n_channels: int) -> MaskTracks:
    """Tracks of a recording that has no mask file: nothing is bad."""
    flags = np.zeros(n_channels, bool)
    flags.setflags(write=False)
    return MaskTracks(n_samples, EMPTY, EMPTY, EMPTY, flags, has_channel_flags=False)


def load_tracks(
    path: str | os.PathLike[str], n_samples: int, n_channels: int, sampling_rate: float
) -> MaskTracks:
    """Read the mask of a recording of `n_samples` and `n_channels`, `sampling_rate` in Hz.

    Raises
    ------
    MaskFileError
        If the file cannot be read or is no mask, `ch` has another length than `n_channels`, or
        `hf` or `sat` differ from the recording by more than one second.
    """
    # The digest takes as long as all the rest, and needs no lock of the interpreter meanwhile.
    with MaskFile(path) as file, ThreadPoolExecutor(1, "mask digest") as beside:
        digest = beside.submit(_with_digest, path)
        keys = file.keys
        flags = {key: file.flags(key) for key in TRACKS if key != "ch" or key in keys}
        notes: list[str] = []
        for key in ("hf", "sat"):
            reason, note = _length_notes(flags[key], n_samples, sampling_rate)
            if reason:
                raise MaskFileError(path, reason, "check that it is the mask of this recording")
            notes += note
        if "ch" in flags and flags["ch"].length != n_channels:
            raise MaskFileError(
                path,
                f"key 'ch' has {flags['ch'].length} channels, the recording {n_channels}",
                REMEDY,
            )
        bad_channels = np.zeros(n_channels, bool)
        if "ch" in flags:
            bad_channels[:] = np.concatenate([bad_channels[:0], *file.chunks(flags["ch"])])
        else:
            notes.append(
                "the mask has no key 'ch': no channel is taken as bad, and saving writes it "
                "(scripts of the lab take all channels, in reverse order, without it)"
            )
        bad_channels.setflags(write=False)
        counter = _RunCounter(path)
        hf, sat = (counter.runs(file.chunks(flags[key])) for key in ("hf", "sat"))
        claimed, claimed_notes = _claimed_manual(file, counter, n_samples, sampling_rate)
        notes += claimed_notes
        extra, uncarried = _extra(file)
        file.check_unchanged()
        signature = digest.result()
        if signature is None or signature.sha256 is None or signature != file.signature:
            raise MaskFileError(path, "was changed while it was read", "open it again")
        manual = claimed.intersection(hf).difference(sat)
        hf = hf.difference(manual)
        end = max(n_samples, flags["hf"].length, flags["sat"].length)
        unapplied = claimed.difference(manual).clip(0, n_samples)
        if len(unapplied):
            notes.append(
                f"{unapplied.total:,} samples ({unapplied.total / sampling_rate:.3f} s) in "
                f"{len(unapplied):,} spans were marked by hand, but other software has rewritten "
                "the mask since: they are not applied, and go with the next save"
            )
        return MaskTracks(
            n_samples,
            hf=hf.clip(0, n_samples),
            sat=sat.clip(0, n_samples),
            manual=manual.clip(0, n_samples),
            bad_channels=bad_channels,
            has_channel_flags="ch" in flags,
            warnings=(*notes, *uncarried),
            unapplied=unapplied,
            extra=extra,
            surplus=Surplus(end, *(runs.clip(n_samples, end) for runs in (hf, sat, manual))),
            source=Path(os.path.realpath(path)),
            signature=signature,
        )


def save_tracks(
    path: str | os.PathLike[str],
    tracks: MaskTracks,
    *,
    overwrite: bool = False,
    keep_theirs: bool = False,
) -> MaskTracks:
    """Write the mask, at once or not at all, and return the tracks as they are on the disk now.

    `hf` in the file is what is noisy or marked by hand, for scripts that know no `manual`. All
    tracks are written as long as the recording, or as the longest was in the file.

    Parameters
    ----------
    path : str or path-like
        The file the tracks were loaded from, or a new one.
    tracks : MaskTracks
    overwrite : bool, optional
        Replace whatever is there, also what these tracks were not loaded from.
    keep_theirs : bool, optional
        The version that is replaced stays as ``<name>.2.bak``, or the next number that is free;
        `warnings` names it. With `overwrite` only where it is not the one these tracks were loaded
        from.

    Raises
    ------
    MaskConflictError
        If the file has changed since it was loaded, has gone, or is another one that exists.
    MaskFileError
        If it cannot be written. Nothing is changed then.
    """
    source = Path(os.path.realpath(path))
    expected = tracks.signature if source == tracks.source else None
    theirs = None
    if keep_theirs:
        theirs = _name_for_theirs(source, expected if overwrite else None)
    surplus = tracks.surplus
    end = max(tracks.n_samples, surplus.n_samples)
    hf = tracks.hf.union(tracks.manual, surplus.hf, surplus.manual)
    items: dict[Any, Any] = {
        "hf": _Track(end, hf),
        "sat": _Track(end, tracks.sat.union(surplus.sat)),
        "ch": np.asarray(tracks.bad_channels),
        "manual": _Track(end, tracks.manual.union(surplus.manual)),
        **tracks.extra,
    }
    signature = write_items(path, items, expected=expected, overwrite=overwrite, keep_as=theirs)
    notes = _surplus_notes("the mask", end - tracks.n_samples)
    if theirs is not None:
        notes += (f"the version that was there before is kept as {printable(theirs.name)}",)
    return replace(
        tracks,
        has_channel_flags=True,
        warnings=notes,
        unapplied=EMPTY,
        source=source,
        signature=signature,
    )


def _with_digest(path: str | os.PathLike[str]) -> FileSignature | None:
    try:
        return FileSignature.read(path)
    except OSError as error:
        raise MaskFileError(path, f"cannot be read ({error.strerror or error})", REMEDY) from error


def _name_for_theirs(path: Path, expected: FileSignature | None) -> Path | None:
    """Where a version that is not the `expected` one can stay; None if there is no such version."""
    with suppress(OSError):
        if not path.exists() or (expected is not None and expected.is_still(path)):
            return None
    names = (path.with_name(f"{path.name}.{number}.bak") for number in count(2))
    return next(name for name in names if not os.path.lexists(name))


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """Runs as flags, made a piece at a time."""

    length: int
    runs: Runs

    def chunks(self) -> Iterator[NDArray[np.bool_]]:
        for start in range(0, self.length, PIECE):
            yield self.runs.to_bool(start, min(start + PIECE, self.length))


def _length_notes(
    flags: Flags, n_samples: int, sampling_rate: float
) -> tuple[str | None, tuple[str, ...]]:
    """Why a track is not of this recording, or what is to be said of its length."""
    beyond = flags.length - n_samples
    if abs(beyond) > sampling_rate:
        reason = (
            f"key {flags.key!r} has {flags.length:,} samples, the recording {n_samples:,}: "
            f"{abs(beyond) / sampling_rate:,.1f} s apart"
        )
        return reason, ()
    if beyond < 0:
        return None, (
            f"{flags.key!r} of the mask is {-beyond:,} samples shorter than the recording: "
            "read as good to the end",
        )
    return None, _surplus_notes(f"{flags.key!r} of the mask", beyond)


def _surplus_notes(what: str, beyond: int) -> tuple[str, ...]:
    if beyond <= 0:
        return ()
    return (f"{what} is {beyond:,} samples longer than the recording: they are kept",)


class _RunCounter:
    """Makes runs, and gives up where they would take more memory than the flags."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path
        self._left = _MAX_RUNS

    def runs(self, chunks: Iterator[NDArray[np.bool_]]) -> Runs:
        return Runs.from_chunks(self._counted(chunks))

    def _counted(self, chunks: Iterator[NDArray[np.bool_]]) -> Iterator[NDArray[np.bool_]]:
        for chunk in chunks:
            self._left -= int(np.count_nonzero(chunk[1:] > chunk[:-1]))
            if self._left < 0:
                raise MaskFileError(
                    self._path,
                    f"has more than {_MAX_RUNS:,} bad spans",
                    "have the mask detected anew with a minimum length",
                )
            yield chunk


def _claimed_manual(
    file: MaskFile, counter: _RunCounter, n_samples: int, sampling_rate: float
) -> tuple[Runs, list[str]]:
    """What the file says was marked by hand."""
    if "manual" not in file.keys:
        return EMPTY, []
    try:
        flags = file.flags("manual")
        reason, note = _length_notes(flags, n_samples, sampling_rate)
        if reason is None:
            return counter.runs(file.chunks(flags)), list(note)
    except MaskFileError as error:
        reason = error.reason
    return EMPTY, [f"{reason}: nothing of it is applied, and saving replaces it"]


def _extra(file: MaskFile) -> tuple[Mapping[Any, Any], list[str]]:
    """Other keys, and what cannot be kept of them."""
    budget = Budget(MAX_EXTRA)
    kept, lost = {}, []
    for key in file.keys:
        if key in (*TRACKS, "manual"):
            continue
        value = file.value(key, budget)
        if isinstance(key, Uncarried):
            lost.append(key.what)
        elif isinstance(value, Uncarried):
            lost.append(f"{printable(repr(key), 60)} ({value.what})")
        else:
            kept[key] = value
    if not lost:
        return MappingProxyType(kept), []
    more = f" and {len(lost) - 5:,} more" if len(lost) > 5 else ""
    return MappingProxyType(kept), [
        f"keys of the mask that cannot be kept, and go with the next save: "
        f"{', '.join(lost[:5])}{more}"
    ]
