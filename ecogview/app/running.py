"""Runs the event loop: for the program's window, and while a script waits for something."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QApplication

from ecogview.app.application import Unforeseen, make_application
from ecogview.app.ending import gentle_end
from ecogview.app.wiring import Workbench
from ecogview.data.recording import Layout
from ecogview.services.settings import Settings


def run_window(paths: list[Path], *, demo: bool, layout: Layout | None = None) -> int:
    """Open the program's window and run it until it is closed; returns the exit status.

    `layout` is the order of samples in recordings among the paths, by default that of their types.
    """
    application = make_application()
    settings = Settings()
    bench = Workbench(settings)
    unforeseen = Unforeseen()
    unforeseen.told.connect(
        lambda what: bench.messages.error(
            "Something went wrong; your marks are still here.", what, key="unforeseen"
        )
    )
    unforeseen.told.connect(lambda _what: bench.safekeeping.journaling.flush())
    unforeseen.install()
    last = settings.last_path
    if demo:
        bench.commands.open_demo()
    if not paths and not demo and last and Path(last).exists():
        paths = [Path(last)]
    if paths:
        bench.recordings.open_paths(paths, layout=layout)
    bench.show()
    return run_event_loop(application, bench)


def run_event_loop(application: QApplication, bench: Workbench) -> int:
    """Run until the window is closed; Ctrl+C in the terminal closes it as the mouse would."""
    # Python sees a signal only between its own instructions: a timer gives it some.
    pulse = QTimer()
    pulse.timeout.connect(lambda: None)
    pulse.start(200)
    before = signal.signal(signal.SIGINT, lambda *_: bench.window.close())
    loop = QEventLoop()
    bench.window.closed.connect(loop.quit)
    application.lastWindowClosed.connect(loop.quit)
    try:
        with gentle_end(application, bench):
            loop.exec()
    finally:
        signal.signal(signal.SIGINT, before)
        bench.close()
    return 0


def run_until(done: Callable[[], bool], timeout_s: float | None) -> None:
    """Run the event loop until `done`, which is asked again after whatever happens."""
    if done():
        return
    timer = QTimer()
    timer.setSingleShot(True)
    if timeout_s is not None:
        timer.start(max(int(timeout_s * 1000), 1))  # its event wakes the loop up, too
    while not done() and (timeout_s is None or timer.isActive()):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
