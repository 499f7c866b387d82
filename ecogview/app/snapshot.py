"""Pictures that need no screen: of the trace panel with gutter and axis, of the quality map."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QEventLoop, QSize, QSizeF, QTimer
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QApplication

from ecogview.app.application import install_hooks
from ecogview.data.kept_files import KeptFiles
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import Layout, Recording, RecordingInfo
from ecogview.dsp.channel_quality import MEASURES
from ecogview.errors import EcogviewError, MaskFileError, RecordingError
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.services.column_reading import estimate_of
from ecogview.services.keeping import was_kept, writer_for
from ecogview.services.kernel_loading import load_kernels
from ecogview.services.opening import read_mask
from ecogview.services.overview import Overview
from ecogview.services.overview_build import OverviewBuild
from ecogview.services.picture_reading import read_all_columns
from ecogview.services.sources import FileSource
from ecogview.services.terminal import ProgressLine, tell
from ecogview.services.window_loader import WindowLoader, WindowResponse
from ecogview.views import theme as looks
from ecogview.views.overview_page import render_overview_page
from ecogview.views.picture_content import PictureContent
from ecogview.views.picture_files import (
    as_png,
    check_size,
    kind_of,
    picture_bytes,
    write_picture,
)  # fmt: skip
from ecogview.views.trace_panel import TracePanel

_kept_alive: list[QApplication] = []  # an application made here dies with its last reference
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
    scale: int = 1,
    layout: Layout | None = None,
) -> None:
    """Draw a stretch of a recording, by default its first 10 s, into a .png, .svg or .pdf.

    A PNG at scale 1 is the panel of the window, pixel for pixel; at a larger one, and as vectors,
    it is drawn anew with finer lines. `layout` is the order of the recording's samples, by default
    that of its type.

    Raises
    ------
    RecordingError
        If the recording cannot be opened or read, or ends before `start_s`.
    EcogviewError
        If the picture is too large, or cannot be written.
    """
    kind = kind_of(target)
    size = QSize(width, height)
    if kind == "png":
        check_size(target, size * scale)
    _apply(theme)
    source = FileSource(path, layout=layout)
    with source.open() as recording:
        info = recording.info
    rate = info.sampling_rate
    if start_s is not None and start_s >= info.duration_s:
        raise RecordingError(
            path,
            f"lasts {info.duration_s:g} s, so nothing begins at {start_s:g} s",
            "choose an earlier start",
        )
    window = TimeWindow.clamped(
        (start_s or 0.0) * rate,
        (_LENGTH_S if length_s is None else length_s) * rate,
        info.n_samples,
    )
    if kind == "png" and scale == 1:
        write_picture(target, as_png(target, _panel_image(source, info, window, size)))
        return
    session = Session()
    _open(session, source, info, window)
    with source.open() as recording:
        estimate = estimate_of(recording)
        session.set_display(session.display.fitted(estimate.typical_rms))
        content = PictureContent.of(
            session, estimate, QSizeF(size), looks.current(), QApplication.font()
        )
        columns = read_all_columns(
            recording, content.grid, content.first_column, None, lambda: False
        )
    assert columns is not None  # nothing makes it stale
    write_picture(target, picture_bytes(content, columns, kind, scale))


def _open(session: Session, source: FileSource, info: RecordingInfo, window: TimeWindow) -> None:
    session.open(info, window=window, channels=ChannelView(info.channels), display=Display())
    session.set_mask_result(read_mask(source, info))


def _panel_image(
    source: FileSource, info: RecordingInfo, window: TimeWindow, size: QSize
) -> QImage:
    session, loader = Session(), WindowLoader()
    try:
        panel = TracePanel(session, loader)
        panel.resize(size)
        panel.time_bar.hide()
        _open(session, source, info, window)
        _draw(panel, session, source)
        image = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        panel.render(painter)
        painter.end()
    finally:
        loader.close()
    return image


def overview_snapshot(
    path: Path,
    target: Path,
    *,
    width: int,
    height: int,
    theme: Literal["light", "dark"],
    layout: Layout | None = None,
) -> None:
    """Draw a recording's quality map as a page into a picture file.

    The overview is the kept one; where there is none it is made, and kept for next time. What
    stands against keeping it or against reading the mask is told on stderr, and is no error.
    `layout` is the order of the recording's samples, by default that of its type.

    Raises
    ------
    RecordingError
        If the recording cannot be opened or read.
    EcogviewError
        If the picture cannot be written.
    """
    _apply(theme)
    source = FileSource(path, layout=layout)
    with source.open() as recording, ProgressLine() as line:
        overview = _overview_of(recording, line)
        mask = read_mask(source, recording.info)
    if isinstance(mask, MaskFileError):
        tell(str(mask))
    image = render_overview_page(
        recording.info,
        mask if isinstance(mask, MaskTracks) else None,
        overview.quality,
        MEASURES["rms"],
        QSize(width, height),
    )
    write_picture(target, as_png(target, image))


def _overview_of(recording: Recording, line: ProgressLine) -> Overview:
    overview, kept_files = Overview.blank(recording.info), KeptFiles()
    if was_kept(overview, kept_files):
        return overview
    line.show("overview: loading the compiled kernels")
    problems: list[str | EcogviewError | None] = [load_kernels()]
    writer = None
    with ExitStack() as held:
        try:
            writer = writer_for(overview, kept_files)
        except EcogviewError as error:
            problems.append(error)
        if writer is not None:
            held.enter_context(writer)
        build = OverviewBuild(recording, overview, estimate_of(recording), writer)
        n_units = len(overview.levels.done)
        for unit in range(n_units):
            line.show(f"overview: {100 * unit / n_units:.0f} %")
            build.read_unit(unit)
        build.finish()
    line.clear()
    problems.append(build.problem)
    for problem in problems:
        if problem is not None:
            tell(str(problem))
    return overview


def _apply(theme: Literal["light", "dark"]) -> None:
    """Make an application without a screen, unless there is one, and give it its looks."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["ecogview"])
        _kept_alive.append(application)
        install_hooks()
    looks.apply(application, theme)


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
