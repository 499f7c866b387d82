"""What a session says is to be done to its samples."""

from __future__ import annotations

from dataclasses import replace

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.reference import Reference
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.model.session import Session
from tests.model.test_session import N_CHANNELS, N_SAMPLES, marked, open_into


def test_processing_follows_display_and_mask() -> None:
    session = Session()
    session.set_display(session.display.processed(Processing(1)))
    assert session.processing is None  # nothing is open
    session = Session()
    open_into(session, empty_tracks(N_SAMPLES, N_CHANNELS))
    assert session.processing is None
    average = Processing(1, reference=Reference("average"))
    session.set_display(session.display.processed(average))
    assert session.processing == AppliedProcessing(average)
    session.apply(marked(session, 1))
    assert session.processing is not None
    assert session.processing.bad == {1}
    session.set_display(session.display.processed(average.toggled()))
    assert session.processing is None


def test_what_cannot_be_done_is_not() -> None:
    session = Session()
    open_into(session)
    assert session.info is not None
    beyond = Processing(lowpass_hz=session.info.sampling_rate)
    session.set_display(session.display.processed(beyond))
    assert session.processing is None
    session.set_display(session.display.processed(replace(beyond, lowpass_hz=40)))
    assert session.processing is not None
