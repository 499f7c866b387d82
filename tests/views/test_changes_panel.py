"""The list of what differs between the mask here and the one on the disk, with real clicks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecogview.dsp.runs import Runs
from ecogview.model.mask import mark_channels
from ecogview.model.session import Session
from ecogview.model.span_edit import mark_spans, unmark_spans
from ecogview.views import theme
from ecogview.views.changes_panel import ChangesPanel
from tests.views.span_desk import SPANS, many_tracks, open_session, tracks_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session() -> Session:
    return open_session(tracks_of(SPANS))


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> ChangesPanel:
    panel = ChangesPanel(session)
    qtbot.addWidget(panel)
    panel.resize(284, 300)
    panel.show()
    return panel


def rows(panel: ChangesPanel) -> list[str]:
    return [panel.model.index(row, 0).data() for row in range(panel.model.rowCount())]


def settle(qtbot: QtBot, *panels: ChangesPanel) -> None:
    """Wait until the traces would have been shown, and the list with them."""
    qtbot.waitUntil(lambda: all(panel._timer is None for panel in panels))


def change(session: Session, qtbot: QtBot, panel: ChangesPanel) -> None:
    assert session.mask is not None
    session.apply(mark_spans(session.mask, Runs.of([(5000, 5250)])))
    session.apply(unmark_spans(session.mask, Runs.of([(3465, 3680)])))
    session.apply(mark_channels(session.mask, [0], bad=True))
    settle(qtbot, panel)


def test_channels_then_spans_by_time(panel: ChangesPanel, session: Session, qtbot: QtBot) -> None:
    assert panel.hint.startswith("Nothing has been changed")
    change(session, qtbot, panel)
    assert rows(panel) == ["E1 bad", "− sat 0:13.860 0.860 s", "+ manual 0:20.000 1.000 s"]
    assert panel.note == "+1   −1   1 channel"
    assert panel.view.isVisible()
    session.mark_saved(session.mask)  # type: ignore[arg-type]
    settle(qtbot, panel)
    assert rows(panel) == []
    assert panel.note == ""
    assert panel.hint


def test_a_click_and_the_arrow_keys_go_there(
    panel: ChangesPanel, session: Session, qtbot: QtBot
) -> None:
    change(session, qtbot, panel)
    place = panel.view.visualRect(panel.model.index(2, 0)).center()
    qtbot.mouseClick(panel.view.viewport(), LEFT, pos=place)
    window = session.window
    assert window.start < 5000 < 5250 < window.stop
    session.go_to(0)
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    assert session.window.start < 3465 < session.window.stop
    qtbot.keyClick(panel.view, Qt.Key.Key_Home)
    assert session.channels.selected == {0}


def test_the_note_is_right_while_it_is_hidden(
    panel: ChangesPanel, session: Session, qtbot: QtBot
) -> None:
    panel.hide()
    heard: list[str] = []
    panel.note_changed.connect(heard.append)
    change(session, qtbot, panel)
    assert heard[-1] == "+1   −1   1 channel"
    assert rows(panel) == []
    panel.show()
    assert len(rows(panel)) == 3


def test_another_version_says_so_and_can_be_left(
    panel: ChangesPanel, session: Session, qtbot: QtBot
) -> None:
    assert panel.comparison.isHidden()
    change(session, qtbot, panel)
    other = replace(session.saved_mask, manual=Runs.of([(230, 560), (7, 9)]))  # type: ignore[type-var]
    session.compare_with(other)
    settle(qtbot, panel)
    assert not panel.comparison.isHidden()
    assert "E1 good" in rows(panel)
    assert "+ manual 0:00.028 0.008 s" in rows(panel)
    qtbot.mouseClick(panel.back_button, LEFT)
    assert session.compared_mask is None
    settle(qtbot, panel)
    assert panel.comparison.isHidden()
    assert "E1 bad" in rows(panel)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_rows_are_painted_with_the_pattern_of_their_kind(
    panel: ChangesPanel, session: Session, qtbot: QtBot, qapp: object, name: str
) -> None:
    theme.apply(qapp, name)  # type: ignore[arg-type]
    assert session.mask is not None
    session.apply(unmark_spans(session.mask, Runs.of([(3465, 3680)])))
    settle(qtbot, panel)
    image = panel.view.grab().toImage()
    colours = {image.pixelColor(x, y).name().upper() for x in range(0, 60) for y in range(0, 22)}
    assert theme.current().sat in colours
    theme.apply(qapp, "system")  # type: ignore[arg-type]


def test_many_changes_are_no_burden(panel: ChangesPanel, qtbot: QtBot) -> None:
    tracks = many_tracks(100_000)
    session = open_session(tracks)
    many = ChangesPanel(session)
    qtbot.addWidget(many)
    many.show()
    session.apply(unmark_spans(tracks, tracks.bad))
    settle(qtbot, many)
    assert many.model.rowCount() == 100_000
    starts = [many.model.span_in(row)[0].start for row in range(0, 100_000, 10_007)]
    assert starts == sorted(starts)
    assert np.all(~many.model._are_added)


def test_shown_while_none_is_in_view_they_are_gone_to(
    panel: ChangesPanel, session: Session, qtbot: QtBot
) -> None:
    assert session.mask is not None
    other = mark_spans(session.mask, Runs.of([(8500, 8600)])).apply(session.mask)
    change(session, qtbot, panel)
    start = session.window
    session.show_changes(shown=True)
    shown = session.window
    assert shown == start.showing(3465, 3680)
    session.set_window(start)
    session.show_changes(shown=False)
    session.compare_with(other)  # not shown yet
    assert session.window == start
    session.show_changes(shown=True)
    assert session.window.start <= session.changes.removed.hull[0] < session.window.stop
    session.set_window(start)
    assert session.mask is not None
    session.apply(mark_spans(session.mask, Runs.of([(9000, 9100)])))  # shown all the time
    assert session.window == start
    session.set_window(start.showing(3400, 3500))
    session.compare_with(mark_spans(session.mask, Runs.of([(7000, 7100)])).apply(session.mask))
    assert session.window == start.showing(7000, 7100)
