"""A session with bad spans of all kinds, whose edits are applied and kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.runs import Runs
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.mask import MaskEdit
from ecogview.model.session import Session
from ecogview.model.spans import Span
from ecogview.model.time_window import TimeWindow

RATE, N_SAMPLES = 250.0, 10_000
# By start: manual, sat, hf, hf, sat, as in the picture of the design.
SPANS = (
    Span("manual", 230, 560),
    Span("sat", 3465, 3680),
    Span("hf", 4740, 4905),
    Span("hf", 7975, 8325),
    Span("sat", 9700, 10_000),
)


def tracks_of(spans: Iterable[Span], n_samples: int = N_SAMPLES) -> MaskTracks:
    spans = list(spans)
    runs = {
        kind: Runs.of([(s.start, s.stop) for s in spans if s.kind == kind])
        for kind in ("hf", "sat", "manual")
    }
    return replace(empty_tracks(n_samples, 1), **runs)


def many_tracks(n_spans: int, n_samples: int = 10_000_000) -> MaskTracks:
    """So many spans of all kinds in turn, of 3 to 42 samples, in a recording of 11 hours."""
    step = n_samples // n_spans
    starts = np.arange(n_spans) * step
    lengths = 3 + np.arange(n_spans) * 7 % 40
    bounds = np.stack([starts, starts + lengths], axis=1)
    hf, sat, manual = (Runs(bounds[kind::3].copy()) for kind in range(3))
    return replace(empty_tracks(n_samples, 1), hf=hf, sat=sat, manual=manual)


def open_session(tracks: MaskTracks, rate: float = RATE) -> Session:
    session = Session()
    info = RecordingInfo(
        path=Path("rec001.drive.clfp.dat"),
        rec_id="rec001",
        microdrive_name="drive",
        rec_type="clfp",
        sampling_rate=rate,
        n_samples=tracks.n_samples,
        channels=(Channel(0, "E1", Electrode("E1")),),
        dtype=np.dtype(np.float32),
        units="µV",
        layout="interleaved",
    )
    session.open(
        info,
        window=TimeWindow(0, 2500, tracks.n_samples),
        channels=ChannelView(info.channels),
        display=Display(),
    )
    session.set_mask_result(tracks)
    return session


class Edits(list[tuple[MaskEdit, str]]):
    """Applies edits as the program does, and keeps what each was called."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def apply(self, edit: MaskEdit, text: str) -> None:
        self.append((edit, text))
        self._session.apply(edit)
