"""The file browser on real widgets: a tree of generated folders, clicks, keys, bad files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.views import theme
from ecogview.views.file_browser import FileBrowser
from ecogview.views.file_model import ENTRY_ROLE
from ecogview.views.file_row import CHANNELS, LENGTH, MASKED, SIZE, FileColumns, name_and_type
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

MOST_AT_ONCE = 100  # files that enter the tree between two frames


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_days(tmp_path)


@pytest.fixture
def browser(qtbot: QtBot) -> Iterator[FileBrowser]:
    made = made_browser(qtbot)
    yield made
    made.close()


# -- what is shown


def test_tree_of_days_and_recordings(qtbot: QtBot, browser: FileBrowser, folder: Path) -> None:
    scan(qtbot, browser, folder)
    assert browser.folder == folder
    assert shown(browser) == {
        "180325 / 001": ["LM1_ECOG_3 clfp", "LM1_ECOG_3 raw"],
        "180325 / 002": ["LM1_ECOG_3 clfp_ds250", "LM1_ECOG_3 lfp"],
        "180326 / 001": ["LM1_ECOG_3 clfp"],
    }
    assert browser.header.note == "5 files"


def test_a_scan_waits_while_something_is_being_opened(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    browser.hold(held=True)
    with qtbot.assertNotEmitted(browser.scan.finished, wait=100):
        browser.set_folder(folder)
    assert not shown(browser)
    with qtbot.waitSignal(browser.scan.finished):
        browser.hold(held=False)
    assert shown(browser)
    with qtbot.assertNotEmitted(browser.scan.finished, wait=100):  # what is known is not owed
        browser.hold(held=True)
        browser.hold(held=False)


@pytest.mark.parametrize(
    ("below", "titles"),
    [
        ("180325", ["180325 / 001", "180325 / 002"]),
        ("180325/002", ["180325 / 002"]),
        ("..", ["set / 180325 / 001", "set / 180325 / 002", "set / 180326 / 001"]),
    ],
)
def test_titles_name_day_and_recording_wherever_one_begins(
    qtbot: QtBot, browser: FileBrowser, folder: Path, below: str, titles: list[str]
) -> None:
    scan(qtbot, browser, (folder / below).resolve())
    assert list(shown(browser)) == titles


def test_facts_are_in_columns_and_below(qtbot: QtBot, browser: FileBrowser, folder: Path) -> None:
    scan(qtbot, browser, folder)
    index = index_of(browser, "clfp.dat")
    entry = index.data(ENTRY_ROLE)
    texts = [column.text(entry) for column in (LENGTH, CHANNELS, SIZE, MASKED)]
    assert texts == ["0:00", "3", "6.0 kB", "13.6 %"]
    browser.tree.setCurrentIndex(index)
    facts, path = browser.facts.text.split("\n")
    assert facts == "clfp, 0:00, 3 channels, 1,000 Hz, 6.0 kB, 13.6 % masked"
    assert path == str(entry.path)
    assert browser.facts.accessibleName() == browser.facts.text
    assert "no mask" in index_of(browser, "raw.dat").data(Qt.ItemDataRole.AccessibleTextRole)


def test_columns_go_by_weight_as_it_gets_narrow(qapp: QApplication) -> None:
    columns = FileColumns()
    kept = [
        [column for column, _ in columns.placed(width, qapp.font())] for width in range(560, 0, -4)
    ]
    assert list(dict.fromkeys(map(tuple, kept))) == [
        (LENGTH, CHANNELS, SIZE, MASKED),
        (LENGTH, CHANNELS, MASKED),
        (LENGTH, MASKED),
        (LENGTH,),
        (),
    ]
    columns.set_wanted(LENGTH, wanted=False)
    assert [column for column, _ in columns.placed(theme.px(276), qapp.font())][-1] is MASKED


@pytest.mark.parametrize("name", ["LM1_ECOG_3", "LM1_AN_ECOG_ARRAY_OF_244_CHANNELS"])
def test_the_name_of_a_drive_gives_way_to_the_type(qapp: QApplication, name: str) -> None:
    font = qapp.font()
    types = ("clfp", "clfp_ds250", "clfp_ds250_fl0u10")
    room = QFontMetrics(font).horizontalAdvance(types[-1]) + theme.px(60)
    for rec_type in types:
        shown, shown_type = name_and_type(room, name, rec_type, font, font)
        assert shown_type == rec_type
        assert shown == name or "…" in shown[1:-1]
    width = QFontMetrics(font).horizontalAdvance(name + types[-1]) + theme.px(60)
    assert name_and_type(width, name, types[-1], font, font) == (name, types[-1])


def test_what_cannot_be_opened_is_named_but_not_opened(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    index = index_of(browser, "lfp.dat", "180325 / 002")
    problem = index.data(ENTRY_ROLE).problem
    assert problem in index.data(Qt.ItemDataRole.ToolTipRole)
    with qtbot.assertNotEmitted(browser.open_requested):
        click(qtbot, browser, index)
        press(qtbot, browser, Qt.Key.Key_Return)
    assert browser.tree.currentIndex() == index
    assert problem in browser.facts.text


def test_markup_in_a_name_is_shown_as_it_is(
    qtbot: QtBot, browser: FileBrowser, tmp_path: Path
) -> None:
    (tmp_path / "<b>bold & new\nline.dat").touch()
    scan(qtbot, browser, tmp_path)
    index = index_of(browser, "line.dat")
    assert index.data() == "<b>bold & new\\nline.dat"
    assert "&lt;b&gt;bold &amp; new\\nline" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_empty_gone_and_no_folder_say_so(
    qtbot: QtBot, browser: FileBrowser, tmp_path: Path
) -> None:
    assert "Open a folder" in browser.hint
    (tmp_path / "empty").mkdir()
    scan(qtbot, browser, tmp_path / "empty")
    assert str(tmp_path / "empty") in browser.hint
    scan(qtbot, browser, tmp_path / "gone")
    assert browser.hint == ""
    gone = browser.tree.model().index(0, 0)
    entry = browser.tree.model().index(0, 0, gone).data(ENTRY_ROLE)
    assert "cannot be read" in entry.problem


def test_several_recordings_in_one_folder_are_told_apart(
    qtbot: QtBot, browser: FileBrowser, tmp_path: Path
) -> None:
    for rec_id in ("rec10", "rec9"):
        write_recording(tmp_path, samples=marked_samples(2, 50), rec_id=rec_id)
    scan(qtbot, browser, tmp_path)
    model = browser.tree.model()
    names = [model.index(row, 0, model.index(0, 0)).data() for row in range(2)]
    assert names == ["rec9.LM1_ECOG_3", "rec10.LM1_ECOG_3"]


# -- filter, scanning again


def test_filter_shows_what_holds_every_word(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    browser.tree.collapseAll()
    browser.tree.expand(index_of(browser, "180325 / 002"))
    qtbot.keyClicks(browser.filter_field, "180325 CLFP")
    assert shown(browser) == {
        "180325 / 001": ["LM1_ECOG_3 clfp"],
        "180325 / 002": ["LM1_ECOG_3 clfp_ds250"],
    }
    assert browser.tree.isExpanded(index_of(browser, "180325 / 001"))
    qtbot.keyClicks(browser.filter_field, " nowhere")
    assert shown(browser) == {}
    assert "words" in browser.hint
    qtbot.keyClick(browser.filter_field, Qt.Key.Key_Escape)
    assert len(shown(browser)) == 3
    assert not browser.tree.isExpanded(index_of(browser, "180325 / 001"))
    assert browser.tree.isExpanded(index_of(browser, "180325 / 002"))


def test_filter_holds_while_files_come_and_go(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    browser.filter_field.setText("lfp_ds")
    assert shown(browser) == {"180325 / 002": ["LM1_ECOG_3 clfp_ds250"]}
    more = folder / "180326" / "001"
    write_recording(more, samples=marked_samples(3, 500), rec_type="clfp_ds250")
    (folder / "180325" / "002" / "rec002.LM1_ECOG_3.clfp_ds250.dat").unlink()
    scan(qtbot, browser, folder)
    assert shown(browser) == {"180326 / 001": ["LM1_ECOG_3 clfp_ds250"]}
    assert browser.tree.isExpanded(index_of(browser, "180326 / 001"))


def test_f5_scans_again_and_keeps_what_is_folded(
    qtbot: QtBot, browser: FileBrowser, folder: Path
) -> None:
    scan(qtbot, browser, folder)
    browser.tree.collapse(index_of(browser, "180325 / 002"))
    browser.tree.setCurrentIndex(index_of(browser, "raw.dat"))
    for path in (folder / "180326" / "001").iterdir():
        path.unlink()
    (folder / "180325" / "002" / "rec002.LM1_ECOG_3.lfp.dat").unlink()
    write_recording(folder / "180324" / "001", samples=marked_samples(2, 50))
    write_recording(
        folder / "180325" / "001", samples=marked_samples(3, 500), rec_type="clfp_ds250"
    )
    with qtbot.waitSignal(browser.scan.finished):
        press(qtbot, browser, Qt.Key.Key_F5)
    assert shown(browser) == {
        "180324 / 001": ["LM1_ECOG_3 clfp"],
        "180325 / 001": ["LM1_ECOG_3 clfp", "LM1_ECOG_3 clfp_ds250", "LM1_ECOG_3 raw"],
        "180325 / 002": ["LM1_ECOG_3 clfp_ds250"],
    }
    assert browser.tree.isExpanded(index_of(browser, "180325 / 001"))
    assert not browser.tree.isExpanded(index_of(browser, "180325 / 002"))
    assert browser.tree.currentIndex() == index_of(browser, "raw.dat")


def test_folder_button_asks_for_a_folder(qtbot: QtBot, browser: FileBrowser) -> None:
    with qtbot.waitSignal(browser.folder_requested):
        browser.header.buttons[0].click()


# -- many


def test_500_recordings_enter_by_batches_and_their_folders_together(
    qtbot: QtBot, browser: FileBrowser, tmp_path: Path
) -> None:
    for day in range(10):
        for number in range(25):
            at = tmp_path / f"1803{day:02}" / f"{number:03}"
            at.mkdir(parents=True)
            for rec_type in ("clfp", "raw"):
                (at / f"rec{number:03}.LM1_ECOG_3.{rec_type}.dat").touch()
    batches: list[int] = []
    folders: list[int] = []
    browser.scan.found.connect(lambda entries: batches.append(len(entries)))
    browser.tree.model().sourceModel().rowsInserted.connect(
        lambda parent, first, last: parent.isValid() or folders.append(last - first + 1)
    )
    scan(qtbot, browser, tmp_path)
    assert browser.header.note == "500 files"
    assert sum(batches) == 1000  # names, then that they are empty
    assert max(batches) <= MOST_AT_ONCE
    assert sum(folders) == 250
    assert len(folders) <= len(batches)


def test_model_keeps_qts_rules(qtbot: QtBot, browser: FileBrowser, folder: Path) -> None:
    proxy = browser.tree.model()
    testers = [
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        for model in (proxy, proxy.sourceModel())
    ]
    scan(qtbot, browser, folder)
    browser.filter_field.setText("lfp")
    browser.filter_field.setText("")
    (folder / "180325" / "002" / "rec002.LM1_ECOG_3.lfp.dat").unlink()
    write_recording(folder / "180324" / "001", samples=marked_samples(2, 50))
    scan(qtbot, browser, folder)
    assert len(shown(browser)) == 4
    del testers
