"""Leaving with marks that are not saved: waited for, asked about once, told why not, resumed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app import leaving, saving
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.data.mask_elsewhere import mask_elsewhere
from tests.app.safe_desk import (
    HF,
    MASK_NAME,
    THEIRS,
    Said,
    bench_of,
    masked,
    refuse,
    saved_by_another,
)
from tests.app.windows import a_recording
from tests.read_only import read_only


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    return tmp_path / MASK_NAME


@pytest.fixture
def viewer(show: Callable[..., Viewer], tmp_path: Path) -> Viewer:
    viewer = show(a_recording(tmp_path, mask=masked(hf=HF)))
    bench_of(viewer)
    viewer.mark_span(5.0, 6.0)
    return viewer


@pytest.fixture
def bench(viewer: Viewer) -> Workbench:
    return viewer._bench


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The recordings asked about; the answer is "save"."""
    names: list[str] = []
    monkeypatch.setattr(
        leaving, "ask_about_unsaved", lambda _parent, name, _copy: names.append(name) or "save"
    )
    return names


def closings(bench: Workbench) -> list[bool]:
    closed: list[bool] = []
    bench.window.closed.connect(lambda: closed.append(True))
    return closed


def answer(qtbot: QtBot, bench: Workbench, word: str) -> None:
    versions = bench.safekeeping.versions
    qtbot.waitUntil(lambda: versions.dialog is not None)
    versions.dialog.buttons[word].click()
    qtbot.waitUntil(lambda: versions.dialog is None and not bench.saving.is_at_work)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Saves wait for it."""
    go_on, save = threading.Event(), saving.save_tracks
    monkeypatch.setattr(
        saving, "save_tracks", lambda *args, **kwargs: go_on.wait(5) and save(*args, **kwargs)
    )
    return go_on


def test_closing_waits_for_the_save_that_is_under_way(
    bench: Workbench, qtbot: QtBot, asked: list[str], slow: threading.Event, mask: Path
) -> None:
    closed, said = closings(bench), Said(bench)
    bench.actions["save_mask"].trigger()
    bench.actions["quit"].trigger()
    assert said.texts[-1].startswith("Waiting until the mask is saved")
    assert closed == []
    slow.set()
    qtbot.waitUntil(lambda: bool(closed))
    assert asked == []
    assert ecogview.read_mask(mask)["hf"].sum() == 2000


def test_who_asks_again_is_not_kept_waiting(
    bench: Workbench, qtbot: QtBot, asked: list[str], slow: threading.Event
) -> None:
    closed = closings(bench)
    bench.saving.save()
    bench.window.close()
    bench.window.close()
    assert len(asked) == 1
    assert closed == []
    slow.set()
    qtbot.waitUntil(lambda: bool(closed))


def test_a_conflict_of_that_save_is_answered_first(
    bench: Workbench, qtbot: QtBot, asked: list[str], mask: Path
) -> None:
    closed = closings(bench)
    saved_by_another(mask, sat=THEIRS)
    bench.saving.save()
    bench.window.close()
    answer(qtbot, bench, "theirs")
    qtbot.waitUntil(lambda: bool(closed))
    assert asked == []


@pytest.mark.parametrize("saves_by_itself", [False, True])
def test_nothing_is_asked_with_nothing_unsaved(
    bench: Workbench, qtbot: QtBot, asked: list[str], mask: Path, saves_by_itself: bool
) -> None:
    closed = closings(bench)
    bench.safekeeping.autosaving.choose("file" if saves_by_itself else "journal")
    saved_by_another(mask, sat=THEIRS)
    bench.window.close()
    answer(qtbot, bench, "theirs")
    qtbot.waitUntil(lambda: bool(closed))
    assert len(asked) == (not saves_by_itself)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("word", ["both", "cancel", "show"])
def test_what_stays_open_says_why(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path, word: str
) -> None:
    closed, said = closings(bench), Said(bench)
    saved_by_another(mask, sat=THEIRS)
    bench.window.close()
    answer(qtbot, bench, word)
    assert (
        said.texts.count("rec001.LM1_ECOG_3.clfp.dat stays open: it has marks that are not saved")
        == 1
    )
    assert closed == []
    assert viewer.is_modified


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("marks_more", [False, True])
def test_closing_goes_on_once_another_attempt_succeeds(
    viewer: Viewer,
    bench: Workbench,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    marks_more: bool,
) -> None:
    closed, said, save = closings(bench), Said(bench), saving.save_tracks
    monkeypatch.setattr(saving, "save_tracks", refuse)
    bench.window.close()
    qtbot.waitUntil(lambda: "save" in said.standing)
    said.press("save", "Try again")
    qtbot.waitUntil(lambda: "save" in said.standing)
    assert closed == []
    monkeypatch.setattr(saving, "save_tracks", save)
    if marks_more:
        viewer.mark_span(9.0, 10.0)
    said.press("save", "Try again")
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert bool(closed) != marks_more


@pytest.mark.usefixtures("asked")
def test_closing_goes_on_once_it_is_kept_elsewhere(
    show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot
) -> None:
    recording = a_recording(tmp_path / "share")
    with read_only(tmp_path / "share"):
        viewer = show(recording)
        bench = bench_of(viewer)
        closed, said = closings(bench), Said(bench)
        viewer.mark_channel("E07")
        bench.window.close()
        qtbot.waitUntil(lambda: "save" in said.standing)
        assert closed == []
        said.press("save", "Keep it elsewhere")
        qtbot.waitUntil(lambda: bool(closed))
    place = mask_elsewhere(recording)
    assert place is not None
    assert ecogview.read_mask(place)["ch"].sum() == 1


def test_marks_on_an_array_are_saved_as_a_copy(
    show: Callable[..., Viewer],
    tmp_path: Path,
    qtbot: QtBot,
    asked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer = show(np.random.default_rng(1).normal(0, 50, (3, 5000)), sampling_rate=1000.0)
    bench = bench_of(viewer)
    closed, said, target = closings(bench), Said(bench), tmp_path / "of-array.mask.pkl"
    viewer.mark_span(1.0, 2.0)
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    bench.actions["save_mask"].trigger()
    assert not target.exists()
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    bench.actions["save_mask"].trigger()
    qtbot.waitUntil(lambda: "Mask saved as of-array.mask.pkl" in said.texts)
    assert ecogview.read_mask(target)["hf"].sum() == 1000
    viewer.mark_span(3.0, 3.5)
    bench.window.close()
    qtbot.waitUntil(lambda: bool(closed))
    assert len(asked) == 1
    assert ecogview.read_mask(target)["hf"].sum() == 1500


def test_an_array_whose_marks_are_in_a_copy_is_left_unasked(
    show: Callable[..., Viewer],
    tmp_path: Path,
    qtbot: QtBot,
    asked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer = show(np.zeros((2, 5000)), sampling_rate=1000.0)
    bench = bench_of(viewer)
    closed, target = closings(bench), tmp_path / "of-array.mask.pkl"
    viewer.mark_span(1.0, 2.0)
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    bench.saving.save()
    bench.window.close()
    qtbot.waitUntil(lambda: bool(closed))
    assert asked == []
    assert target.exists()
