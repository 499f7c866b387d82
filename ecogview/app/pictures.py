"""Pictures of the traces as they stand: saved as a file, or copied."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QMimeData, QSizeF
from PyQt6.QtGui import QGuiApplication, QImage

from ecogview.errors import in_words
from ecogview.services.column_reading import Columns
from ecogview.services.messages import Action
from ecogview.services.tasks import Tasks
from ecogview.views.colour_tokens import DARK, LIGHT
from ecogview.views.picture_content import MOST_POINTS, PictureContent, header_height
from ecogview.views.picture_samples import read_picture
from ecogview.views.save_name import ask_for_name

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench
    from ecogview.views.picture_dialog import PictureDialog
    from ecogview.views.picture_files import PictureKind

_COPIED_SCALE = 2
_FAILED = "picture failed"


class Pictures:
    """Takes what is on the screen, reads and draws it anew in a thread. GUI thread only.

    Pictures are light whatever the window is, unless asked for otherwise: they go into papers.
    They are drawn one after the other; what is asked for meanwhile waits, as it stood then.
    What draws and writes them is imported with the first one.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._session = bench.session
        self._tasks = Tasks("pictures", bench)
        self._under_way: list[threading.Event] = []  # set: given up
        self._dialog: PictureDialog | None = None

    @property
    def dialog(self) -> PictureDialog:
        if self._dialog is None:
            from ecogview.views.picture_dialog import PictureDialog

            self._dialog = PictureDialog(self._bench.window)
            self._dialog.chosen.connect(self._on_chosen)
        return self._dialog

    def save_as(self) -> None:
        """Ask how, then where to."""
        if self._session.info is not None:
            self.dialog.show_for(self._size())

    def copy(self) -> None:
        """Put the picture on the clipboard, as pixels and as vectors."""
        from ecogview.views.picture_files import picture_bytes, picture_image

        def draw(
            content: PictureContent, columns: Columns, is_stale: Callable[[], bool]
        ) -> tuple[QImage, bytes]:
            image = picture_image(content, columns, _COPIED_SCALE, is_stale)
            return image, picture_bytes(content, columns, "svg", 1, is_stale)

        def done(drawn: tuple[QImage, bytes]) -> None:
            image, vectors = drawn
            mime = QMimeData()
            mime.setImageData(image)
            mime.setData("image/svg+xml", vectors)
            clipboard = QGuiApplication.clipboard()
            assert clipboard is not None
            clipboard.setMimeData(mime)
            pixels = f"{image.width():,} × {image.height():,} pixels, and as SVG"
            self._tell(f"Picture copied: {pixels}")

        self._draw("light", draw, done, MOST_POINTS)

    def save(
        self, target: Path, kind: PictureKind, scale: int, colours: Literal["light", "dark"]
    ) -> None:
        """Draw the picture and write it; says so when it is done."""
        from ecogview.views.picture_files import most_points_of, picture_bytes, write_picture

        def draw(content: PictureContent, columns: Columns, is_stale: Callable[[], bool]) -> Path:
            data = picture_bytes(content, columns, kind, scale, is_stale)
            if not is_stale():
                write_picture(target, data)
            return target

        def done(written: Path) -> None:
            show = Action("Show in folder", lambda: self._bench.commands.show_in_folder(written))
            self._tell(f"Picture saved as {written.name}", show)

        self._draw(colours, draw, done, most_points_of(kind))

    def close(self) -> None:
        """Give up all that is asked for, and end."""
        self._cancel()
        self._tasks.close()

    # -- inside

    def _on_chosen(self, kind: PictureKind, scale: int, colours: Literal["light", "dark"]) -> None:
        dialog = self.dialog
        suggestion = self._suggestion(kind)
        if suggestion is None:
            return
        target = ask_for_name(
            dialog, "Save picture", suggestion, f".{kind}", f"{kind.upper()} pictures"
        )
        if target is not None:
            dialog.close()
            self.save(target, kind, scale, colours)

    def _suggestion(self, kind: PictureKind) -> Path | None:
        info, window = self._session.info, self._session.window
        if info is None:
            return None
        rate = info.sampling_rate
        stretch = f"{window.start / rate:.6g}-{window.stop / rate:.6g}s"
        return info.path.with_name(f"{info.path.name.removesuffix('.dat')}.{stretch}.{kind}")

    def _size(self) -> QSizeF:
        """The panel without its scroll bars, with a line on top where signals are processed."""
        traces = self._bench.window.traces
        width = traces.gutter.width() + traces.canvas.width()
        height = traces.lane.height() + traces.canvas.height() + traces.axis.height()
        return QSizeF(width, height + header_height(self._session))

    def _draw(
        self,
        colours: Literal["light", "dark"],
        draw: Callable[[PictureContent, Columns, Callable[[], bool]], object],
        done: Callable[..., None],
        most_points: int,
    ) -> None:
        bench = self._bench
        source, info = bench.recordings.shown_source, self._session.info
        if source is None or info is None:
            return
        canvas = bench.window.traces.canvas
        content = PictureContent.of(
            self._session,
            canvas.estimate,
            self._size(),
            DARK if colours == "dark" else LIGHT,
            bench.window.font(),
            bench.window.traces.event_layer.events.shown,
            most_points,
        )
        overview, cancelled = bench.overviews.complete, threading.Event()
        estimate, filtered = canvas.estimate, canvas.filtered
        self._under_way.append(cancelled)

        def work() -> object:
            if cancelled.is_set():
                return None
            with source.open() as recording:
                read = read_picture(
                    recording, content, overview, estimate, filtered, cancelled.is_set
                )
            return None if read is None else draw(*read, cancelled.is_set)

        def told(result: object) -> None:
            if not cancelled.is_set():  # else it is given up, or the window has gone
                self._under_way.remove(cancelled)
                done(result)

        def failed(error: Exception) -> None:
            if not cancelled.is_set():
                self._under_way.remove(cancelled)
                bench.messages.withdraw("picture")
                bench.messages.error("The picture was not made.", in_words(error), key=_FAILED)

        if len(self._under_way) == 1:
            bench.messages.withdraw(_FAILED)
            self._tell("")
        else:
            self._tell("The picture waits for the one before")
        self._tasks.run(work, told, failed)

    def _tell(self, text: str, *actions: Action) -> None:
        """Say what was done, and how many pictures are still to be drawn."""
        n = len(self._under_way)
        if n:
            drawing = "Drawing the picture …" if n == 1 else f"Drawing {n} pictures …"
            text = f"{text}. {drawing}" if text else drawing
            actions += (Action("Cancel", self._cancel),)
        self._bench.messages.info(text, actions=actions, key="picture")

    def _cancel(self) -> None:
        for cancelled in self._under_way:
            cancelled.set()
        self._under_way.clear()
