"""The file browser on real widgets: a tree of generated folders, clicks, keys, bad files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QModelIndex, QPoint, Qt
from PyQt6.QtGui import QFontMetrics, QKeySequence, QShortcut
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ecogview.views import recording_text, theme
from ecogview.views.file_browser import FileBrowser
from ecogview.views.file_model import ENTRY_ROLE
from ecogview.views.file_row import CHANNELS, LENGTH, MASKED, SIZE, FileColumns, name_and_type
from tests.builders import marked_samples, write_recording

MOST_AT_ONCE = 100  # files that enter the tree between two frames
Tree = dict[str, list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two days, three recordings, five files; one of them is empty."""
    root = tmp_path / "set"
    mask = {"hf": np.arange(500) < 68, "sat": np.zeros(500, bool), "ch": np.zeros(3, bool)}
    first = root / "180325" / "001"
    write_recording(first, samples=marked_samples(3, 500), mask=mask)
    write_recording(first, samples=marked_samples(3, 900), rec_type="raw", sampling_rate=30)
    second = root / "180325" / "002"
    write_recording(second, samples=marked_samples(3, 250), rec_id="rec002", rec_type="clfp_ds250")
    (second / "rec002.LM1_ECOG_3.lfp.dat").touch()
    write_recording(root / "180326" / "001", samples=marked_samples(3, 500))
    return root


@pytest.fixture
def browser(qtbot: QtBot) -> Iterator[FileBrowser]:
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]
    made = FileBrowser()
    qtbot.addWidget(made)
    made.resize(276, 420)
    made.show()
    yield made
    made.close()


def scan(qtbot: QtBot, browser: FileBrowser, folder: Path) -> None:
    with qtbot.waitSignal(browser.scan.finished):
        browser.set_folder(folder)


def shown(browser: FileBrowser) -> Tree:
    """What the tree holds: names and types by the titles of the folders."""
    model = browser.tree.model()
    tree: Tree = {}
    for row in range(model.rowCount()):
        parent = model.index(row, 0)
        files = [model.index(i, 0, parent).data(ENTRY_ROLE) for i in range(model.rowCount(parent))]
        tree[parent.data()] = [f"{entry.name} {entry.rec_type}" for entry in files]
    return tree


def index_of(browser: FileBrowser, name: str, group: str = "") -> QModelIndex:
    """Index of the file whose name ends so, or of a folder."""
    model = browser.tree.model()
    for row in range(model.rowCount()):
        parent = model.index(row, 0)
        if parent.data() == name:
            return parent
        for child in range(model.rowCount(parent)):
            index = model.index(child, 0, parent)
            entry = index.data(ENTRY_ROLE)
            if entry.path.name.endswith(name) and parent.data().startswith(group):
                return index
    raise AssertionError(name)


def click(qtbot: QtBot, browser: FileBrowser, index: QModelIndex) -> None:
    place = browser.tree.visualRect(index)
    assert place.isValid()
    qtbot.mouseClick(
        browser.tree.viewport(), Qt.MouseButton.LeftButton, pos=place.topLeft() + QPoint(40, 8)
    )


def press(qtbot: QtBot, browser: FileBrowser, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(browser.tree, key)


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


# -- opening and moving


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
    for fraction, shown in ((0.0, recording_text.NO_MASK), (0.25, "25.0 %")):
        browser.set_masked_fraction(path, fraction)
        assert MASKED.text(index_of(browser, "raw.dat").data(ENTRY_ROLE)) == shown


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


# -- words


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (99_949, "99.9 kB"), (99_950, "100 kB"),
        (999_499, "999 kB"), (999_500, "1.0 MB"), (1_787_336_000, "1.8 GB"),
        (26_810_040_000, "26.8 GB"), (10**12, "1.0 TB"), (5 * 10**15, "5000 TB"),
    ],
)  # fmt: skip
def test_sizes(n_bytes: int, text: str) -> None:
    assert recording_text.format_size(n_bytes) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0, "0.0 %"), (1e-9, "<0.1 %"), (0.0005, "0.1 %"), (0.136, "13.6 %"),
        (0.9996, ">99.9 %"), (1, "100 %"),
    ],
)  # fmt: skip
def test_percents(fraction: float, text: str) -> None:
    assert recording_text.format_percent(fraction) == text
