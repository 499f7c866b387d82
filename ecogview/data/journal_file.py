"""The bytes of a journal: unsaved marks, what they were made on, and a digest of it all.

A line that names the format, a line of JSON, the runs as steps from edge to edge, 32 bytes of
SHA-256. Nothing of it is run; whatever is not exactly so is damage.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.file_signature import FileSignature
from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import Runs

MAX_FILE = 1 << 28

_MAGIC = b"ecogview journal 1\n"
_DIGEST = 32
_MAX_HEAD = 1 << 24
_MAX_SAMPLES = 1 << 48
_MAX_CHANNELS = 1 << 20
_MAX_TEXT = 1 << 15
_MAX_ID = 1 << 128
_KINDS = ("hf", "sat", "manual")
_WIDTHS: dict[int, np.dtype[Any]] = {4: np.dtype("<u4"), 8: np.dtype("<i8")}


class DamagedJournalError(ValueError):
    """Why bytes are no journal; the text holds nothing of them."""


@dataclass(frozen=True, slots=True, eq=False)
class JournalRecord:
    """What a journal holds.

    Parameters
    ----------
    mask_path, recording_path : Path
    tracks : MaskTracks
        The marks as they were last; nothing of the mask's other keys.
    base : MaskTracks
        The marks of the file they were made on.
    mask_signature : FileSignature or None
        Which version of the mask that was, None that there was none.
    written_s : float
        When, in seconds since 1970.
    process : int
    host : str
    """

    mask_path: Path
    recording_path: Path
    tracks: MaskTracks
    base: MaskTracks
    mask_signature: FileSignature | None
    written_s: float
    process: int
    host: str


def encode(record: JournalRecord) -> Iterator[bytes]:
    """The bytes of a journal, a piece at a time: 8 bytes a span, 16 where they lie far apart."""
    steps = [_steps(runs) for tracks in (record.tracks, record.base) for runs in _in_order(tracks)]
    signature = record.mask_signature
    head = {
        "mask": str(record.mask_path),
        "recording": str(record.recording_path),
        "n_samples": record.tracks.n_samples,
        "n_channels": len(record.tracks.bad_channels),
        "bad_channels": np.flatnonzero(record.tracks.bad_channels).tolist(),
        "base_bad_channels": np.flatnonzero(record.base.bad_channels).tolist(),
        "mask_signature": None
        if signature is None
        else {
            "device": signature.device,
            "inode": signature.inode,
            "size": signature.size,
            "mtime_ns": signature.mtime_ns,
            "sha256": None if signature.sha256 is None else signature.sha256.hex(),
        },
        "written_s": record.written_s,
        "process": record.process,
        "host": record.host,
        "tracks": [[len(part) // 2, part.dtype.itemsize] for part in steps],
    }
    digest = hashlib.sha256()
    line = json.dumps(head).encode("ascii") + b"\n"
    for piece in (_MAGIC, line, *(part.tobytes() for part in steps)):
        digest.update(piece)
        yield piece
    yield digest.digest()


def decode(content: memoryview) -> JournalRecord:
    """Read the bytes of a journal; `DamagedJournalError` where they are none."""
    if content[: len(_MAGIC)] != _MAGIC:
        raise DamagedJournalError("does not begin like a journal of this version")
    body = content[:-_DIGEST]
    if hashlib.sha256(body).digest() != content[-_DIGEST:]:
        raise DamagedJournalError(f"is damaged: the digest of its {len(content):,} bytes is wrong")
    start = len(_MAGIC)
    line, newline, _ = bytes(body[start : start + _MAX_HEAD]).partition(b"\n")
    if not newline:
        raise DamagedJournalError("is damaged: its description does not end")
    try:
        head = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DamagedJournalError("is damaged: its description is not JSON") from error
    if not isinstance(head, dict):
        raise DamagedJournalError("is damaged: its description is no object")
    return _record(head, body[start + len(line) + 1 :])


def _record(head: Mapping[str, Any], data: memoryview) -> JournalRecord:
    n_samples = _integer(head, "n_samples", _MAX_SAMPLES)
    n_channels = _integer(head, "n_channels", _MAX_CHANNELS)
    flags = [_flags(head, key, n_channels) for key in ("bad_channels", "base_bad_channels")]
    runs = _runs(head.get("tracks"), data, n_samples)
    tracks, base = (
        MaskTracks(n_samples, hf, sat, manual, bad, has_channel_flags=True)
        for (hf, sat, manual), bad in zip((runs[:3], runs[3:]), flags, strict=True)
    )
    return JournalRecord(
        mask_path=Path(_text(head, "mask")),
        recording_path=Path(_text(head, "recording")),
        tracks=tracks,
        base=base,
        mask_signature=_signature(head.get("mask_signature")),
        written_s=_seconds(head, "written_s"),
        process=_integer(head, "process", 1 << 32),
        host=_text(head, "host"),
    )


def _in_order(tracks: MaskTracks) -> tuple[Runs, ...]:
    by_kind = tracks.tracks()
    return tuple(by_kind[kind] for kind in _KINDS)


def _steps(runs: Runs) -> NDArray[Any]:
    """Distances from edge to edge: for two hours at 30 kHz they fit into half the bytes."""
    steps = np.diff(runs.bounds.ravel(), prepend=0)
    narrow = not len(steps) or int(steps.max()) < 1 << 32
    return steps.astype(_WIDTHS[4 if narrow else 8])


def _runs(described: object, data: memoryview, n_samples: int) -> list[Runs]:
    if not isinstance(described, list) or len(described) != 2 * len(_KINDS):
        raise DamagedJournalError("is damaged: it does not list its tracks")
    runs, at = [], 0
    for entry in described:
        match entry:
            case [int(count), int(width)] if width in _WIDTHS and 0 <= count <= MAX_FILE:
                size = 2 * count * width
            case _:
                raise DamagedJournalError("is damaged: a track is not described")
        if at + size > len(data):
            raise DamagedJournalError("is damaged: a track is cut off")
        steps = np.frombuffer(data[at : at + size], _WIDTHS[width]).astype(np.int64)
        edges = steps.cumsum()
        # With steps of at most 2**48, a sum that overflows turns negative and so goes down once.
        is_right = not count or (
            steps[0] >= 0
            and steps[1:].min() > 0
            and steps.max() <= n_samples
            and edges.min() >= 0
            and edges[-1] <= n_samples
        )
        if not is_right:
            raise DamagedJournalError("is damaged: spans are out of order or outside the recording")
        runs.append(Runs(edges.reshape(-1, 2)))
        at += size
    if at != len(data):
        raise DamagedJournalError(f"is damaged: {len(data) - at:,} bytes belong to nothing")
    return runs


def _flags(head: Mapping[str, Any], key: str, n_channels: int) -> NDArray[np.bool_]:
    flags = np.zeros(n_channels, bool)
    indices = head.get(key)
    if not isinstance(indices, list):
        raise DamagedJournalError(f"is damaged: {key} is no list")
    for index in indices:
        if type(index) is not int or not 0 <= index < n_channels:
            raise DamagedJournalError(f"is damaged: {key} names no channel")
        flags[index] = True
    flags.setflags(write=False)
    return flags


def _signature(held: object) -> FileSignature | None:
    if held is None:
        return None
    if not isinstance(held, dict):
        raise DamagedJournalError("is damaged: mask_signature is no object")
    # Times before 1970 are negative.
    device, inode, size, mtime_ns = (
        _integer(held, key, _MAX_ID, least=-_MAX_ID)
        for key in ("device", "inode", "size", "mtime_ns")
    )
    digest = held.get("sha256")
    try:
        sha256 = None if digest is None else bytes.fromhex(digest)
    except (TypeError, ValueError) as error:
        raise DamagedJournalError("is damaged: sha256 is no digest") from error
    return FileSignature(device, inode, size, mtime_ns, sha256)


def _integer(held: Mapping[str, Any], key: str, limit: int, *, least: int = 0) -> int:
    value: Any = held.get(key)
    if type(value) is not int or not least <= value <= limit:
        raise DamagedJournalError(f"is damaged: {key} is no number in range")
    return value


def _seconds(held: Mapping[str, Any], key: str) -> float:
    value: Any = held.get(key)
    if type(value) not in (int, float) or not 0 <= value < 1 << 40:
        raise DamagedJournalError(f"is damaged: {key} is no time")
    return float(value)


def _text(held: Mapping[str, Any], key: str) -> str:
    value = held.get(key)
    if not isinstance(value, str) or len(value) > _MAX_TEXT or "\0" in value:
        raise DamagedJournalError(f"is damaged: {key} is no text")
    return value
