"""The strip above the traces: what is done to them, and what of the window still lacks it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ecogview.views.processing_strip import ProcessingStrip, Stretches


@pytest.fixture
def strip(qtbot: QtBot) -> ProcessingStrip:
    made = ProcessingStrip()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ((), ""),
        (((0.0, 164.2),), "still as recorded: 0:00–2:44"),
        (((0.0, 60.0), (90.0, 120.0)), "still as recorded: 0:00–1:00, 1:30–2:00"),
        (
            ((0.0, 60.0), (90.0, 120.0), (200.0, 210.0), (3600.0, 3660.0)),
            "still as recorded: 0:00–1:00, 1:30–2:00 and 2 more",
        ),
    ],
)
def test_it_says_where_the_signal_is_still_as_recorded(
    strip: ProcessingStrip, missing: Stretches, told: str
) -> None:
    strip.show_state("1–40 Hz", is_on=True, missing=missing)
    assert not strip.isHidden()
    assert strip.line._detail == told
    strip.show_state("1–40 Hz", is_on=False, missing=missing)
    assert strip.line._detail == "switched off: as recorded"


def test_it_is_there_only_while_something_is_set(strip: ProcessingStrip) -> None:
    strip.show_state("common average", is_on=True, missing=())
    assert not strip.isHidden()
    strip.show_state("", is_on=True, missing=())
    assert strip.isHidden()


def test_stop_and_going_on_take_turns(strip: ProcessingStrip) -> None:
    strip.show_state("1–40 Hz", is_on=True, missing=())
    strip.show_progress(0.47)
    assert strip.line._detail == "47 % of the recording done"
    assert (strip.stop_button.isHidden(), strip.whole_button.isHidden()) == (False, True)
    strip.show_progress(None, is_stopped=True)
    assert strip.line._detail == ""
    assert (strip.stop_button.isHidden(), strip.whole_button.isHidden()) == (True, False)
