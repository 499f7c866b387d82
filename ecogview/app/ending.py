"""The end of the process from outside: signals, and the end of the desktop session."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, QTimer
from PyQt6.QtGui import QGuiApplication, QSessionManager

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def gentle_end(application: QGuiApplication, bench: Workbench) -> Iterator[None]:
    """While the event loop runs: unsaved marks are in the journal before anything ends it.

    On SIGTERM, and on SIGHUP when the terminal is closed, the window is closed without a question;
    the marks are offered when the recording is opened again. Must be entered in the main thread.
    """

    def end() -> None:
        bench.safekeeping.journaling.flush()
        bench.close_now()
        # Loops of dialogs that are open end as well.
        QCoreApplication.exit(0)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        # It may come in the middle of an edit: that is let finish, and is in the journal then.
        QTimer.singleShot(0, end)

    def commit(_manager: QSessionManager) -> None:
        bench.safekeeping.journaling.flush()

    # Under nohup SIGHUP is to be ignored.
    heeded = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = [(number, signal.signal(number, on_signal)) for number in heeded]
    application.commitDataRequest.connect(commit)
    application.saveStateRequest.connect(commit)
    try:
        yield
    finally:
        application.commitDataRequest.disconnect(commit)
        application.saveStateRequest.disconnect(commit)
        for number, handler in before:
            signal.signal(number, handler)
