"""The measure of the pass beside the channels: numbers, bars, and the order by it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.channel_quality import MEASURES, Measure
from ecogview.dsp.quality import QualityMap
from ecogview.dsp.runs import Runs
from ecogview.views import channel_measure, theme
from ecogview.views.channel_measure import ChannelMeasure, ChannelValue, MeasureColumn
from ecogview.views.channel_model import VALUE_ROLE
from ecogview.views.channel_row import row_parts
from tests.views.channel_desk import SORT, Bench, channels_of, open_channels, quality_of, set_bad

# What Qt's offscreen platform says of every menu that opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")

# The median of the good ones, all but 3 and 5, is 100: E05 is weak, E19 strong.
RMS = (100, 90, 20, 110, 100, 0, 130, 100, 105, 400, 98, 101)
BY_DEVIATION = (5, 2, 9, 6, 1, 3, 8, 10, 11, 0, 4, 7)


class Desk(Bench):
    """A panel with a finished map of its 12 channels."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot)
        self.quality = quality_of(self.session, *RMS)
        self.panel.set_quality(self.quality)

    @property
    def measure(self) -> ChannelMeasure:
        return self.panel._measure

    @property
    def rows(self) -> tuple[int, ...]:
        return self.session.channels.rows

    def values(self) -> list[ChannelValue | None]:
        """In the order of the list."""
        model = self.panel.list.model()
        return [model.index(row, 0).data(VALUE_ROLE) for row in range(model.rowCount())]

    def texts(self) -> list[str]:
        return ["" if value is None else value.text for value in self.values()]

    def spoken(self, row: int) -> str:
        index = self.panel.list.model().index(row, 0)
        return str(index.data(Qt.ItemDataRole.AccessibleTextRole))

    def click_caption(self) -> None:
        captions = self.panel.captions
        at = captions.sorting_box().center()
        self.qtbot.mouseClick(captions, Qt.MouseButton.LeftButton, pos=at)

    def wait(self) -> None:
        with self.qtbot.waitSignal(self.measure.changed, timeout=2000):
            pass

    def pixels(self, label: str, token: str) -> tuple[int, int]:
        """How many of that colour left and right of where the bar of a channel begins."""
        channels = self.panel.list
        index = channels.model().index(self.labels.index(label), 0)
        column = self.panel._model.column
        assert column is not None
        box = row_parts(channels.visualRect(index), channels.font(), column).bar
        image = channels.grab().toImage()
        middle = box.left() + round(column.origin * (box.width() - 1))
        left = QRect(QPoint(box.left(), box.top()), QPoint(middle - 1, box.bottom()))
        right = QRect(QPoint(middle + 1, box.top()), QPoint(box.right(), box.bottom()))
        return _count(image, left, theme.colour(token)), _count(image, right, theme.colour(token))


def _count(image: QImage, box: QRect, colour: QColor) -> int:
    return sum(
        image.pixelColor(x, y) == colour
        for x in range(box.left(), box.right() + 1)
        for y in range(box.top(), box.bottom() + 1)
    )


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


# -- numbers and bars


@pytest.mark.parametrize(
    ("measure", "value", "text", "bar_end", "is_loud"),
    [
        ("rms", 1.0, "1.00", 0.5, False),
        ("rms", 0.51, "0.51", 0.338, False),
        ("rms", 0.5, "0.50", 1 / 3, True),
        ("rms", 0.13, "0.13", 0.0095, True),
        ("rms", 0.0, "0.00", 0, True),
        ("rms", 4.0, "4.00", 5 / 6, True),
        ("rms", 1e20, ">999", 1, True),
        ("rms", math.inf, ">999", 1, True),
        ("rms", math.nan, "n/a", 0.5, False),
        ("hum", 0.06, "6.0 %", 0, False),
        ("hum", 0.34, "34.0 %", 0.48, False),
        ("hum", 0.39, "39.0 %", 0.58, True),
        ("hum", 0.9, "90.0 %", 1, True),
        ("hum", math.nan, "n/a", 0, False),
        ("high_frequency", 0.2, "0.20", 0, False),
        ("high_frequency", 2.1, "2.10", 0.535, True),
        ("flat", 1.0, "100 %", 1, True),
    ],
)
def test_a_value_is_quiet_until_it_deviates(
    measure: str, value: float, text: str, bar_end: float, is_loud: bool
) -> None:
    shown = ChannelValue.of(value, MEASURES[measure])
    assert (shown.text, shown.is_loud) == (text, is_loud)
    assert shown.bar_end == pytest.approx(bar_end, abs=1e-3)
    assert shown.spoken in (text, f"{text}×")


