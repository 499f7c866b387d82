"""The scan of a folder tree: what it finds, what it leaves alone, how it ends."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.data.mask_elsewhere import entry_of, forget_elsewhere, remember_elsewhere
from ecogview.services import folder_scan
from ecogview.services.folder_scan import FolderScan, RecordingEntry
from ecogview.services.recording_walk import natural_key
from tests.builders import marked_samples, write_recording

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file kinds")


class Scanned:
    """A scan and everything it has said."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.scan = FolderScan()
        self.batches: list[tuple[RecordingEntry, ...]] = []
        self.listed: list[frozenset[Path]] = []
        self.threads: set[int] = set()
        self.scan.found.connect(self._on_found)
        self.scan.listed.connect(self.listed.append)

    def _on_found(self, entries: tuple[RecordingEntry, ...]) -> None:
        self.threads.add(threading.get_ident())
        self.batches.append(entries)

    def run(self, folder: Path | None, *files: Path) -> dict[str, RecordingEntry]:
        """Scan to the end; what is known of each file then, by name."""
        self.batches.clear()
        with self.qtbot.waitSignal(self.scan.finished):
            self.scan.request(folder, files)
        return {entry.path.name: entry for batch in self.batches for entry in batch}

    def names(self) -> list[str]:
        """Names in the order in which they were first told."""
        return list(dict.fromkeys(entry.path.name for batch in self.batches for entry in batch))


@pytest.fixture
def scanned(qtbot: QtBot) -> Iterator[Scanned]:
    made = Scanned(qtbot)
    yield made
    made.scan.close()


def flags(n: int, *bad: int) -> np.ndarray:
    made = np.zeros(n, bool)
    made[list(bad)] = True
    return made


def test_facts_of_a_recording_and_its_mask(scanned: Scanned, tmp_path: Path) -> None:
    mask = {"hf": flags(1500, 0, 1, 2), "sat": flags(1500, 2, 3), "ch": flags(3)}
    path = write_recording(tmp_path / "180325" / "001", samples=marked_samples(3, 1500), mask=mask)
    entry = scanned.run(tmp_path)[path.name]
    assert (entry.name, entry.rec_type, entry.rec_id) == ("LM1_ECOG_3", "clfp", "rec001")
    assert (entry.n_channels, entry.n_samples, entry.sampling_rate) == (3, 1500, 1000)
    assert (entry.duration_s, entry.n_bytes) == (1.5, 3 * 1500 * 4)
    assert (entry.has_mask, entry.masked_fraction) == (True, 4 / 1500)
    assert entry.can_open
    assert scanned.threads == {threading.get_ident()}


def test_names_come_before_facts(scanned: Scanned, tmp_path: Path) -> None:
    for number in range(3):
        write_recording(tmp_path / f"{number}", samples=marked_samples(2, 50))
    scanned.run(tmp_path)
    first = scanned.batches[0]
    assert [entry.n_samples for entry in first] == [None] * 3
    assert [entry.n_bytes for entry in first] == [400] * 3
    assert scanned.listed == [frozenset(entry.path for entry in first)]


def test_four_part_names_and_filtered_files_find_their_masks(
    scanned: Scanned, tmp_path: Path
) -> None:
    mask = {"hf": flags(1000, *range(250)), "sat": flags(1000), "ch": flags(2)}
    samples = marked_samples(2, 1000)
    write_recording(tmp_path, samples=samples, rec_type="part.clfp", mask=mask)
    write_recording(tmp_path, samples=samples, rec_type="clfp_ds250", mask=mask)
    write_recording(tmp_path, samples=samples, rec_type="clfp_ds250_fl0u10")
    found = scanned.run(tmp_path)
    assert found["rec001.LM1_ECOG_3.part.clfp.dat"].name == "LM1_ECOG_3.part"
    assert {entry.masked_fraction for entry in found.values()} == {0.25}


def test_what_cannot_be_opened_says_why(scanned: Scanned, tmp_path: Path) -> None:
    good = write_recording(tmp_path, samples=marked_samples(2, 50))
    (tmp_path / "notes.dat").write_text("mine")
    (tmp_path / "rec001.LM1_ECOG_3.lfp.dat").touch()
    (tmp_path / "rec002.LM1_ECOG_3.clfp.dat").write_bytes(b"1234")
    found = scanned.run(tmp_path)
    assert found[good.name].can_open
    bad = {name: entry.problem for name, entry in found.items() if not entry.can_open}
    assert set(bad) == {
        "notes.dat", "rec001.LM1_ECOG_3.lfp.dat", "rec002.LM1_ECOG_3.clfp.dat",
    }  # fmt: skip
    assert all(bad.values())


