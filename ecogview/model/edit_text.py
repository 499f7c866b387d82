"""What an edit did, in the words of the undo menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ecogview.data.recording import RecordingInfo
from ecogview.model.clock import decimals_for, format_time
from ecogview.model.mask import MaskEdit, TrackEdit

_NAMED = 3  # channels; of more the number is said
_RESIZED = {
    "grow": "Spans grown by {} s",
    "fill": "Gaps shorter than {} s filled",
    "drop": "Spans shorter than {} s un-marked",
}


def edit_text(edit: MaskEdit, info: RecordingInfo) -> str:
    """Say what changes: `"1.472 s marked bad at 0:15.812"`, `"E57 bad"`; "" if nothing does."""
    parts = [_span_text(edit, info.sampling_rate)] if edit.tracks else []
    for channels, word in ((edit.made_bad, "bad"), (edit.made_good, "good")):
        if channels:
            parts.append(f"{_channel_names(channels, info)} {word}")
    return "; ".join(parts)


def resize_text(what: Literal["grow", "fill", "drop"], samples: int, sampling_rate: float) -> str:
    """Say by which length spans were grown, or below which they or their gaps are gone."""
    return _RESIZED[what].format(f"{samples / sampling_rate:.6g}")


def _channel_names(channels: Sequence[int], info: RecordingInfo) -> str:
    if len(channels) > _NAMED:
        return f"{len(channels)} channels"
    return ", ".join(info.channels[channel].label for channel in channels)


def _span_text(edit: MaskEdit, sampling_rate: float) -> str:
    decimals = decimals_for(1 / sampling_rate)

    def at(sample: int) -> str:
        return format_time(sample / sampling_rate, decimals)

    def seconds(samples: int) -> str:
        return f"{samples / sampling_rate:,.{decimals}f} s"

    added, removed = edit.added, edit.removed
    if not len(removed):
        where = f"at {at(added.hull[0])}" if len(added) == 1 else f"in {len(added):,} pieces"
        return f"{seconds(added.total)} marked bad {where}"
    if not len(added):
        whole, cut = (sum(counts) for counts in zip(*map(_losses, edit.tracks), strict=True))
        if whole + cut == 1:
            verb = "un-marked" if whole else "cut"
            return f"{edit.tracks[0].kind} at {at(removed.hull[0])} {verb}"
        many, verb = (whole, "un-marked") if whole else (cut, "cut")
        rest = f", {cut:,} cut" if whole and cut else ""
        return f"{many:,} span{'s' * (many > 1)} {verb}{rest}"
    first = edit.tracks[0]
    if len(edit.tracks) == len(first.before) == len(first.after) == 1:
        old, new = first.before.hull[0], first.after.hull[0]
        return f"{first.kind} at {at(old)} moved to {at(new)}"
    return f"{seconds(added.total)} marked bad, {seconds(removed.total)} un-marked"


def _losses(edit: TrackEdit) -> tuple[int, int]:
    """How many runs of a track are gone, and how many have lost a part."""
    before, removed = edit.before.bounds, edit.removed.bounds
    run = np.searchsorted(before[:, 0], removed[:, 0], side="right") - 1
    lost = np.zeros(len(before), np.int64)
    np.add.at(lost, run, removed[:, 1] - removed[:, 0])
    whole = int((lost == before[:, 1] - before[:, 0]).sum())
    return whole, int((lost > 0).sum()) - whole
