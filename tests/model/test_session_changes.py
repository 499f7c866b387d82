"""What the session says has changed, and when it says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import Runs
from ecogview.model.session import Session
from ecogview.model.span_edit import mark_spans
from tests.views.span_desk import SPANS, open_session, tracks_of


@pytest.fixture
def session() -> Session:
    return open_session(tracks_of(SPANS))


def mark(session: Session, *span: int) -> None:
    assert session.mask is not None
    session.apply(mark_spans(session.mask, Runs.of([(span[0], span[1])])))


def with_manual(tracks: MaskTracks | None, *spans: tuple[int, int]) -> MaskTracks:
    assert tracks is not None
    return replace(tracks, manual=tracks.manual.union(Runs.of(spans)))


def test_changes_are_those_since_saving(session: Session) -> None:
    assert not session.changes
    mark(session, 1000, 1100)
    assert list(session.changes.added) == [(1000, 1100)]
    assert session.changes is session.changes  # found out once
    session.mark_saved(session.mask)  # type: ignore[arg-type]
    assert not session.changes


def test_against_another_version_they_are_what_loading_it_changes(session: Session) -> None:
    mark(session, 1000, 1100)
    session.compare_with(with_manual(session.saved_mask, (2000, 2100)))
    assert list(session.changes.added) == [(2000, 2100)]
    assert list(session.changes.removed) == [(1000, 1100)]
    session.compare_with(None)
    assert list(session.changes.added) == [(1000, 1100)]
    assert not session.changes.removed


def test_every_way_they_change_is_announced_once(session: Session) -> None:
    heard: list[bool] = []
    session.changes_changed.connect(lambda: heard.append(bool(session.changes)))
    mark(session, 1000, 1100)
    assert heard == [True]
    session.mark_saved(session.mask)  # type: ignore[arg-type]
    assert heard == [True, False]
    session.show_changes(shown=True)
    session.show_changes(shown=True)
    assert len(heard) == 3
    session.compare_with(with_manual(session.mask, (2000, 2100)))
    assert heard[3:] == [True]


def test_another_recording_forgets_the_comparison(session: Session) -> None:
    session.compare_with(with_manual(session.mask, (2000, 2100)))
    session.open(
        session.info,  # type: ignore[arg-type]
        window=session.window,
        channels=session.channels,
        display=session.display,
    )
    assert session.compared_mask is None
    assert not session.changes
