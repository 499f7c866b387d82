"""Opening off the GUI thread: facts, then the mask, then a look at the samples; newest wins."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.data.exporters import placing
from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import Recording, RecordingInfo
from ecogview.errors import MaskFileError, RecordingError
from ecogview.services import opening
from ecogview.services.opening import Opener, OpenRequest, read_mask
from ecogview.services.sources import ArraySource, FileSource, Source
from tests.builders import marked_samples, write_recording

WAIT_S = 10.0
Finish = Callable[[OpenRequest], None]
SAMPLES = marked_samples(4, 300)


def a_mask(**changes: Any) -> dict[str, Any]:
    sat = np.zeros(300, bool)
    sat[10:25] = True
    ch = np.array([False, True, False, False])
    return {"hf": np.zeros(300, bool), "sat": sat, "ch": ch, **changes}


@dataclass
class Heard:
    """What an opener emitted: (signal, request, what came with it), and in which thread."""

    events: list[tuple[str, OpenRequest, Any]] = field(default_factory=list)
    threads: set[threading.Thread] = field(default_factory=set)

    def listen(self, opener: Opener) -> None:
        for name in ("opened", "mask_read", "checked", "failed"):
            getattr(opener, name).connect(self._note(name))

    def _note(self, name: str) -> Callable[[OpenRequest, object], None]:
        def note(request: OpenRequest, what: object) -> None:
            self.events.append((name, request, what))
            self.threads.add(threading.current_thread())

        return note

    def of(self, request: OpenRequest) -> list[tuple[str, Any]]:
        return [(name, what) for name, whose, what in self.events if whose is request]


@pytest.fixture
def opener(qtbot: QtBot) -> Iterator[Opener]:
    opener = Opener()
    yield opener
    opener.close()


@pytest.fixture
def heard(opener: Opener) -> Heard:
    heard = Heard()
    heard.listen(opener)
    return heard


@pytest.fixture
def finish(qtbot: QtBot, qapp: QApplication, opener: Opener) -> Finish:
    """Wait until a request has been worked off and all that was emitted for it has arrived."""
    worked_off: list[OpenRequest] = []
    handle = opener._latest._handle

    def noted(request: OpenRequest, is_stale: Callable[[], bool]) -> None:
        handle(request, is_stale)
        worked_off.append(request)

    def finish(request: OpenRequest) -> None:
        request.is_shown.set()  # nobody shows it here
        qtbot.waitUntil(lambda: request in worked_off)
        qapp.processEvents()

    opener._latest._handle = noted
    return finish


class HeldSource:
    """A file that is opened when it is let."""

    mask_path = None
    may_lack_mask = True
    mask_problem = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entered, self.go_on = threading.Event(), threading.Event()

    def open(self) -> Recording:
        self.entered.set()
        assert self.go_on.wait(WAIT_S)
        return FileSource(self.path).open()


# -- the order of things


def test_facts_come_first_then_the_mask(
    qtbot: QtBot, opener: Opener, heard: Heard, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=SAMPLES, mask=a_mask())
    source = FileSource(path)
    request = opener.submit(source)
    assert request.source is source
    qtbot.waitUntil(lambda: len(heard.events) == 2)
    (first, info), (second, tracks) = heard.of(request)
    assert (first, second) == ("opened", "mask_read")
    assert isinstance(info, RecordingInfo)
    assert (info.path, info.n_channels, info.n_samples) == (path, 4, 300)
    assert isinstance(tracks, MaskTracks)
    assert list(tracks.sat) == [(10, 25)]
    assert tracks.bad_channels.tolist() == [False, True, False, False]
    assert heard.threads == {threading.main_thread()}


def test_what_a_killed_save_left_is_looked_for(
    opener: Opener, finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []
    monkeypatch.setattr(opening, "remove_leftovers", looked.append)
    finish(opener.submit(FileSource(write_recording(tmp_path, samples=SAMPLES))))
    assert looked == [tmp_path]


def test_what_crosses_is_frozen(qtbot: QtBot, opener: Opener, heard: Heard, tmp_path: Path) -> None:
    opener.submit(FileSource(write_recording(tmp_path, samples=SAMPLES, mask=a_mask())))
    qtbot.waitUntil(lambda: len(heard.events) == 2)
    (_, request, info), (_, _, tracks) = heard.events
    for thing, name in ((request, "id"), (info, "n_samples"), (tracks, "n_samples")):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, 1)
    assert not tracks.bad_channels.flags.writeable


def an_odd_file(folder: Path) -> FileSource:
    samples = 2048 + np.random.default_rng(0).normal(0, 20, (4, 3000))
    return FileSource(write_recording(folder, samples=samples, rec_type="raw"))


def test_odd_samples_are_told_once_there_is_a_picture(
    qtbot: QtBot, opener: Opener, heard: Heard, tmp_path: Path
) -> None:
    request = opener.submit(an_odd_file(tmp_path))
    qtbot.waitUntil(lambda: len(heard.events) == 2)
    with qtbot.assertNotEmitted(opener.checked, wait=100):
        pass
    request.is_shown.set()
    qtbot.waitUntil(lambda: len(heard.events) == 3)
    assert [name for name, _ in heard.of(request)] == ["opened", "mask_read", "checked"]
    (warning,) = heard.events[-1][2]
    assert "mid-scale offset" in warning.text


def test_odd_samples_are_told_where_no_picture_comes(
    qtbot: QtBot, opener: Opener, heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_PICTURE_S", 0.02)
    opener.submit(an_odd_file(tmp_path))
    qtbot.waitUntil(lambda: len(heard.events) == 3)


def test_the_next_one_does_not_wait_for_the_picture_of_the_one_before(
    qtbot: QtBot, opener: Opener, heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_PICTURE_S", 1000.0)
    opener.submit(an_odd_file(tmp_path))
    qtbot.waitUntil(lambda: len(heard.events) == 2)
    request = opener.submit(ArraySource(SAMPLES, 250.0))
    qtbot.waitUntil(lambda: len(heard.of(request)) == 2)


def test_an_array_is_opened_without_a_mask(opener: Opener, heard: Heard, finish: Finish) -> None:
    request = opener.submit(ArraySource(SAMPLES, 250.0))
    finish(request)
    (_, info), (_, tracks) = heard.of(request)
    assert info.n_samples == tracks.n_samples == 300
    assert not tracks.bad_channels.any()


def test_the_file_is_closed_again(
    opener: Opener, heard: Heard, finish: Finish, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    closed = []
    monkeypatch.setattr(LabBinary, "close", lambda self: closed.append(self._file.close()))
    finish(opener.submit(FileSource(write_recording(tmp_path, samples=SAMPLES))))
    assert closed == [None]


# -- what fails


def test_what_cannot_be_opened_fails_and_nothing_else(
    opener: Opener, heard: Heard, finish: Finish, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=SAMPLES)
    (tmp_path / "rec001.experiment.json").unlink()
    request = opener.submit(FileSource(path))
    finish(request)
    ((name, error),) = heard.of(request)
    assert name == "failed"
    assert isinstance(error, RecordingError)
    assert "experiment.json" in str(error)


def test_one_that_a_dead_export_was_replacing_is_put_back(
    opener: Opener, heard: Heard, finish: Finish, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=SAMPLES)
    name = f".{path.name}.{placing._HOST}-{os.getpid()}-1-89abcdef.ecogview-export"
    aside = tmp_path / name / ".replaced"
    aside.mkdir(parents=True)
    (aside.parent / ".names").write_text(json.dumps({path.name: [1, 2, 3]}))
    path.rename(aside / path.name)
    request = opener.submit(FileSource(path))
    finish(request)
    assert [what for what, _ in heard.of(request)][:2] == ["opened", "mask_read"]
    assert not aside.parent.exists()


def test_the_next_one_opens_after_a_failure(
    opener: Opener, heard: Heard, finish: Finish, tmp_path: Path
) -> None:
    finish(opener.submit(FileSource(tmp_path / "no.such.clfp.dat")))
    request = opener.submit(FileSource(write_recording(tmp_path, samples=SAMPLES)))
    finish(request)
    assert [name for name, _ in heard.of(request)] == ["opened", "mask_read"]


def test_samples_that_cannot_be_read_are_no_failure_to_open(
    opener: Opener, heard: Heard, finish: Finish, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whoever shows them tells of it: two errors, one of them untrue, would be too many."""

    def fail(recording: LabBinary) -> tuple[str, ...]:
        raise RecordingError(recording.info.path, "cannot be read at byte 7: Input/output error")

    monkeypatch.setattr(opening, "sample_warnings", fail)
    request = opener.submit(FileSource(write_recording(tmp_path, samples=SAMPLES)))
    finish(request)
    assert [name for name, _ in heard.of(request)] == ["opened", "mask_read"]


