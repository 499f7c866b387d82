"""A file browser under test: scanned, clicked, and what its tree shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PyQt6.QtCore import QModelIndex, QPoint, Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.views import theme
from ecogview.views.file_browser import FileBrowser
from ecogview.views.file_model import ENTRY_ROLE
from tests.builders import marked_samples, write_recording

Tree = dict[str, list[str]]


def two_days(tmp_path: Path) -> Path:
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


def made_browser(qtbot: QtBot) -> FileBrowser:
    """A light one of the width that it has beside the traces."""
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]
    made = FileBrowser()
    qtbot.addWidget(made)
    made.resize(276, 420)
    made.show()
    return made


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