def test_unreadable_mask_does_not_make_a_recording_unopenable(
    scanned: Scanned, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 50))
    path.with_name("rec001.LM1_ECOG_3.clfp.mask.pkl").write_bytes(b"garbage")
    entry = scanned.run(tmp_path)[path.name]
    assert entry.can_open
    assert entry.mask_problem
    assert (entry.has_mask, entry.masked_fraction) == (True, None)


def test_no_mask_is_not_zero_percent(scanned: Scanned, tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 50))
    entry = scanned.run(tmp_path)[path.name]
    assert (entry.has_mask, entry.masked_fraction) == (False, None)


def test_order_is_natural_and_hidden_folders_are_left_out(scanned: Scanned, tmp_path: Path) -> None:
    for number in (10, 9, 1):
        folder = tmp_path / f"day{number}"
        write_recording(folder, samples=marked_samples(2, 50), rec_id=f"rec{number}")
    write_recording(tmp_path / ".trash", samples=marked_samples(2, 50))
    scanned.run(tmp_path)
    assert [name.split(".")[0] for name in scanned.names()] == ["rec1", "rec9", "rec10"]


@posix_only
def test_links_to_folders_above_end(scanned: Scanned, tmp_path: Path) -> None:
    write_recording(tmp_path / "001", samples=marked_samples(2, 50))
    (tmp_path / "001" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "001" / "self").symlink_to(".", target_is_directory=True)
    (tmp_path / "broken.dat").symlink_to(tmp_path / "nowhere")
    found = scanned.run(tmp_path)
    assert len(scanned.listed[-1]) == 2
    assert not found["broken.dat"].can_open


@posix_only
def test_fifos_do_not_block(scanned: Scanned, tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=marked_samples(2, 50))
    os.mkfifo(tmp_path / "rec001.LM1_ECOG_3.lfp.dat")
    os.mkfifo(tmp_path / "rec001.LM1_ECOG_3.clfp.mask.pkl")
    found = scanned.run(tmp_path)
    assert not found["rec001.LM1_ECOG_3.lfp.dat"].can_open
    assert found[path.name].can_open
    assert found[path.name].mask_problem