_VALUES = st.one_of(
    st.sampled_from([0.0, 0.5, 1.0, 2.0, math.inf, math.nan]), st.floats(0, 2.0**100, width=32)
)


@given(values=st.lists(_VALUES, min_size=1), measure=st.sampled_from(sorted(MEASURES)))
def test_rank_is_the_strongest_first_and_unknown_ones_last(
    values: list[float], measure: str
) -> None:
    column = MeasureColumn.of(MEASURES[measure], np.array(values, np.float32))
    if all(map(math.isnan, values)):
        assert column.values == ()
        assert column.rank is None
        return
    shown = np.array(values, np.float32).tolist()
    expected = sorted(
        range(len(values)), key=lambda c: (-_strength(shown[c], MEASURES[measure]), c)
    )
    assert list(column.rank or ()) == expected
    assert all(0 <= value.bar_end <= 1 for value in column.values)


def _strength(value: float, measure: Measure) -> float:
    if math.isnan(value):
        return -math.inf
    position = measure.scale.position(value)
    return abs(2 * position - 1) if measure.deviating else position


def test_bars_go_from_the_middle_to_where_a_channel_deviates(desk: Desk) -> None:
    assert desk.pixels("E05", "text")[0] > 4 * 10  # 0.20×
    assert desk.pixels("E05", "text")[1] == 0
    assert desk.pixels("E19", "text")[0] == 0
    assert desk.pixels("E19", "text")[1] > 4 * 10  # 4.00×
    assert desk.pixels("E13", "text") == (0, 0)  # 1.30×, quietly
    assert desk.pixels("E13", "disabled")[1] > 4
    assert desk.pixels("E01", "disabled") == (0, 0)


def test_numbers_are_beside_the_channels_and_said(desk: Desk) -> None:
    assert desk.texts() == [
        "1.00", "0.90", "0.20", "1.10", "1.00", "0.00", "1.30", "1.00", "1.05", "4.00", "0.98",
        "1.01",
    ]  # fmt: skip
    assert desk.spoken(5) == "E11, bad, RMS / median 0.00×"
    tip = desk.panel.list.model().index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "row 0, column 1" in tip
    assert "RMS / median 0.20×" in tip
    desk.panel.filter_field.setText("bad")
    assert desk.texts() == ["1.10", "0.00"]


# -- which measure


def test_other_measures(desk: Desk) -> None:
    desk.panel.set_measure("high_frequency")
    assert desk.texts()[:3] == ["0.13", "0.27", "0.40"]
    assert desk.spoken(0) == "E01, good, High frequency / median 0.13×"
    desk.panel.set_measure("rms_own")  # would be 1 everywhere
    assert desk.spoken(2) == "E05, good, RMS / median 0.20×"
    desk.panel.set_measure("of an old setting")
    assert desk.spoken(2) == "E05, good, RMS / median 0.20×"


def test_places_stand_where_a_recording_cannot_have_the_measure(desk: Desk) -> None:
    before = desk.panel.grab().toImage()
    desk.panel.set_measure("hum")
    assert desk.panel._model.column is None
    assert desk.spoken(2) == "E05, good"
    assert desk.panel.captions.sorting_box().isEmpty()
    desk.panel.set_quality(None)
    places = desk.panel.grab().toImage()
    assert places != before
    desk.panel.set_measure("rms")
    assert desk.panel._model.column is None
    assert desk.panel.grab().toImage() == places


