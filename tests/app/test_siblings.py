"""Marks carried to the other files of a recording, as a user does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app.viewer import Viewer
from ecogview.data.mask_elsewhere import mask_elsewhere
from ecogview.views.sibling_row import LOOKING, SiblingRow
from ecogview.views.siblings_dialog import SiblingsDialog
from tests.app.safe_desk import bench_of
from tests.builders import marked_samples, write_recording
from tests.read_only import read_only

SECONDS = 20
RATES = {"raw": 30_000, "clfp": 1000, "clfp_ds250": 250, "clfp_ds250_fl0u10": 250}


def mask_of(n_samples: int, *, hf: tuple[int, int], ch: int) -> dict[str, np.ndarray]:
    mask = {key: np.zeros(n_samples, bool) for key in ("hf", "sat")}
    mask["hf"][slice(*hf)] = True
    return {**mask, "ch": np.arange(4) == ch}


class Desk:
    """A window on the clfp file of a recording with four files, and the dialog."""

    def __init__(self, viewer: Viewer, folder: Path, qtbot: QtBot) -> None:
        self.viewer, self.folder, self.qtbot = viewer, folder, qtbot
        self.bench = bench_of(viewer)
        viewer.mark_channel("E05")
        viewer.mark_span(5.001, 6.003)

    def ask(self) -> SiblingsDialog:
        self.bench.actions["carry_marks"].trigger()
        dialog = self.viewer.main_window.findChild(SiblingsDialog)
        assert dialog is not None
        self.qtbot.waitUntil(lambda: bool(dialog.rows))
        self.settle()
        return dialog

    @property
    def dialog(self) -> SiblingsDialog:
        return self.bench.siblings.dialog

    def settle(self) -> None:
        """Until what would change is known of each file."""
        rows = self.dialog.rows
        self.qtbot.waitUntil(
            lambda: all(row.change_label.text() != LOOKING for row in rows.values())
        )

    def row(self, rec_type: str) -> SiblingRow:
        return next(
            row for path, row in self.dialog.rows.items() if path.name.endswith(f"{rec_type}.dat")
        )

    def click(self, button: QAbstractButton) -> None:
        # A box or circle is clicked where it is drawn; the middle of its text would do as well.
        at = button.rect().center()
        at.setX(min(at.x(), 10))
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=at)

    def carry(self) -> None:
        self.qtbot.waitUntil(self.dialog.carry_button.isEnabled)
        self.click(self.dialog.carry_button)
        self.finish()

    def finish(self) -> None:
        self.qtbot.waitUntil(lambda: self.bench.siblings._n_saving == 0)
        self.settle()

    def mask(self, rec_type: str) -> Path:
        return self.folder / f"rec001.LM1_ECOG_3.{rec_type}.mask.pkl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "day"


@pytest.fixture
def desk(show: Callable[..., Viewer], folder: Path, qtbot: QtBot) -> Desk:
    for rec_type, rate in RATES.items():
        path = write_recording(folder, samples=marked_samples(4, SECONDS * rate), rec_type=rec_type)
        if rec_type == "clfp":
            clfp = path
    ds250 = mask_of(SECONDS * 250, hf=(250, 500), ch=3)
    ecogview.write_mask(folder / "rec001.LM1_ECOG_3.clfp_ds250.mask.pkl", ds250)
    return Desk(show(clfp), folder, qtbot)


def test_it_shows_what_would_change(desk: Desk) -> None:
    dialog = desk.ask()
    assert [path.name.split(".")[2] for path in dialog.rows] == ["clfp_ds250", "raw"]
    assert "rec001.LM1_ECOG_3.clfp.dat" in dialog.from_label.text()
    ds250, raw = desk.row("clfp_ds250"), desk.row("raw")
    assert "clfp_ds250_fl0u10" in ds250.box.text()
    # 5.001 to 6.003 s are samples 1250.25 to 1500.75: rounded outwards 251 samples.
    assert ds250.change_label.text() == "1 span added (1.0 s), 1 channel bad"
    assert ds250.plan is not None
    assert list(ds250.plan.carried.added) == [(1250, 1501)]
    assert "join the 1 span and 1 bad channel there" in ds250.note_label.text()
    assert "There is no mask yet" in raw.note_label.text()
    assert "The lab's scripts read no mask for raw." in raw.note_label.text()
    # Ticked by itself is only what the lab's scripts obey.
    assert [ds250.box.isChecked(), raw.box.isChecked()] == [True, False]
    assert dialog.carry_button.text() == "Carry to 1 file"
    assert not desk.mask("raw").exists()


def test_marks_join_those_there(desk: Desk) -> None:
    desk.ask()
    first = desk.mask("clfp_ds250").read_bytes()
    desk.click(desk.row("raw").box)
    assert desk.dialog.carry_button.text() == "Carry to 2 files"
    desk.carry()
    held = ecogview.read_mask(desk.mask("clfp_ds250"))
    assert np.flatnonzero(held["hf"]).tolist() == [*range(250, 500), *range(1250, 1501)]
    assert np.flatnonzero(held["manual"]).tolist() == list(range(1250, 1501))
    assert held["ch"].tolist() == [False, False, True, True]
    assert desk.mask("clfp_ds250").with_name(
        desk.mask("clfp_ds250").name + ".bak"
    ).read_bytes() == first  # fmt: skip
    raw = ecogview.read_mask(desk.mask("raw"))
    assert np.flatnonzero(np.diff(raw["hf"].astype(int))).tolist() == [150_029, 180_089]
    for rec_type in ("clfp_ds250", "raw"):
        row = desk.row(rec_type)
        assert row.result_label.text().startswith("Saved: 1 span added (1.0 s), 1 channel bad")
        assert row.change_label.text() == "Nothing would change there"
    assert not desk.dialog.carry_button.isEnabled()
    assert desk.viewer.is_modified  # its own marks are saved by itself


def test_marks_take_the_place_of_those_there_when_told_so(desk: Desk) -> None:
    desk.ask()
    desk.click(desk.dialog.replace_button)
    desk.settle()
    row = desk.row("clfp_ds250")
    assert "take the place of those there (1 span and 1 bad channel there)" in row.note_label.text()
    assert row.change_label.text() == "1 span added (1.0 s), 1 channel bad, 1 good"
    desk.click(desk.dialog.detected_box)
    desk.settle()
    assert row.change_label.text() == (
        "1 span added (1.0 s), 1 removed (1.0 s), 1 channel bad, 1 good"
    )
    desk.carry()
    held = ecogview.read_mask(desk.mask("clfp_ds250"))
    assert np.flatnonzero(held["hf"]).tolist() == list(range(1250, 1501))
    assert held["ch"].tolist() == [False, False, True, False]


def test_the_preview_follows_the_marks(desk: Desk) -> None:
    desk.ask()
    desk.viewer.mark_span(10.0, 12.0)
    assert not desk.dialog.carry_button.isEnabled()
    desk.settle()
    assert desk.row("raw").change_label.text() == "2 spans added (3.0 s), 1 channel bad"
    desk.carry()
    assert ecogview.read_mask(desk.mask("clfp_ds250"))["hf"][2500:3000].all()


def test_a_mask_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    desk.ask()
    theirs = mask_of(SECONDS * 250, hf=(0, 25), ch=0)
    ecogview.write_mask(desk.mask("clfp_ds250"), theirs)
    before = desk.mask("clfp_ds250").read_bytes()
    desk.carry()
    row = desk.row("clfp_ds250")
    assert row.result_label.text().startswith("Not saved: ")
    assert "changed since it was read" in row.result_label.text()
    assert desk.mask("clfp_ds250").read_bytes() == before
    desk.qtbot.waitUntil(lambda: row.plan is not None and row.plan.onto.bad_channels[0])
    desk.carry()
    held = ecogview.read_mask(desk.mask("clfp_ds250"))
    assert held["ch"].tolist() == [True, False, True, False]
    assert np.flatnonzero(held["hf"]).tolist() == [*range(25), *range(1250, 1501)]


def test_in_a_read_only_folder_masks_are_kept_elsewhere(desk: Desk) -> None:
    desk.ask()
    with read_only(desk.folder):
        desk.carry()
        row = desk.row("clfp_ds250")
        assert row.result_label.text().startswith("Not saved: ")
        assert desk.dialog.elsewhere_button.isVisible()
        desk.qtbot.waitUntil(desk.dialog.elsewhere_button.isEnabled)
        desk.click(desk.dialog.elsewhere_button)
        desk.finish()
        filtered = next(desk.folder.glob("*fl0u10.dat"))
        place = mask_elsewhere(filtered)
        assert place is not None
        assert row.result_label.text().startswith(f"Saved in {place.parent}")
        assert ecogview.DataFile(filtered).bad_channels == ["E05", "E07"]
        # What is carried there next is saved where it is kept now.
        desk.viewer.mark_channel("E01")
        desk.settle()
        desk.carry()
    assert ecogview.read_mask(place)["ch"].tolist() == [True, False, True, True]


def test_what_cannot_be_carried_to_says_why(desk: Desk) -> None:
    desk.mask("clfp_ds250").write_bytes(b"garbage")
    raw = next(desk.folder.glob("*.raw.dat"))
    raw.write_bytes(b"")
    dialog = desk.ask()
    rows = [desk.row(rec_type) for rec_type in ("clfp_ds250", "raw")]
    desk.qtbot.waitUntil(lambda: not any(row.box.isEnabled() for row in rows))
    assert all(row.change_label.text().startswith("Not possible: ") for row in rows)
    assert not dialog.carry_button.isEnabled()


def test_a_recording_alone_says_so(show: Callable[..., Viewer], folder: Path, qtbot: QtBot) -> None:
    viewer = show(write_recording(folder, samples=marked_samples(4, 3000)))
    bench_of(viewer)
    viewer._bench.actions["carry_marks"].trigger()
    label = viewer._bench.siblings.dialog.state_label
    qtbot.waitUntil(lambda: "no other files" in label.text())


def test_an_array_has_no_other_files(show: Callable[..., Viewer], qtbot: QtBot) -> None:
    viewer = show(marked_samples(3, 2000), sampling_rate=500.0)
    bench_of(viewer)
    viewer._bench.actions["carry_marks"].trigger()
    label = viewer._bench.siblings.dialog.state_label
    qtbot.waitUntil(lambda: "not named like a recording" in label.text())


def test_another_recording_closes_the_dialog(desk: Desk, tmp_path: Path) -> None:
    dialog = desk.ask()
    other = write_recording(tmp_path / "other", samples=marked_samples(4, 3000), rec_id="rec002")
    desk.viewer.save_mask()
    desk.viewer.open(other)
    desk.qtbot.waitUntil(lambda: not dialog.isVisible())


def test_the_window_closes_while_marks_are_saved(desk: Desk) -> None:
    desk.ask()
    desk.qtbot.waitUntil(desk.dialog.carry_button.isEnabled)
    desk.click(desk.dialog.carry_button)
    desk.viewer.close()  # joins the thread: what was begun is finished
    assert ecogview.read_mask(desk.mask("clfp_ds250"))["ch"].sum() == 2
