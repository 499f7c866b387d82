"""Marks that are saved by themselves: to the journal, to the file, or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app import leaving, saving
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from tests.app.safe_desk import (
    HF,
    MASK_NAME,
    THEIRS,
    Said,
    bench_of,
    journals,
    masked,
    refuse,
    saved_by_another,
)
from tests.app.windows import a_recording


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return a_recording(tmp_path, mask=masked(hf=HF))


def test_autosave_off_keeps_no_journal(show: Callable[..., Viewer], path: Path) -> None:
    viewer = show(path)
    bench = bench_of(viewer)
    viewer.mark_span(5, 6)
    assert bench.safekeeping.journaling.flush()
    assert len(journals()) == 1
    bench.safekeeping.autosaving.choose("off")
    assert journals() == []
    viewer.mark_span(7, 8)
    assert journals() == []
    bench.safekeeping.autosaving.choose("journal")
    assert bench.safekeeping.journaling.flush()
    assert len(journals()) == 1


def test_autosave_to_the_file(show: Callable[..., Viewer], path: Path, qtbot: QtBot) -> None:
    viewer = show(path)
    bench = bench_of(viewer)
    autosaving = bench.safekeeping.autosaving
    autosaving._timer.setInterval(1)
    viewer.mark_span(5, 6)
    assert not autosaving._timer.isActive()
    autosaving.choose("file")
    qtbot.waitUntil(lambda: not viewer.is_modified)
    viewer.mark_span(7, 8)
    viewer.mark_channel("E01")
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert ecogview.read_mask(path.with_name(MASK_NAME))["hf"].sum() == 3000


def test_autosave_never_overwrites_another_version(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    viewer = show(path)
    bench, said = bench_of(viewer), Said(viewer._bench)
    autosaving, mask = bench.safekeeping.autosaving, path.with_name(MASK_NAME)
    autosaving._timer.setInterval(1)
    autosaving.choose("file")
    theirs = saved_by_another(mask, sat=THEIRS)
    viewer.mark_span(5, 6)
    qtbot.waitUntil(lambda: "mask on disk" in said.standing)
    viewer.mark_span(7, 8)
    qtbot.waitUntil(lambda: not autosaving._timer.isActive())
    assert not bench.saving.is_busy
    assert mask.read_bytes() == theirs
    assert bench.safekeeping.versions.dialog is None
    assert viewer.is_modified


def test_autosave_that_fails_is_told_once(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = show(path)
    bench, said = bench_of(viewer), Said(viewer._bench)
    autosaving = bench.safekeeping.autosaving
    autosaving._timer.setInterval(1)
    tried: list[bool] = []
    save = saving.save_tracks
    monkeypatch.setattr(
        saving, "save_tracks", lambda path, *_, **__: tried.append(True) or refuse(path)
    )
    autosaving.choose("file")
    for n in (1, 2):
        viewer.mark_span(4 * n, 4 * n + 1)
        qtbot.waitUntil(lambda n=n: len(tried) == n and not bench.saving.is_busy)
    assert sum("not saved" in text for text in said.texts) == 1
    monkeypatch.setattr(saving, "save_tracks", save)
    viewer.mark_span(20, 21)
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert "save" not in said.standing


@pytest.mark.parametrize("fails", [False, True])
def test_autosave_to_the_file_asks_on_leaving_only_where_saving_fails(
    show: Callable[..., Viewer],
    path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    fails: bool,
) -> None:
    viewer = show(path)
    bench = bench_of(viewer)
    bench.safekeeping.autosaving.choose("file")
    viewer.mark_span(5, 6)
    asked: list[str] = []
    monkeypatch.setattr(
        leaving, "ask_about_unsaved", lambda _parent, name, _copy: asked.append(name) or "cancel"
    )
    if fails:
        monkeypatch.setattr(saving, "save_tracks", refuse)
    closed: list[bool] = []
    bench.window.closed.connect(lambda: closed.append(True))
    bench.window.close()
    qtbot.waitUntil(lambda: bool(asked if fails else closed))
    assert asked == ([path.name] if fails else [])
    assert ecogview.read_mask(path.with_name(MASK_NAME))["hf"].sum() == (1000 if fails else 2000)


def test_the_menu_shows_the_choice(show: Callable[..., Viewer], path: Path) -> None:
    bench: Workbench = bench_of(show(path))
    (menu,) = (
        action.menu()
        for action in bench.window.menus["File"].actions()
        if action.text() == "Autosave"
    )
    assert [action.isChecked() for action in menu.actions()] == [False, True, False]
    menu.actions()[2].trigger()
    assert bench.settings.autosave == "file"
    assert [action.isChecked() for action in menu.actions()] == [False, False, True]