def test_unreadable_folder_is_an_entry_among_the_others(
    scanned: Scanned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_recording(tmp_path / "001", samples=marked_samples(2, 50))
    (tmp_path / "002").mkdir()
    real = os.scandir

    def refused(folder: Path) -> object:
        if folder == tmp_path / "002":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(folder_scan.os, "scandir", refused)
    found = scanned.run(tmp_path)
    assert found["002"].problem == "cannot be read: Permission denied"
    assert len(found) == 2


def test_folder_that_is_gone(scanned: Scanned, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    found = scanned.run(gone)
    assert found["gone"].path == found["gone"].folder == gone
    assert "cannot be read" in found["gone"].problem
    assert not found["gone"].can_open


def test_single_files_beside_a_folder(scanned: Scanned, tmp_path: Path) -> None:
    inside = write_recording(tmp_path / "a", samples=marked_samples(2, 50))
    outside = write_recording(tmp_path / "b", samples=marked_samples(2, 60), rec_id="rec002")
    found = scanned.run(tmp_path / "a", inside, outside)
    assert scanned.names() == [inside.name, outside.name]
    assert found[outside.name].n_samples == 60


def test_too_many_recordings_are_cut_and_said(
    scanned: Scanned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_scan, "MAX_RECORDINGS", 3)
    for number in range(5):
        (tmp_path / f"rec{number}.A.clfp.dat").touch()
    found = scanned.run(tmp_path)
    assert len(found) == 4
    assert "more than 3 recordings" in found[tmp_path.name].problem


def test_scanning_again_opens_only_what_has_changed(
    scanned: Scanned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = marked_samples(2, 1000)
    mask = {"hf": flags(1000, 5), "sat": flags(1000), "ch": flags(2)}
    kept = write_recording(tmp_path, samples=samples, mask=mask)
    marked = write_recording(tmp_path, samples=samples, rec_id="rec002", mask=mask)
    mended = write_recording(tmp_path, samples=samples, rec_id="rec003")
    description = tmp_path / "rec003.experiment.json"
    text = description.read_text()
    description.write_text("not JSON")
    assert not scanned.run(tmp_path)[mended.name].can_open

    opened: list[Path] = []
    real = folder_scan.open_recording
    monkeypatch.setattr(
        folder_scan, "open_recording", lambda path: opened.append(path) or real(path)
    )
    description.write_text(text)
    mask["hf"][:100] = True
    write_recording(tmp_path, samples=samples, rec_id="rec002", mask=mask)
    found = scanned.run(tmp_path)
    assert opened == [marked, mended]
    assert found[kept.name].masked_fraction == 0.001
    assert found[marked.name].masked_fraction == 0.1
    assert found[mended.name].can_open
    assert scanned.batches[0][0].masked_fraction == 0.001  # known at once


def test_newest_request_wins(
    scanned: Scanned, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write_recording(tmp_path / "old", samples=marked_samples(2, 50), rec_id="old")
    new = write_recording(tmp_path / "new", samples=marked_samples(2, 50), rec_id="new")
    reached, go_on = threading.Event(), threading.Event()
    real = folder_scan.open_recording

    def held(path: Path) -> object:
        if path == old:
            reached.set()
            assert go_on.wait(5)
        return real(path)

    monkeypatch.setattr(folder_scan, "open_recording", held)
    scanned.scan.request(tmp_path / "old")
    assert reached.wait(5)
    with qtbot.waitSignal(scanned.scan.finished):
        scanned.scan.request(tmp_path / "new")
        go_on.set()
    assert scanned.names() == [new.name]
    assert scanned.listed == [frozenset({new})]


def test_closing_gives_up_and_says_no_more(
    scanned: Scanned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        (tmp_path / f"rec{number}.A.clfp.dat").touch()
    reached, go_on = threading.Event(), threading.Event()
    looked_at: list[Path] = []

    def held(path: Path) -> object:
        looked_at.append(path)
        reached.set()
        assert go_on.wait(5)
        raise folder_scan.RecordingError(path, "is held")

    monkeypatch.setattr(folder_scan, "open_recording", held)
    scanned.scan.request(tmp_path)
    assert reached.wait(5)
    threading.Timer(0.05, go_on.set).start()
    scanned.scan.close()
    assert len(looked_at) == 1
    scanned.scan.close()
    scanned.scan.request(tmp_path)
    QCoreApplication.processEvents()
    assert not scanned.batches


def test_nothing_is_written(scanned: Scanned, tmp_path: Path) -> None:
    mask = {"hf": flags(50), "sat": flags(50), "ch": flags(2)}
    write_recording(tmp_path, samples=marked_samples(2, 50), mask=mask)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path, *tmp_path.iterdir())}
    scanned.run(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path, *tmp_path.iterdir())} == before


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=6))
def test_natural_order_is_that_of_the_numbers(numbers: list[int]) -> None:
    names = [f"rec{number}.dat" for number in numbers]
    assert sorted(names, key=natural_key) == [f"rec{number}.dat" for number in sorted(numbers)]


@given(st.lists(st.text(max_size=8), max_size=8))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    once = sorted(names, key=natural_key)
    assert sorted(once, key=natural_key) == once


# -- masks that are not beside their recording


def test_a_mask_kept_elsewhere_counts_and_its_changes_are_seen(
    scanned: Scanned, tmp_path: Path
) -> None:
    day, place = tmp_path / "day", tmp_path / "elsewhere.pkl"
    path = write_recording(day, samples=marked_samples(2, 1000))
    assert scanned.run(day)[path.name].has_mask is False
    ecogview.write_mask(place, {"hf": flags(1000, 0), "sat": flags(1000), "ch": flags(2)})
    remember_elsewhere(path, place)
    entry = scanned.run(day)[path.name]
    assert (entry.has_mask, entry.masked_fraction) == (True, 1 / 1000)
    assert entry.mask_elsewhere == place
    ecogview.write_mask(place, {"hf": flags(1000, 0, 1), "sat": flags(1000), "ch": flags(2)})
    assert scanned.run(day)[path.name].masked_fraction == 2 / 1000
    place.unlink()
    gone = scanned.run(day)[path.name]
    assert gone.has_mask
    assert "does not exist" in gone.mask_problem
    assert gone.mask_elsewhere == place
    entry_of(path).write_bytes(b"{")
    assert "is not JSON" in scanned.run(day)[path.name].mask_problem
    forget_elsewhere(path)
    assert scanned.run(day)[path.name].has_mask is False
