"""Which recording is open: opening, the next one, what becomes of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from ecogview.app.saving import MaskSaving
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import Layout, RecordingInfo
from ecogview.data.sample_checks import SampleWarning
from ecogview.errors import EcogviewError, MaskFileError, UncertainOrderError, in_words
from ecogview.model.channels import ChannelView
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.services.file_watch import FileChange
from ecogview.services.messages import Action, Messages
from ecogview.services.opening import Opener, OpenRequest
from ecogview.services.settings import Settings
from ecogview.services.sources import FileSource, Source
from ecogview.services.window_loader import WindowResponse
from ecogview.views.file_browser import FileBrowser
from ecogview.views.main_window import MainWindow
from ecogview.views.trace_canvas import TraceCanvas

_CHANGES: dict[FileChange, str] = {
    "removed": "File was removed or renamed while open.",
    "replaced": "File was replaced while open.",
    "shorter": "File became shorter while open.",
    "longer": "File grew while open.",
    "rewritten": "File was written to while open.",
    "unreachable": "File cannot be reached any more.",
}
_NOT_OPENED = "not opened"  # key of what is said of another file than the one that is open
_LEAST_FIRST_S = 1.0  # long is the first window, though the last one was of single samples
_PAINTED_MS = 300  # a first picture not yet final counts after these


_OF_ONE_RECORDING = (
    "file", "mask", "samples", "open", _NOT_OPENED, "type", "save", "marked", "mask place",
)  # fmt: skip


class Recordings(QObject):
    """Opens recordings into the session. GUI thread only.

    `is_busy` is True until what was asked for last is open with its mask, or has failed.

    Signals
    -------
    opened(Source)
        It is in the session now, and asked for by the traces.
    shown()
        Its first picture is on the screen, or about to be: what takes time may begin.
    """

    opened = pyqtSignal(object)
    shown = pyqtSignal()

    def __init__(
        self,
        session: Session,
        opener: Opener,
        saving: MaskSaving,
        messages: Messages,
        settings: Settings,
        window: MainWindow,
        browser: FileBrowser,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._opener = opener
        self._saving = saving
        self._messages = messages
        self._settings = settings
        self._window = window
        self._browser = browser
        self._canvas: TraceCanvas = window.traces.canvas
        self._request: OpenRequest | None = None
        self._shown: OpenRequest | None = None
        self._change: FileChange | None = None
        self._gain_units: str | None = None  # unit of the gain in use; None: to be fitted
        self._length_s = max(settings.window_length_s, _LEAST_FIRST_S)
        self.is_busy = False
        self.shown_source: Source | None = None
        opener.opened.connect(self._on_opened)
        opener.mask_read.connect(self._on_mask_read)
        opener.checked.connect(self._on_checked)
        opener.failed.connect(self._on_failed)
        self._canvas.estimated.connect(self._on_estimated)
        self._canvas.responded.connect(self._on_response)
        self._canvas.settled.connect(self._on_settled)
        self._covered = QTimer(self)
        self._covered.setSingleShot(True)
        self._covered.setInterval(_PAINTED_MS)
        self._covered.timeout.connect(self._on_shown)
        session.mask_changed.connect(self._on_mask_changed)
        browser.open_requested.connect(self.open_recording)
        window.dropped.connect(self.open_paths)

    @property
    def window_length_s(self) -> float:
        """Seconds that windows show where there are as many: short recordings do not shrink it."""
        info, window = self._session.info, self._session.window
        if info is None:
            return self._length_s
        shown_s = window.length / info.sampling_rate
        return shown_s if window.length < window.n_samples else max(shown_s, self._length_s)

    # -- asking

    def open_path(self, path: Path, *, layout: Layout | None = None) -> None:
        """Show a folder in the browser, or open a recording with its folder in the browser.

        `layout` is the order of a recording's samples, by default that of its type.
        """
        self.open_paths([path], layout=layout)

    def open_paths(self, paths: Sequence[Path], *, layout: Layout | None = None) -> None:
        """List files and folders in the browser and open the first of the files.

        The browser shows the first folder, where there is none that of the first file unless it
        shows one already, and all others beside it.
        """
        folders = [path for path in paths if path.is_dir()]
        files = [path for path in paths if path not in folders]
        if folders:
            self._browser.set_folder(folders[0])
            self._messages.withdraw(_NOT_OPENED)
            for folder in reversed(folders):
                self._settings.remember_path(folder)
        elif self._browser.folder is None and files[0].exists():
            self._browser.set_folder(files[0].parent)
        if len(paths) > 1:
            self._browser.add([*folders[1:], *files])
        if not self._browser.is_empty:
            self._canvas.hint = "Choose a recording on the left"
        if files:
            self.open_source(FileSource(files[0], layout=layout))
        else:
            self._window.show_work()

    def open_recording(self, path: Path) -> None:
        self.open_source(FileSource(path))

    def open_source(self, source: Source) -> None:
        """Open anything that has samples; unsaved marks are asked about first."""
        self._saving.ask_before_leaving(self._window, lambda: self._submit(source))

    def open_neighbour(self, step: int) -> None:
        """Open the next (+1) or previous (−1) recording of the browser."""
        path = self._browser.next_path(step)
        if path is None and self._session.info is None:
            self._messages.info("No recording is listed that can be opened; open a folder first")
        elif path is None:
            end = "last" if step > 0 else "first"
            self._messages.info(f"This is the {end} recording of the folder")
        else:
            self.open_recording(path)

    def read_again(self) -> None:
        """Open the file as it is now, at the same place."""
        shown = self._shown
        if shown is not None and isinstance(shown.source, FileSource):
            self.open_source(replace(shown.source))

    @property
    def layout(self) -> Layout | None:
        """Order in which the samples of what is open are read; None where nothing is."""
        return None if self._session.info is None else self._session.info.layout

    def read_as(self, layout: Layout) -> None:
        """Open the file that is shown with its samples in another order, at the same place."""
        shown = self.shown_source
        if not isinstance(shown, FileSource):
            self._messages.info("Samples that are in no file have no order")
        elif layout != self.layout:
            self.open_source(replace(shown, layout=layout))

    def _reading_as(self, source: Source, *layouts: Layout) -> tuple[Action, ...]:
        """Offers to open a file with its samples in these orders."""
        if not isinstance(source, FileSource):
            return ()
        return tuple(
            Action(f"Read as {layout}", partial(self.open_source, replace(source, layout=layout)))
            for layout in layouts
        )

    def _submit(self, source: Source) -> None:
        self.is_busy = True
        # At once: the welcome page would be laid out and painted for nothing, 0.05 s.
        self._window.show_work()
        self._canvas.await_source(source.path.name if isinstance(source, FileSource) else "array")
        self._browser.hold(held=True)
        self._request = self._opener.submit(source)

    # -- answers, in the order in which they come

    def _on_opened(self, request: OpenRequest, info: RecordingInfo) -> None:
        if request is not self._request:
            return
        session, before = self._session, self._session.info
        same_file = before is not None and before.path == info.path
        self._shown, self._change = request, None
        self.shown_source = request.source
        for key in _OF_ONE_RECORDING:
            self._messages.withdraw(key)
        channels = ChannelView(info.channels)
        hide = self._settings.hide_bad if before is None else session.channels.hide_bad
        channels.set_hide_bad(hide=hide)
        if before is not None:
            channels.set_order(session.channels.order)
            if session.channels.count < len(session.channels.rows):
                channels.set_count(session.channels.count)
        if info.units != self._gain_units:
            self._gain_units = None
        seconds = self._length_s = self.window_length_s
        start_s = session.window.start / before.sampling_rate if same_file and before else 0.0
        rate = info.sampling_rate
        session.open(
            info,
            window=TimeWindow.clamped(start_s * rate, seconds * rate, info.n_samples),
            channels=channels,
            display=session.display,
            mask_path=request.source.mask_path,
        )
        if info.warnings:  # before a picture is asked for: a message takes of its height
            self._warn(info.warnings, key="open")
        self._canvas.set_source(request.source)
        self.opened.emit(request.source)
        if isinstance(request.source, FileSource):
            self._browser.set_current(info.path)
            self._settings.remember_path(info.path)

    def _on_mask_read(self, request: OpenRequest, result: MaskTracks | MaskFileError) -> None:
        if request is not self._request:
            return
        self._session.set_mask_result(result)
        if isinstance(result, MaskFileError):
            self._messages.error(
                "The mask cannot be read.",
                in_words(result),
                actions=self._saving.new_mask_actions(),
                key="mask",
            )
        elif result.warnings:
            self._warn(result.warnings, key="mask")
        self.is_busy = False

    def _on_checked(self, request: OpenRequest, found: tuple[SampleWarning, ...]) -> None:
        if request is self._request:
            said = [text for warning in found for text in (warning.text, warning.why) if text]
            layouts = (warning.layout for warning in found if warning.layout is not None)
            self._warn(said, key="samples", actions=self._reading_as(request.source, *layouts))

    def _warn(self, warnings: Sequence[str], *, key: str, actions: tuple[Action, ...] = ()) -> None:
        first, *others = warnings
        self._messages.warning(_sentence(first), "; ".join(others), actions=actions, key=key)

    def _on_failed(self, request: OpenRequest, error: EcogviewError) -> None:
        if request is not self._request:
            return
        self._messages.error(
            f"{error.path.name} cannot be opened.",
            f"{error.reason}; {error.remedy}" if error.remedy else error.reason,
            actions=self._reading_as(request.source, "planar", "interleaved")
            if isinstance(error, UncertainOrderError)
            else (),
            key=_NOT_OPENED,
        )
        self._canvas.await_source("")
        if self._session.info is None and self._browser.is_empty:
            self._window.show_welcome()
        self._let_others_go_on(request)
        self.is_busy = False

    def _on_settled(self) -> None:
        if not self.is_busy:  # the mask makes another picture of it
            self._on_shown()

    def _on_shown(self) -> None:
        if self._awaits_picture() and self._request is not None:
            self._let_others_go_on(self._request)
            self.shown.emit()

    def _awaits_picture(self) -> bool:
        request = self._request
        return request is not None and request is self._shown and not request.is_shown.is_set()

    def _let_others_go_on(self, request: OpenRequest) -> None:
        """Its first picture is made, or none will be: they may have the processor."""
        request.is_shown.set()
        self._browser.hold(held=False)

    # -- while it is open

    def _on_estimated(self) -> None:
        info = self._session.info
        if info is not None and self._gain_units is None:
            self._gain_units = info.units
            self.fit_gain()

    def fit_gain(self) -> None:
        """Set the gain so that what is on the screen fills its rows."""
        session, picture = self._session, self._canvas.picture
        good = [c for c in session.channels.shown if c not in session.bad_channels]
        extent = 0.0
        if picture is not None and good:
            extent = picture.envelope.typical_extent(picture.first, picture.stop, np.array(good))
        if extent > 0:
            session.set_display(session.display.filled(extent))
        elif self._canvas.estimate is not None:
            rms = self._canvas.estimate.typical_rms
            self._session.set_display(self._session.display.fitted(rms))

    def _on_response(self, response: WindowResponse) -> None:
        if response.covers and self._awaits_picture():
            self._covered.start()
        if response.failure is not None:
            self._messages.error(
                "The recording cannot be read.",
                f"{response.failure.reason}. Your marks are still here.",
                actions=(Action("Read again", self.read_again),),
                key="file",
            )
        elif response.change != self._change:
            self._change = response.change
            if response.change is None:
                self._messages.withdraw("file")
            else:
                self._messages.warning(
                    _CHANGES[response.change],
                    "What can still be read is shown. Your marks are still here.",
                    actions=(Action("Read again", self.read_again),),
                    key="file",
                )

    def _on_mask_changed(self) -> None:
        session = self._session
        if session.info is not None and session.mask is not None:
            self._browser.set_masked_fraction(session.info.path, session.mask.masked_fraction)


def _sentence(text: str) -> str:
    """Text as it begins a message; a key of a file, `hardware.rate`, is told as it is spelt."""
    word = text.partition(" ")[0].rstrip(":")
    is_key = any(sign in word for sign in "._[")
    return text if is_key else text[:1].upper() + text[1:]
