"""``python -m tests.faults.window RECORDING END``: a window in which marks are made, none saved.

Each mark is told on the standard output as it is made. END says what comes then: `go on` marking,
`session` ends the desktop session after some marks, `refused` tries to save first.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from ecogview.app.application import make_application
from ecogview.app.running import run_event_loop
from ecogview.app.wiring import Workbench
from ecogview.services.settings import Settings
from tests.faults.journals import REPORT

_NOBODY = 65_534
N_BEFORE_END = 20


class Marker:
    """Marks one span after the other, as fast as a person never would."""

    def __init__(self, application: QApplication, bench: Workbench, end: str) -> None:
        self._application, self._bench, self._end = application, bench, end
        self._number = 0
        self._timer = QTimer()
        self._timer.timeout.connect(self._mark)
        self._timer.start(5)
        bench.window.closed.connect(self._timer.stop)

    def _mark(self) -> None:
        if self._bench.session.mask is None:
            return
        self._number += 1
        start = 10 * self._number
        self._bench.marking.mark_span((start, start + 5))
        os.write(sys.stdout.fileno(), REPORT.pack(self._number, time.monotonic()))
        if self._number == N_BEFORE_END and self._end == "session":
            self._timer.stop()
            self._application.commitDataRequest.emit(None)  # type: ignore[arg-type]
            os.close(sys.stdout.fileno())
        elif self._number == N_BEFORE_END and self._end == "refused":
            self._timer.stop()
            if os.getuid() == 0:
                os.seteuid(_NOBODY)
            self._bench.saving.save(self._on_saved)

    def _on_saved(self, saved: bool) -> None:
        if os.getuid() == 0:
            os.seteuid(0)
        assert not saved
        assert self._bench.session.is_modified
        self._bench.close_now()


def main() -> None:
    path, end = Path(sys.argv[1]), sys.argv[2]
    application = make_application()
    bench = Workbench(Settings())
    bench.recordings.open_path(path)
    bench.show()
    marker = Marker(application, bench, end)
    run_event_loop(application, bench)
    del marker


if __name__ == "__main__":
    main()
