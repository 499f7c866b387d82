"""What the tests of keeping marks share: what is said, and what other programs do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.errors import MaskFileError
from ecogview.services.journal import journal_folder, pending
from ecogview.services.messages import Message
from tests.app.windows import N_SAMPLES

MASK_NAME = "rec001.LM1_ECOG_3.clfp.mask.pkl"
HF = (1000, 2000)
THEIRS = (20_000, 20_500)


def masked(**tracks: tuple[int, int]) -> dict[str, np.ndarray]:
    """A mask as other programs write it, with one span in each of the named tracks."""
    mask = {key: np.zeros(N_SAMPLES, bool) for key in ("hf", "sat")}
    for key, (start, stop) in tracks.items():
        mask[key][start:stop] = True
    mask["ch"] = np.zeros(6, bool)
    return mask


def saved_by_another(path: Path, **tracks: tuple[int, int]) -> bytes:
    """Another program saves; returns the bytes of its file."""
    ecogview.write_mask(path, masked(**tracks))
    return path.read_bytes()


class Said(list[Message]):
    """All that has been said in a window, and what is still to be seen above the traces."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.standing: dict[str, Message] = {}
        bench.messages.posted.connect(self._on_posted)
        bench.messages.withdrawn.connect(self._on_withdrawn)

    def _on_posted(self, message: Message) -> None:
        self.append(message)
        if message.key and message.level != "info":
            self.standing[message.key] = message

    def _on_withdrawn(self, key: str) -> None:
        self.standing.pop(key, None)

    def press(self, key: str, word: str) -> None:
        """Press a button of a message, which closes it."""
        message = self.standing.pop(key)
        next(action for action in message.actions if action.text == word).run()

    @property
    def texts(self) -> list[str]:
        return [f"{message.text} {message.detail}".strip() for message in self]


def bench_of(viewer: Viewer) -> Workbench:
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    return viewer._bench


def look(qtbot: QtBot, bench: Workbench, *, times: int = 1) -> None:
    """Let the window look at the mask on the disk, and hear the answer."""
    watching = bench.safekeeping.watching
    for _ in range(times):
        with qtbot.waitSignal(watching._watch.looked):
            watching.look()


def journals() -> list[Path]:
    folder = journal_folder()
    return sorted(folder.glob("*.journal")) if folder.is_dir() else []


def marks_of(path: Path) -> list[tuple[int, int]]:
    (unsaved,) = pending(path.with_name(MASK_NAME)).unsaved
    return list(unsaved.record.tracks.manual)


def opened(show: Callable[..., Viewer], qtbot: QtBot, path: Path) -> tuple[Viewer, Said]:
    """Open it, and wait until journals have been looked for."""
    viewer = show(path)
    said = Said(viewer._bench)
    with qtbot.waitSignal(viewer._bench.safekeeping.recovering._search.found):
        bench_of(viewer)
    return viewer, said


def left_unsaved(show: Callable[..., Viewer], path: Path, *spans: tuple[float, float]) -> None:
    """A program ends with marks unsaved, not by its user."""
    viewer = show(path)
    bench_of(viewer)
    for start_s, stop_s in spans:
        viewer.mark_span(start_s, stop_s)
    viewer.mark_channel("E07")
    assert viewer._bench.safekeeping.journaling.flush()
    viewer.close()


def refuse(path: Path, *_: object, **__: object) -> None:
    raise MaskFileError(path, "No space left on device", "free some")


def asked(qtbot: QtBot, bench: Workbench) -> object:
    """Save into the conflict; returns the dialog."""
    bench.actions["save_mask"].trigger()
    qtbot.waitUntil(lambda: bench.safekeeping.versions.dialog is not None)
    return bench.safekeeping.versions.dialog


def press(qtbot: QtBot, bench: Workbench, answer: str) -> None:
    dialog = asked(qtbot, bench)
    qtbot.mouseClick(dialog.buttons[answer], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.safekeeping.versions.dialog is None)


def spans_in(path: Path) -> list[tuple[float, float]]:
    held = ecogview.read_mask(path)
    return [
        (start / 1000, stop / 1000)
        for start, stop in ecogview.dsp.runs.Runs.from_bool(held["hf"] | held["sat"])
    ]
