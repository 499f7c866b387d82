"""The gain in the toolbar: whole in any unit, at any width of the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QApplication, QLineEdit, QStyle, QStyleOptionFrame

from ecogview.app.viewer import Viewer
from ecogview.views import theme
from tests.app.windows import a_recording
from tests.builders import write_recording


def room(field: QLineEdit) -> int:
    """Pixels for text: Qt keeps two at either side, and one for the cursor."""
    option, style = QStyleOptionFrame(), field.style()
    field.initStyleOption(option)
    assert style is not None
    inner = style.subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
    return inner.width() - 5


def shows_all(field: QLineEdit) -> bool:
    return QFontMetrics(field.font()).horizontalAdvance(field.text()) <= room(field)


@pytest.fixture
def raw(show: Callable[..., Viewer], tmp_path: Path) -> Viewer:
    counts = np.random.default_rng(3).integers(-9000, 9000, (4, 9000))
    viewer = show(write_recording(tmp_path, samples=counts, rec_type="raw", sampling_rate=1000))
    assert viewer.wait_until_drawn()
    return viewer


def test_counts_are_shown_whole_at_every_gain(raw: Viewer) -> None:
    bench, tools = raw._bench, raw._bench.window.tools
    for width in (720, 1366, 1600):
        bench.window.resize(width, 700)
        for gain in (5, 5000, 14142.1, 88_800, 141_421, 2e8, 5000):
            bench.session.set_display(bench.session.display.with_gain(gain))
            QApplication.processEvents()
            assert shows_all(tools.gain_field), tools.gain_field.text()
            assert tools.geometry().right() <= bench.window.width()
    bench.session.set_display(bench.session.display.with_gain(14142.1))
    assert tools.gain_field.text() == "14,100 counts/row"


def test_buttons_stay_where_they_are_while_the_gain_changes(raw: Viewer) -> None:
    bench, tools = raw._bench, raw._bench.window.tools
    bench.window.resize(1600, 700)
    widths = set()
    for gain in (5, 200, 5000, 14142.1, 88_800):
        bench.session.set_display(bench.session.display.with_gain(gain))
        QApplication.processEvents()
        widths.add(tools.gain_field.width())
    assert len(widths) == 1


def test_the_width_follows_the_unit(raw: Viewer, tmp_path: Path) -> None:
    tools = raw._bench.window.tools
    in_counts = tools.gain_field.width()
    raw.open(a_recording(tmp_path / "other"))
    assert raw.wait_until_drawn()
    QApplication.processEvents()
    assert tools.gain_field.text().endswith("V/row")
    assert theme.px(96) <= tools.gain_field.width() < in_counts
    assert shows_all(tools.gain_field)


def test_what_is_shown_can_be_typed_again(raw: Viewer) -> None:
    bench, field = raw._bench, raw._bench.window.tools.gain_field
    bench.session.set_display(bench.session.display.with_gain(14142.1))
    field.setText(field.text())
    field.returnPressed.emit()
    assert bench.session.display.units_per_row == 14_100


def test_a_scale_bar_of_counts_has_separators(raw: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, asked = raw._bench, []
    monkeypatch.setattr(
        "ecogview.views.trace_overlays.format_round",
        lambda *args: asked.append(args) or "20,000 counts",
    )
    bench.window.traces.canvas.restyle()
    assert bench.window.traces.canvas.scale_bar() is not None
    assert [units for _, units in asked] == ["counts"]