def test_column_is_blank_while_an_overview_may_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_measure, "_GRACE_MS", 30)
    open_channels(desk.session, channels_of(4))
    assert desk.panel._model.column == MeasureColumn(MEASURES["rms"])
    assert desk.texts() == [""] * 4
    desk.panel.list.grab()
    desk.wait()
    assert desk.panel._model.column is None
    open_channels(desk.session, channels_of(3))
    desk.panel.set_quality(quality_of(desk.session, 10, 20, 30))
    assert desk.texts() == ["0.50", "1.00", "1.50"]


# -- following pass and mask


def test_follows_marks_of_channels_and_spans(desk: Desk) -> None:
    desk.quality.figures["spread"][1:3, 4] = 500, 700
    desk.panel.set_quality(desk.quality)
    assert desk.texts()[4] == "1.00"  # two of five seconds
    tracks = empty_tracks(5000, 12)
    desk.session.set_mask_result(replace(tracks, sat=Runs.of([(0, 900), (3100, 5000)])))
    desk.wait()
    assert desk.texts()[4] == "5.94"  # the median of all, as none is bad now, is 101
    bad = np.array(RMS) < 104
    desk.session.set_mask_result(replace(tracks, bad_channels=bad))
    desk.wait()
    assert desk.texts()[9] == "3.33"  # the median of 105, 110, 130, 400 is 120
    assert desk.texts()[2] == "0.17"


def test_fills_as_the_pass_proceeds(desk: Desk) -> None:
    whole = desk.quality
    quality = QualityMap.blank(whole.grid, 12, tuple(whole.figures))  # type: ignore[arg-type]
    desk.panel.set_quality(quality)
    assert desk.texts() == [""] * 12
    told: list[list[str]] = []
    desk.measure.changed.connect(lambda: told.append(desk.texts()))
    _fill(quality, whole, slice(1, 2))
    desk.panel.refresh()
    _fill(quality, whole, slice(3, 5))
    desk.panel.refresh()
    desk.wait()
    assert [texts[:3] for texts in told] == [["1.00", "0.90", "0.20"]]


def _fill(target: QualityMap, source: QualityMap, cells: slice) -> None:
    for name, figure in target.figures.items():
        figure[cells] = source.figures[name][cells]
    target.zeroed[cells] = source.zeroed[cells]
    target.done[cells] = True


def test_while_the_pass_goes_on_a_part_of_the_cells_tells(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_measure, "_SAMPLE", 24)  # every second cell
    quality = desk.quality
    quality.figures["spread"][[1, 3]] *= 9
    quality.done[4] = False
    desk.panel.set_quality(quality)
    assert desk.texts()[2] == "0.20"
    quality.done[4] = True
    quality.figures["spread"][[1, 2, 3], 2] = 50
    desk.panel.set_quality(quality)
    assert desk.texts()[2] == "0.50"


# -- order


def test_caption_sorts_and_back(desk: Desk) -> None:
    before = desk.panel.captions.grab().toImage()
    desk.session.channels.set_count(4)
    desk.session.channels.scroll_to(6)
    desk.click_caption()
    assert desk.rows == BY_DEVIATION
    assert desk.session.channels.shown == BY_DEVIATION[:4]
    assert desk.labels[:3] == ["E11", "E05", "E19"]
    assert desk.texts()[:3] == ["0.00", "0.20", "4.00"]
    assert desk.panel.captions.is_sorted
    assert desk.panel.captions.grab().toImage() != before
    desk.click_caption()
    assert desk.rows == tuple(range(12))
    assert desk.panel.captions.grab().toImage() == before


