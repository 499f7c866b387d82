"""Journals looked for beside the GUI thread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import empty_tracks
from ecogview.services.journal import Journal
from ecogview.services.journal_search import JournalSearch
from tests.services.journal_desk import N, marked


@pytest.fixture
def search(qtbot: QtBot) -> Iterator[JournalSearch]:
    search = JournalSearch()
    yield search
    search.close()
    search.close()


def left(mask: Path, *spans: tuple[int, int], has_recording: bool = True) -> None:
    recording = mask.with_suffix(".dat")
    if has_recording:
        recording.touch()
    journal, saved = Journal(mask, recording), empty_tracks(N, 3)
    journal.keep(marked(saved, *spans), saved)
    journal.close()


def test_of_one_mask_or_of_all(search: JournalSearch, qtbot: QtBot, tmp_path: Path) -> None:
    one, other = tmp_path / "rec001.mask.pkl", tmp_path / "rec002.mask.pkl"
    left(one, (3, 5))
    left(other, (7, 9))
    left(gone := tmp_path / "rec003.mask.pkl", (11, 12), has_recording=False)
    for asked, expected in (
        (one, [(3, 5)]),
        (other, [(7, 9)]),
        (gone, [(11, 12)]),
        (None, [(3, 5), (7, 9)]),
    ):
        with qtbot.waitSignal(search.found) as heard:
            search.search(asked)
        answered, found = heard.args
        assert answered == asked
        spans = [span for unsaved in found.unsaved for span in unsaved.record.tracks.manual]
        assert sorted(spans) == expected


def test_closed_it_searches_no_more() -> None:
    search = JournalSearch()
    search.close()
    search.search(None)
    assert search._worker is None
