"""Pictures of small recordings, drawn without a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QSizeF
from PyQt6.QtGui import QFont

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.mask import Kind
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.services.column_reading import Columns, estimate_of
from ecogview.services.picture_reading import read_all_columns
from ecogview.services.sources import ArraySource
from ecogview.views.colour_tokens import LIGHT, Tokens
from ecogview.views.picture_content import PictureContent

RATE = 1000.0
SIZE = QSizeF(854, 400)  # a canvas of 800 × 356


def drawn(
    samples: np.ndarray,
    start: int,
    length: int,
    *,
    spans: dict[Kind, list[tuple[int, int]]] | None = None,
    bad: tuple[int, ...] = (),
    size: QSizeF = SIZE,
    tokens: Tokens = LIGHT,
    selection: tuple[int, int] | None = None,
) -> tuple[PictureContent, Columns]:
    """What a picture of a stretch shows; 100 µV a row, no constant taken off."""
    source = ArraySource(samples, RATE)
    with source.open() as recording:
        info = recording.info
        session = Session()
        session.open(
            info,
            window=TimeWindow.clamped(start, length, info.n_samples),
            channels=ChannelView(info.channels),
            display=Display(units_per_row=100.0, remove_dc=False),
        )
        flags = np.isin(np.arange(info.n_channels), bad)
        runs: dict[str, Any] = {kind: Runs.of(pairs) for kind, pairs in (spans or {}).items()}
        mask = replace(empty_tracks(info.n_samples, info.n_channels), bad_channels=flags, **runs)
        session.set_mask_result(mask)
        session.select(selection)
        content = PictureContent.of(session, estimate_of(recording), size, tokens, QFont())
        columns = read_all_columns(
            recording, content.grid, content.first_column, None, lambda: False
        )
    assert columns is not None
    return content, columns
