"""How the session wants its traces drawn, put together for one picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.estimate import SignalEstimate
from ecogview.model.clock import axis_step
from ecogview.model.processing import AppliedProcessing
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.row_layout import drawn_rows
from ecogview.views.sample_dots import dot_size
from ecogview.views.trace_colours import channel_colours
from ecogview.views.trace_picture import TraceStyle

LEAST_LINE_PX = 88  # between grid lines


def style_of(
    session: Session,
    estimate: SignalEstimate | None,
    grid: ColumnGrid,
    applied: AppliedProcessing | None,
    *,
    height: float,
    scale: float,
) -> TraceStyle:
    """Put a style together.

    Parameters
    ----------
    session : Session
        With a recording.
    estimate : SignalEstimate or None
    grid : ColumnGrid
    applied : AppliedProcessing or None
        What the picture's columns went through; another one may be asked for already.
    height, scale : float
        Pixels of the device, and how many of them make a logical one.
    """
    info, channels, display = session.info, session.channels, session.display
    assert info is not None
    tokens = theme.current()
    step_s = axis_step(grid.samples_per_pixel / info.sampling_rate, LEAST_LINE_PX * scale)
    hovered = () if channels.hovered is None else (channels.hovered,)
    n_lines = 1 if display.butterfly else max(len(channels.shown), 1)
    return TraceStyle(
        rows=drawn_rows(session),
        bad=session.bad_channels,
        highlighted=channels.selected | frozenset(hovered),
        units_per_row=display.gain_in(in_z=applied is not None and applied.processing.zscore),
        offsets=shown_offsets(info.n_channels, estimate, applied, removes_dc=display.remove_dc),
        mask=session.mask,
        line_step=step_s * info.sampling_rate,
        tokens=tokens,
        dot_size=dot_size(grid, height / n_lines, scale),
        gains=channels.gains.factors,
        butterfly=display.butterfly,
        clipped=display.clipped,
        colours=channel_colours(info.channels, display.colouring, tokens),
    )


def shown_offsets(
    n_channels: int,
    estimate: SignalEstimate | None,
    applied: AppliedProcessing | None,
    *,
    removes_dc: bool,
) -> NDArray[np.float32]:
    """What is taken off each channel, shape (channels,); processing has taken off the constant."""
    if estimate is None or (applied is None) is not removes_dc:
        return np.zeros(n_channels, np.float32)
    if applied is None:
        return estimate.offset
    kept = applied.processing.keeps_constant
    return -estimate.offset if kept else np.zeros(n_channels, np.float32)
