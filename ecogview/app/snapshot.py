"""A picture of the trace panel, with gutter and axis; needs no screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QApplication

from ecogview.app.application import install_hooks
from ecogview.errors import EcogviewError, RecordingError
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.services.opening import read_mask
from ecogview.services.sources import FileSource
from ecogview.services.window_loader import WindowLoader, WindowResponse
from ecogview.views import theme as looks
from ecogview.views.trace_panel import TracePanel

_LENGTH_S = 10.0
_PATIENCE_MS = 600_000  # a whole day over a slow share; it is drawn once


def snapshot(
    path: Path,
    target: Path,
    *,
    start_s: float | None,
    length_s: float | None,
    width: int,
    height: int,
    theme: Literal["light", "dark"],
) -> None:
    """Draw a stretch of a recording, by default its first 10 s, into a picture file.

    Raises
    ------
    RecordingError
        If the recording cannot be opened or read, or ends before `start_s`.
    EcogviewError
        If the picture cannot be written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["ecogview"])
        install_hooks()
    looks.apply(application, theme)
    source = FileSource(path)
    with source.open() as recording:
        info = recording.info
    rate = info.sampling_rate
    if start_s is not None and start_s >= info.duration_s:
        raise RecordingError(
            path,
            f"lasts {info.duration_s:g} s, so nothing begins at {start_s:g} s",
            "choose an earlier start",
        )
    session, loader = Session(), WindowLoader()
    try:
        panel = TracePanel(session, loader)
        panel.resize(width, height)
        panel.time_bar.hide()
        session.open(
            info,
            window=TimeWindow.clamped(
                (start_s or 0.0) * rate,
                (_LENGTH_S if length_s is None else length_s) * rate,
                info.n_samples,
            ),
            channels=ChannelView(info.channels),
            display=Display(),
        )
        session.set_mask_result(read_mask(source, info))
        _draw(panel, session, source)
        image = QImage(width, height, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        panel.render(painter)
        painter.end()
    finally:
        loader.close()
    if not image.save(os.fspath(target)):
        raise EcogviewError(
            target, "cannot be written as a picture", "name a file in .png in a writable folder"
        )


def _draw(panel: TracePanel, session: Session, source: FileSource) -> None:
    loop, canvas = QEventLoop(), panel.canvas
    failures: list[RecordingError] = []

    def on_responded(response: WindowResponse) -> None:
        if response.failure is not None:
            failures.append(response.failure)
            loop.quit()

    def on_estimated() -> None:
        if canvas.estimate is not None:
            session.set_display(session.display.fitted(canvas.estimate.typical_rms))

    canvas.responded.connect(on_responded)
    canvas.estimated.connect(on_estimated)
    canvas.settled.connect(loop.quit)
    panel.show()
    canvas.set_source(source)
    QTimer.singleShot(_PATIENCE_MS, loop.quit)
    loop.exec()
    if failures:
        raise failures[0]
