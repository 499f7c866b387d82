"""`ecogview.view()` and what it returns: the window for scripts."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike
from PyQt6.QtWidgets import QApplication, QMainWindow

from ecogview.app.application import make_application
from ecogview.app.running import run_event_loop, run_until
from ecogview.app.view_source import parse_source
from ecogview.app.wiring import Workbench
from ecogview.data.data_file import DataFile
from ecogview.errors import MaskFileError, RecordingError
from ecogview.model.clock import nearest_sample
from ecogview.model.span_edit import span_between
from ecogview.model.time_window import TimeWindow
from ecogview.services.settings import Settings
from ecogview.services.sources import FileSource

_kept_alive: list[QApplication] = []  # an application made here dies with its last reference
_open_viewers: list[Viewer] = []  # so that a window lives on when its script drops the viewer


class Viewer:
    """A window on a recording, for scripts. GUI thread only; times are in seconds.

    Made by `ecogview.view`.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._bench = Workbench(settings or Settings())
        self._data_file: DataFile | None = None

    # -- moving

    def go_to(self, t_s: float) -> None:
        """Let the window start at `t_s`, as far as the recording goes.

        Raises
        ------
        ValueError
            If it is NaN.
        """
        _refuse_nan(t_s=t_s)
        self._bench.session.go_to(t_s)

    def set_window(self, start_s: float, length_s: float) -> None:
        """Show ``[start_s, start_s + length_s)``, clamped to the recording.

        Raises
        ------
        ValueError
            If one of them is NaN.
        """
        _refuse_nan(start_s=start_s, length_s=length_s)
        session = self._bench.session
        if session.info is not None:
            rate = session.info.sampling_rate
            session.set_window(
                TimeWindow.clamped(start_s * rate, length_s * rate, session.info.n_samples)
            )

    @property
    def window(self) -> tuple[float, float]:
        """(start_s, stop_s) of what is shown; (0, 0) where nothing is open."""
        session = self._bench.session
        if session.info is None:
            return (0.0, 0.0)
        rate = session.info.sampling_rate
        return (session.window.start / rate, session.window.stop / rate)

    def wait_until_drawn(self, timeout_s: float = 10) -> bool:
        """Run the event loop until the newest request is painted, in its final resolution.

        Returns
        -------
        bool
            False on timeout, or if nothing is open.
        """
        bench, canvas = self._bench, self._bench.window.traces.canvas

        def done() -> bool:
            if bench.recordings.is_busy:
                return False
            return bench.session.info is None or canvas.is_settled

        run_until(done, timeout_s)
        return bench.session.info is not None and done()

    # -- what is open

    def open(self, path: str | os.PathLike[str]) -> None:
        """Open a recording, or show a folder in the file browser.

        Returns at once; `wait_until_drawn` waits for it. What cannot be opened is told in the
        window.
        """
        self._data_file = None
        self._bench.recordings.open_path(Path(path))

    @property
    def recording(self) -> DataFile | None:
        """What is open; None for arrays, and where nothing is, as after `view` of a folder.

        `open` of a folder lists what it holds and leaves what is open as it is.
        """
        source = self._bench.recordings.shown_source
        if not isinstance(source, FileSource) or self._bench.session.info is None:
            return None
        if self._data_file is None or self._data_file.data_file_path != source.path:
            self._data_file = DataFile(
                source.path, source.experiment_path, source.own_mask_path, layout=source.layout
            )
        return self._data_file

    # -- marks

    @property
    def bad_channels(self) -> list[str]:
        """Labels of the bad channels, in file order, unsaved marks included."""
        session = self._bench.session
        labels = () if session.info is None else session.info.labels
        return [labels[channel] for channel in sorted(session.bad_channels)]

    @property
    def bad_spans(self) -> list[tuple[float, float]]:
        """Bad spans as (start_s, stop_s), of whatever kind."""
        session = self._bench.session
        if session.info is None or session.mask is None:
            return []
        rate = session.info.sampling_rate
        return [(start / rate, stop / rate) for start, stop in session.mask.bad]

    def mark_channel(self, label: str, bad: bool = True) -> None:  # noqa: FBT001, FBT002  public
        """Mark a channel bad or good, as a step that can be undone.

        Raises
        ------
        ValueError
            If no channel has that label.
        MaskFileError
            If the recording's mask cannot be read, so that nothing can be marked.
        """
        session = self._bench.session
        self._wait_for_mask()
        labels = () if session.info is None else session.info.labels
        if label not in labels:
            raise ValueError(f"no channel is called {label!r}; there are {', '.join(labels)}")
        if session.mask_error is not None:
            raise session.mask_error
        self._bench.marking.mark_channels([labels.index(label)], bad=bad)

    def mark_span(self, start_s: float, stop_s: float, bad: bool = True) -> None:  # noqa: FBT001, FBT002  public
        """Mark ``[start_s, stop_s)`` bad by hand, or un-mark it, as a step that can be undone.

        Edges go to the nearest sample; a span has one sample at least.

        Raises
        ------
        ValueError
            If it does not begin before it ends, or lies outside of the recording.
        MaskFileError
            If the recording's mask cannot be read, so that nothing can be marked.
        """
        self._wait_for_mask()
        session = self._bench.session
        span = self._samples(start_s, stop_s)
        if session.mask_error is not None:
            raise session.mask_error
        self._bench.marking.mark_span(span, bad=bad)

    def undo(self) -> None:
        """Take back the last step; nothing where there is none."""
        self._bench.undo_stack.undo()

    def redo(self) -> None:
        """Make the step that was taken back again."""
        self._bench.undo_stack.redo()

    @property
    def selection(self) -> tuple[float, float] | None:
        """The selected stretch as (start_s, stop_s), to be read and set; None for none.

        Raises
        ------
        ValueError
            On setting one that does not begin before it ends, or lies outside of the recording.
        """
        session = self._bench.session
        if session.info is None or session.selection is None:
            return None
        start, stop = session.selection
        return (start / session.info.sampling_rate, stop / session.info.sampling_rate)

    @selection.setter
    def selection(self, stretch_s: tuple[float, float] | None) -> None:
        self._bench.session.select(None if stretch_s is None else self._samples(*stretch_s))

    def _samples(self, start_s: float, stop_s: float) -> tuple[int, int]:
        info = self._bench.session.info
        duration_s = 0.0 if info is None else info.duration_s
        # The end of a recording as it is shown may be rounded up.
        if info is None or not 0 <= start_s < stop_s <= duration_s + 1 / info.sampling_rate:
            raise ValueError(
                f"{start_s} to {stop_s} s is no stretch of this recording, "
                f"which goes from 0 to {duration_s:g} s"
            )
        rate = info.sampling_rate
        return span_between(
            nearest_sample(start_s, rate), nearest_sample(stop_s, rate), info.n_samples
        )

    @property
    def is_modified(self) -> bool:
        """Whether there are marks that are not saved."""
        return self._bench.session.is_modified

    def save_mask(self, path: str | os.PathLike[str] | None = None) -> None:
        """Write the mask, by default to the recording's own file, and wait until it is written.

        Raises
        ------
        MaskFileError
            If it was not written; the marks are kept.
        """
        self._wait_for_mask()
        session = self._bench.session
        if session.mask is None or (path is None and session.mask_path is None):
            if session.mask_error is not None:
                raise session.mask_error
            raise MaskFileError(path or "mask", "nothing to save", "open a recording first")
        failures: list[Exception | None] = []
        self._bench.saving.write(None if path is None else Path(path), failures.append)
        run_until(lambda: bool(failures), None)
        if failures[0] is not None:
            raise failures[0]

    # -- what leaves it

    def export(self, path: str | os.PathLike[str], **options: Any) -> tuple[Path, ...]:
        """Write a stretch of what is open to other files, and wait until they are written.

        Parameters
        ----------
        path : str or path-like
            The file to make, or a folder to make it in.
        **options
            `start_s`, `stop_s` (seconds; by default the selection, else all), `format` (by default
            what the name ends in), `channels` ("all", "good", or labels), `bad_samples` ("keep",
            "nan" or a number) and `force` (replace what is there), as `ecogview export` has them.

        Returns
        -------
        tuple of Path
            The files written, the main one last.

        Raises
        ------
        ExportError
            If nothing was written, and why.
        RecordingError
            If nothing is open, or it cannot be read.
        """
        from ecogview.services.export_request import export_recording  # drags scipy along

        self._wait_for_mask()
        source, selection = self._bench.recordings.shown_source, self.selection
        if source is None or self._bench.session.info is None:
            raise RecordingError(path, "no recording to export", "open a recording first")
        if selection is not None and not options.keys() & {"start_s", "stop_s"}:
            options |= {"start_s": selection[0], "stop_s": selection[1]}
        return export_recording(source, self._bench.session.mask, path, **options)

    # -- the window itself

    def screenshot(self, path: str | os.PathLike[str]) -> None:
        """Save a picture of the window.

        Raises
        ------
        OSError
            If it cannot be written, or the ending is not that of a picture.
        """
        if not self.main_window.grab().save(os.fspath(path)):
            raise OSError(f"{os.fspath(path)}: cannot be written as a picture; try a name in .png")

    def close(self) -> None:
        """Close the window without asking; unsaved marks are offered when it is opened again."""
        self._bench.close_now()

    def _forget(self) -> None:
        if self in _open_viewers:
            _open_viewers.remove(self)

    @property
    def main_window(self) -> QMainWindow:
        return self._bench.window

    def _wait_for_mask(self) -> None:
        run_until(lambda: not self._bench.recordings.is_busy, 60.0)


