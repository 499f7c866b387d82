"""Rows of the file browser: one line in a wide panel, two in a narrow one; nothing is cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QModelIndex
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.services.folder_scan import RecordingEntry
from ecogview.views import theme
from ecogview.views.file_browser import FileBrowser
from ecogview.views.file_row import (
    LENGTH,
    MASKED,
    ROW_HEIGHT,
    SIZE,
    TWO_LINES_HEIGHT,
    FileColumns,
)
from tests.builders import marked_samples, write_recording

ENTRY = RecordingEntry(
    Path("rec001.LM1_ECOG_3.clfp_ds250.dat"), Path(), "LM1_ECOG_3", "clfp_ds250", "rec001",
    n_bytes=148_800_000, n_samples=1_801_750, sampling_rate=250.0, n_channels=62,
    has_mask=True, masked_fraction=0.031,
)  # fmt: skip


@pytest.fixture
def browser(qtbot: QtBot, tmp_path: Path) -> Iterator[FileBrowser]:
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]
    mask = {"hf": np.arange(500) < 68, "sat": np.zeros(500, bool), "ch": np.zeros(3, bool)}
    write_recording(tmp_path, samples=marked_samples(3, 500), mask=mask)
    (tmp_path / "rec001.LM1_ECOG_3.lfp.dat").touch()
    made = FileBrowser()
    qtbot.addWidget(made)
    made.resize(theme.px(276), 420)
    made.show()
    with qtbot.waitSignal(made.scan.finished):
        made.set_folder(tmp_path)
    yield made
    made.close()


def row_height(browser: FileBrowser) -> int:
    model = browser.tree.model()
    assert model is not None
    file = model.index(0, 0, model.index(0, 0, QModelIndex()))
    return browser.tree.visualRect(file).height()


def test_a_narrow_panel_has_two_lines_a_file(browser: FileBrowser) -> None:
    for width, height, has_captions in (
        (276, ROW_HEIGHT, True),
        (216, TWO_LINES_HEIGHT, False),
        (276, ROW_HEIGHT, True),
    ):
        browser.resize(theme.px(width), 420)
        browser.grab()
        assert row_height(browser) == theme.px(height)
        assert browser.captions.isVisible() == has_captions


def test_lines_follow_the_columns_that_are_wanted(browser: FileBrowser) -> None:
    browser.resize(theme.px(216), 420)
    for column, wanted in ((MASKED, False), (LENGTH, True)):
        browser._want_column(column, wanted=wanted)
    browser.grab()
    assert row_height(browser) == theme.px(ROW_HEIGHT)  # what is wanted fits beside the name
    browser._want_column(MASKED, wanted=True)
    browser.grab()
    assert row_height(browser) == theme.px(TWO_LINES_HEIGHT)


def test_the_second_line_tells_what_fits_the_weightiest_first(qapp: QApplication) -> None:
    columns, metrics = FileColumns(), QFontMetrics(theme.sized_font(qapp.font(), 11))
    lines = [columns.second_line(ENTRY, width, metrics) for width in range(400, 0, -1)]
    assert list(dict.fromkeys(lines)) == [
        "2:00:07   62 ch   149 MB   3.1 % masked",
        "2:00:07   62 ch   3.1 % masked",
        "2:00:07   3.1 % masked",
        "2:00:07   62 ch",
        "2:00:07",
        "62 ch",
        "",
    ]
    assert all(metrics.horizontalAdvance(line) <= 400 - place for place, line in enumerate(lines))
    columns.set_wanted(LENGTH, wanted=False)
    columns.set_wanted(SIZE, wanted=False)
    assert columns.second_line(ENTRY, 400, metrics) == "62 ch   3.1 % masked"


def test_length_and_percent_masked_fit_the_column_of_a_small_screen(qapp: QApplication) -> None:
    metrics = QFontMetrics(theme.numeral_font(theme.sized_font(qapp.font(), 11)))
    line = FileColumns().second_line(ENTRY, theme.px(216 - 25 - 10), metrics)
    assert line.startswith("2:00:07")
    assert line.endswith("3.1 % masked")
