"""A mask that cannot be read: shown, kept, and no dead end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app import new_mask
from ecogview.app.viewer import Viewer
from tests.app.safe_desk import (
    HF,
    MASK_NAME,
    Said,
    left_unsaved,
    masked,
    saved_by_another,
)
from tests.app.windows import a_recording

DAMAGED = b"half written"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return a_recording(tmp_path)


@pytest.fixture
def mask(recording: Path) -> Path:
    path = recording.with_name(MASK_NAME)
    path.write_bytes(DAMAGED)
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was asked; the answer is yes."""
    questions: list[tuple[str, str]] = []
    monkeypatch.setattr(
        new_mask,
        "ask_for_new_mask",
        lambda _parent, name, reason: bool(questions.append((name, reason)) or True),
    )
    return questions


def unreadable(show: Callable[..., Viewer], recording: Path, qtbot: QtBot) -> tuple[Viewer, Said]:
    viewer = show(recording)
    said = Said(viewer._bench)
    assert viewer.wait_until_drawn()
    qtbot.waitUntil(lambda: "mask" in said.standing)
    return viewer, said


def started(viewer: Viewer, said: Said, qtbot: QtBot) -> None:
    said.press("mask", "Start a new mask …")
    qtbot.waitUntil(lambda: viewer._bench.session.mask is not None)


@pytest.mark.parametrize("has_backup", [False, True])
def test_a_new_one_is_marked_and_saved_and_the_old_one_kept(
    show: Callable[..., Viewer],
    recording: Path,
    mask: Path,
    qtbot: QtBot,
    asked: list[tuple[str, str]],
    has_backup: bool,
) -> None:
    if has_backup:
        mask.with_name(f"{MASK_NAME}.bak").write_bytes(b"of long ago")
    viewer, said = unreadable(show, recording, qtbot)
    started(viewer, said, qtbot)
    assert asked[0][0] == MASK_NAME
    assert mask.read_bytes() == DAMAGED
    assert not viewer.is_modified
    viewer.mark_channel("E07")
    viewer.mark_span(5.0, 6.0)
    viewer._bench.actions["save_mask"].trigger()
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert ecogview.read_mask(mask)["hf"].sum() == 1000
    kept = {path.name: path.read_bytes() for path in mask.parent.glob("*.bak")}
    assert kept[f"{MASK_NAME}.2.bak"] == DAMAGED
    assert kept[f"{MASK_NAME}.bak"] == (b"of long ago" if has_backup else DAMAGED)
    assert any(f"kept as {MASK_NAME}.2.bak" in text for text in said.texts)
    viewer.mark_channel("E01")
    viewer.save_mask()
    assert len(list(mask.parent.glob("*.bak"))) == 2  # what was kept needs no other copy


def test_saying_no_leaves_all_as_it_was(
    show: Callable[..., Viewer],
    recording: Path,
    mask: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(new_mask, "ask_for_new_mask", lambda *_: False)
    viewer, said = unreadable(show, recording, qtbot)
    said.press("mask", "Start a new mask …")
    assert viewer._bench.session.mask is None
    # Marking and saving say why not, and offer the same.
    viewer._bench.actions["save_mask"].trigger()
    assert [action.text for action in said[-1].actions] == ["Start a new mask …"]
    viewer._bench.marking.mark_span((5, 9))
    assert [action.text for action in said[-1].actions] == ["Start a new mask …"]
    assert mask.read_bytes() == DAMAGED


@pytest.mark.usefixtures("asked")
def test_one_that_was_repaired_meanwhile_is_a_conflict(
    show: Callable[..., Viewer], recording: Path, mask: Path, qtbot: QtBot
) -> None:
    viewer, said = unreadable(show, recording, qtbot)
    started(viewer, said, qtbot)
    viewer.mark_span(5.0, 6.0)
    theirs, versions = saved_by_another(mask, hf=HF), viewer._bench.safekeeping.versions
    viewer._bench.saving.save()
    qtbot.waitUntil(lambda: versions.dialog is not None)
    versions.dialog.buttons["mine"].click()
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert mask.with_name(f"{MASK_NAME}.2.bak").read_bytes() == theirs


@pytest.mark.usefixtures("asked")
def test_a_link_to_nothing_says_where_it_leads(
    show: Callable[..., Viewer], recording: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    link, target = recording.with_name(MASK_NAME), tmp_path / "drive" / "own.mask.pkl"
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("cannot make links here")
    viewer, said = unreadable(show, recording, qtbot)
    assert f"is a link to {target}, which is missing" in said.standing["mask"].detail
    started(viewer, said, qtbot)
    viewer.mark_span(5.0, 6.0)
    versions = viewer._bench.safekeeping.versions
    viewer._bench.saving.save()
    qtbot.waitUntil(lambda: versions.dialog is not None)
    assert set(versions.dialog.buttons) == {"copy", "cancel"}
    versions.dialog.close()
    target.parent.mkdir()
    viewer.save_mask()
    assert link.is_symlink()
    assert ecogview.read_mask(target)["hf"].sum() == 1000


@pytest.mark.usefixtures("asked")
def test_marks_of_a_crash_are_offered_for_the_new_one(
    show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot
) -> None:
    path = a_recording(tmp_path, mask=masked(hf=HF))
    left_unsaved(show, path, (5, 6))
    path.with_name(MASK_NAME).write_bytes(DAMAGED)
    viewer, said = unreadable(show, path, qtbot)
    qtbot.waitUntil(lambda: "unsaved marks" in said.standing)
    assert said.standing["unsaved marks"].actions == ()
    started(viewer, said, qtbot)
    qtbot.waitUntil(lambda: bool(said.standing["unsaved marks"].actions))
    said.press("unsaved marks", "Restore")
    assert viewer.bad_spans == [(5, 6)]
    assert viewer.bad_channels == ["E07"]
