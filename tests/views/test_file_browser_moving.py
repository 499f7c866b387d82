"""Recordings opened from the browser by mouse and keys, and the one that is open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ecogview.views import recording_text
from ecogview.views.file_browser import FileBrowser
from ecogview.views.file_model import ENTRY_ROLE
from ecogview.views.file_row import MASKED
from tests.builders import marked_samples, write_recording
from tests.views.browser_desk import (
    click,
    index_of,
    made_browser,
    press,
    scan,
    shown,
    two_days,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_days(tmp_path)


@pytest.fixture
def browser(qtbot: QtBot) -> Iterator[FileBrowser]:
    made = made_browser(qtbot)
    yield made
    made.close()


def test_a_click_opens_a_file_and_folds_a_folder(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    index = index_of(browser, "raw.dat")
    with qtbot.waitSignal(browser.open_requested) as asked:
        click(qtbot, browser, index)
    assert asked.args == [folder / "180325" / "001" / "rec001.LM1_ECOG_3.raw.dat"]
    group = index_of(browser, "180325 / 001")
    with qtbot.assertNotEmitted(browser.open_requested):
        click(qtbot, browser, group)
        assert not browser.tree.isExpanded(group)
        click(qtbot, browser, group)
    assert browser.tree.isExpanded(group)


def test_arrows_move_and_enter_opens(qtbot: QtBot, browser: FileBrowser, folder: Path) -> None:
    scan(qtbot, browser, folder)
    browser.tree.setCurrentIndex(browser.tree.model().index(0, 0))
    with qtbot.assertNotEmitted(browser.open_requested):
        press(qtbot, browser, Qt.Key.Key_Down, Qt.Key.Key_Down)
    with qtbot.waitSignal(browser.open_requested) as asked:
        press(qtbot, browser, Qt.Key.Key_Return)
    assert asked.args[0].name == "rec001.LM1_ECOG_3.raw.dat"
    press(qtbot, browser, Qt.Key.Key_Home, Qt.Key.Key_Left)
    assert not browser.tree.isExpanded(index_of(browser, "180325 / 001"))


def test_keys_of_the_tree_come_before_those_of_the_window(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(browser)
    taken: list[str] = []
    for key in ("Down", "Home", "Ctrl+PgDown"):
        shortcut = QShortcut(QKeySequence(key), window)
        shortcut.activated.connect(lambda key=key: taken.append(key))
    window.show()
    window.activateWindow()
    scan(qtbot, browser, folder)
    browser.tree.setFocus()
    qtbot.waitUntil(browser.tree.hasFocus)
    press(qtbot, browser, Qt.Key.Key_Home, Qt.Key.Key_Down)
    qtbot.keyClick(browser.tree, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert taken == ["Ctrl+PgDown"]
    assert browser.tree.currentIndex().data(ENTRY_ROLE).rec_type == "clfp"
    browser.setParent(None)


def test_next_and_previous_pass_over_what_cannot_be_opened(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    browser.tree.collapseAll()
    met = []
    while (path := browser.next_path(1)) is not None:
        met.append(f"{path.parent.name} {path.name.split('.')[2]}")
        browser.set_current(path)
    assert met == ["001 clfp", "001 raw", "002 clfp_ds250", "001 clfp"]
    assert browser.next_path(-1).name == "rec002.LM1_ECOG_3.clfp_ds250.dat"
    assert browser.next_path(-3).name == "rec001.LM1_ECOG_3.clfp.dat"
    assert browser.next_path(-4) is None
    browser.filter_field.setText("001 clfp")
    assert browser.next_path(-1) == folder / "180325" / "001" / "rec001.LM1_ECOG_3.clfp.dat"


def test_current_one_is_unfolded_marked_and_followed(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    browser.tree.collapseAll()
    path = folder / "180326" / "001" / "rec001.LM1_ECOG_3.clfp.dat"
    with qtbot.assertNotEmitted(browser.open_requested):
        browser.set_current(path)
    index = index_of(browser, "clfp.dat", "180326")
    assert browser.tree.isExpanded(index.parent())
    assert browser.tree.currentIndex() == index
    browser.set_masked_fraction(path, 0.25)
    assert recording_text.masked_of(index.data(ENTRY_ROLE)) == "25.0 %"
    assert "25.0 % masked" in browser.facts.text


def test_current_one_may_come_before_the_scan_finds_it(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    path = folder / "180326" / "001" / "rec001.LM1_ECOG_3.clfp.dat"
    with qtbot.waitSignal(browser.scan.finished):
        browser.set_folder(folder)
        browser.set_current(path)
        browser.set_masked_fraction(path, 0.5)
    index = index_of(browser, "clfp.dat", "180326")
    assert browser.tree.currentIndex() == index
    assert index.data(ENTRY_ROLE).masked_fraction == 0.5


def test_left_recording_shows_what_its_file_holds(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    first = folder / "180325" / "001" / "rec001.LM1_ECOG_3.clfp.dat"
    browser.set_current(first)
    browser.set_masked_fraction(first, 0.9)
    with qtbot.waitSignal(browser.scan.finished):
        browser.set_current(first.with_name("rec001.LM1_ECOG_3.raw.dat"))
    assert index_of(browser, "clfp.dat").data(ENTRY_ROLE).masked_fraction == 68 / 500


def test_opening_one_without_a_mask_does_not_give_it_one(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    path = folder / "180325" / "001" / "rec001.LM1_ECOG_3.raw.dat"
    browser.set_current(path)
    for fraction, text in ((0.0, recording_text.NO_MASK), (0.25, "25.0 %")):
        browser.set_masked_fraction(path, fraction)
        assert MASKED.text(index_of(browser, "raw.dat").data(ENTRY_ROLE)) == text


def test_file_from_elsewhere_is_listed_beside_the_folder(
    qtbot: QtBot, browser: FileBrowser, folder: Path, tmp_path: Path
) -> None:
    other = write_recording(tmp_path / "a" / "7", samples=marked_samples(2, 50), rec_id="other")
    scan(qtbot, browser, folder)
    with qtbot.waitSignal(browser.scan.finished):
        browser.set_current(other)
    assert list(shown(browser))[-1] == "a / 7"
    assert browser.tree.currentIndex().data(ENTRY_ROLE).path == other
    with qtbot.waitSignal(browser.scan.finished):
        browser.set_folder(folder / "180326")
    assert list(shown(browser)) == ["180326 / 001"]