def test_caption_under_the_pointer_says_what_a_click_does(desk: Desk) -> None:
    captions = desk.panel.captions
    desk.qtbot.mouseMove(captions, captions.sorting_box().center())
    desk.qtbot.waitUntil(lambda: captions.toolTip() == "Sort by RMS / median")
    desk.qtbot.mouseMove(captions, QPoint(40, 10))
    desk.qtbot.waitUntil(lambda: captions.toolTip() == "")
    desk.qtbot.mouseClick(captions, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert desk.session.channels.order == "number"


def test_menu_sorts_by_the_measure_that_is_shown(desk: Desk) -> None:
    desk.choose(SORT, "By RMS / median")
    assert desk.rows == BY_DEVIATION
    desk.choose(SORT, "By grid position")
    desk.panel.set_measure("high_frequency")
    assert desk.rows[:2] == (3, 2)
    desk.choose(SORT, "By High frequency / median")
    assert desk.rows == tuple(range(11, -1, -1))
    desk.panel.set_measure("hum")
    with pytest.raises(AssertionError):
        desk.choose(SORT, "By Line hum / RMS")


def test_order_stands_while_the_user_marks(desk: Desk) -> None:
    desk.panel.sort_by_measure()
    set_bad(desk.session, *(c for c in range(12) if RMS[c] <= 101))
    desk.wait()
    assert desk.texts()[0] == "0.00"
    assert desk.rows == BY_DEVIATION
    desk.panel.sort_by_measure()
    assert desk.rows != BY_DEVIATION
    again = desk.rows
    desk.panel.set_quality(desk.quality)  # told twice that it is whole
    assert desk.rows == again
    desk.panel.set_measure("high_frequency")
    assert desk.rows != again


def test_order_by_measure_waits_for_the_pass_of_the_next_recording(desk: Desk) -> None:
    desk.panel.sort_by_measure()
    open_channels(desk.session, channels_of(12))
    desk.session.channels.set_order("measure")  # as it was in the one before
    assert desk.rows == tuple(range(12))
    assert not desk.panel.captions.is_sorted
    quality = quality_of(desk.session, *RMS)
    quality.done[4] = False
    desk.panel.set_quality(quality)
    assert desk.texts()[:3] == ["1.00", "0.90", "0.20"]
    assert desk.rows == tuple(range(12))
    quality.done[4] = True
    desk.panel.refresh()
    desk.wait()
    by_all = desk.rows
    assert by_all[:3] == (5, 2, 9)
    set_bad(desk.session, *(c for c in range(12) if RMS[c] < 130))  # now the mask has been read
    desk.wait()
    assert desk.rows != by_all


def test_order_may_be_chosen_before_the_pass_has_ended(desk: Desk) -> None:
    desk.quality.done[2:] = False
    desk.panel.set_quality(None)
    desk.panel.set_quality(desk.quality)
    desk.panel.sort_by_measure()
    assert desk.rows == BY_DEVIATION
    desk.quality.figures["spread"][2:, 0] = 3000
    desk.quality.done[2:4] = True
    desk.panel.refresh()
    desk.wait()
    assert desk.rows == BY_DEVIATION
    desk.quality.done[:] = True
    desk.panel.refresh()
    desk.wait()
    assert desk.rows[:3] == (5, 0, 2)


def test_512_channels_are_announced_once(desk: Desk) -> None:
    open_channels(desk.session, channels_of(512))
    set_bad(desk.session)
    announced: list[tuple[int, int]] = []
    resets: list[None] = []
    model = desk.panel.list.model()
    model.dataChanged.connect(lambda top, bottom: announced.append((top.row(), bottom.row())))
    model.modelReset.connect(lambda: resets.append(None))
    quality = quality_of(desk.session, *range(1, 513))
    desk.panel.set_quality(quality)
    assert announced == [(0, 511)]
    assert [text for text in desk.texts() if text] == desk.texts()
    desk.panel.set_quality(quality)  # the same numbers once more
    assert announced == [(0, 511)]
    assert not resets
    desk.panel.sort_by_measure()
    assert len(resets) == 1
    assert desk.rows[:3] == (0, 1, 2)  # a 256th of the median, and so on


def test_only_channels_that_look_otherwise_are_announced(desk: Desk) -> None:
    open_channels(desk.session, channels_of(512))
    set_bad(desk.session)
    spreads = np.full(512, 100.0)
    desk.panel.set_quality(quality_of(desk.session, *spreads))
    announced: list[tuple[int, int]] = []
    model = desk.panel.list.model()
    model.dataChanged.connect(lambda top, bottom: announced.append((top.row(), bottom.row())))
    spreads[[7, 300]] = 250.0
    spreads += 1e-5  # which nobody sees
    desk.panel.set_quality(quality_of(desk.session, *spreads))
    assert announced == [(7, 7), (300, 300)]