def view(
    source: str | os.PathLike[str] | DataFile | ArrayLike,
    *,
    sampling_rate: float | None = None,
    channel_labels: Sequence[str] | None = None,
    block: bool | None = None,
) -> Viewer:
    """Open a window on a recording.

    Parameters
    ----------
    source : str, path-like, DataFile or array_like
        A recording or a folder of them, or an array of shape (channels, samples) in µV.
    sampling_rate : float, optional
        In Hz; needed for arrays.
    channel_labels : sequence of str, optional
        For arrays; numbers from 1 on by default.
    block : bool, optional
        Whether to run the event loop until the window is closed. By default not where a
        QApplication exists already or under IPython, else yes.

    Returns
    -------
    Viewer

    Raises
    ------
    ValueError
        If an array has no sampling rate, not two dimensions, or not as many labels as channels.
    RecordingError
        If a path names nothing that exists.
    """
    parsed = parse_source(source, sampling_rate, channel_labels)
    had_application = QApplication.instance() is not None
    application = make_application()
    if not had_application:
        _kept_alive.append(application)
    viewer = Viewer()
    _open_viewers.append(viewer)
    bench = viewer._bench
    bench.window.closed.connect(viewer._forget)
    if isinstance(parsed, Path):
        bench.recordings.open_path(parsed)
    else:
        bench.recordings.open_source(parsed)
    bench.show()
    if block is None:
        block = not had_application and not _is_interactive()
    if block:
        run_event_loop(application, bench)
    return viewer


def _refuse_nan(**times_s: float) -> None:
    for name, time_s in times_s.items():
        if math.isnan(time_s):
            raise ValueError(f"{name} {time_s} must be a number of seconds")


def _is_interactive() -> bool:
    """Whether there is a shell of IPython: a library may have imported it in a plain script."""
    get_shell = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get_shell is not None and get_shell() is not None