def test_an_unreadable_mask_does_not_keep_the_recording_closed(
    opener: Opener, heard: Heard, finish: Finish, tmp_path: Path
) -> None:
    path = write_recording(tmp_path, samples=SAMPLES)
    FileSource(path).mask_path.write_bytes(b"no mask")  # type: ignore[union-attr]
    request = opener.submit(FileSource(path))
    finish(request)
    (_, _info), (name, error) = heard.of(request)
    assert name == "mask_read"
    assert isinstance(error, MaskFileError)


# -- newest wins


def test_the_newest_wins(opener: Opener, heard: Heard, finish: Finish, tmp_path: Path) -> None:
    path = write_recording(tmp_path, samples=SAMPLES)
    held = HeldSource(path)
    first = opener.submit(held)
    assert held.entered.wait(WAIT_S)
    dropped = opener.submit(FileSource(path))
    newest = opener.submit(FileSource(path))
    held.go_on.set()
    finish(newest)
    assert [name for name, _ in heard.of(first)] == ["opened"]  # its mask is not read any more
    assert heard.of(dropped) == []
    assert [name for name, _ in heard.of(newest)] == ["opened", "mask_read"]
    assert len({first.id, dropped.id, newest.id}) == 3


def test_samples_are_not_looked_at_for_one_no_more_wanted(
    opener: Opener, heard: Heard, finish: Finish, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    reading, go_on = threading.Event(), threading.Event()

    def held_mask(source: Source, info: RecordingInfo) -> MaskTracks | MaskFileError:
        reading.set()
        assert go_on.wait(WAIT_S)
        return read_mask(source, info)

    looked: list[Path] = []
    monkeypatch.setattr(opening, "read_mask", held_mask)
    monkeypatch.setattr(
        opening, "sample_warnings", lambda recording: looked.append(recording.info.path) or ()
    )
    path, other = (
        write_recording(tmp_path, samples=SAMPLES, rec_id=rec_id) for rec_id in ("rec1", "rec2")
    )
    opener.submit(FileSource(path))
    assert reading.wait(WAIT_S)
    newest = opener.submit(FileSource(other))
    go_on.set()
    finish(newest)
    assert looked == [other]


def test_closing_does_not_open_what_waits(qtbot: QtBot, tmp_path: Path) -> None:
    opener, heard = Opener(), Heard()
    heard.listen(opener)
    held = HeldSource(write_recording(tmp_path, samples=SAMPLES))
    opener.submit(held)
    assert held.entered.wait(WAIT_S)
    waiting = opener.submit(FileSource(held.path))
    threading.Timer(0, held.go_on.set).start()
    opener.close()
    opener.close()
    assert not opener._latest._thread.is_alive()
    assert heard.of(waiting) == []
