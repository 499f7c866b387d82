"""Pictures of the traces as they stand: saved as a file, or copied."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QMimeData, QSizeF
from PyQt6.QtGui import QGuiApplication, QImage

from ecogview.app.saving import in_words
from ecogview.services.column_reading import Columns
from ecogview.services.messages import Action
from ecogview.services.picture_reading import read_all_columns
from ecogview.services.tasks import Tasks
from ecogview.views.colour_tokens import DARK, LIGHT
from ecogview.views.desktop import show_in_folder
from ecogview.views.picture_content import PictureContent
from ecogview.views.save_name import ask_for_name

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench
    from ecogview.views.picture_dialog import PictureDialog
    from ecogview.views.picture_files import PictureKind

_COPIED_SCALE = 2


class Pictures:
    """Takes what is on the screen, reads and draws it anew in a thread. GUI thread only.

    Pictures are light whatever the window is, unless asked for otherwise: they go into papers.
    What draws and writes them is imported with the first one.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._session = bench.session
        self._tasks = Tasks("pictures", bench)
        self._is_cancelled = threading.Event()
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
            self._bench.messages.info(f"Picture copied: {pixels}", key="picture")

        self._draw("light", draw, done)

    def save(
        self, target: Path, kind: PictureKind, scale: int, colours: Literal["light", "dark"]
    ) -> None:
        """Draw the picture and write it; says so when it is done."""
        from ecogview.views.picture_files import picture_bytes, write_picture

        def draw(content: PictureContent, columns: Columns, is_stale: Callable[[], bool]) -> Path:
            data = picture_bytes(content, columns, kind, scale, is_stale)
            if not is_stale():
                write_picture(target, data)
            return target

        def done(written: Path) -> None:
            show = Action("Show in folder", lambda: self._show_in_folder(written))
            self._bench.messages.info(
                f"Picture saved as {written.name}", actions=(show,), key="picture"
            )

        self._draw(colours, draw, done)

    def close(self) -> None:
        """Give up what is being read, and end."""
        self._is_cancelled.set()
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
        """The panel without its scroll bars."""
        traces = self._bench.window.traces
        width = traces.gutter.width() + traces.canvas.width()
        return QSizeF(width, traces.lane.height() + traces.canvas.height() + traces.axis.height())

    def _draw(
        self,
        colours: Literal["light", "dark"],
        draw: Callable[[PictureContent, Columns, Callable[[], bool]], object],
        done: Callable[..., None],
    ) -> None:
        bench = self._bench
        source, info = bench.recordings.shown_source, self._session.info
        if source is None or info is None:
            return
        content = PictureContent.of(
            self._session,
            bench.window.traces.canvas.estimate,
            self._size(),
            DARK if colours == "dark" else LIGHT,
            bench.window.font(),
            bench.window.traces.event_layer.events.shown,
        )
        overview = bench.overviews.complete
        self._is_cancelled.set()  # what was asked for before
        cancelled = self._is_cancelled = threading.Event()

        def work() -> object:
            with source.open() as recording:
                columns = read_all_columns(
                    recording, content.grid, content.first_column, overview, cancelled.is_set
                )
            return None if columns is None else draw(content, columns, cancelled.is_set)

        def told(result: object) -> None:
            if not cancelled.is_set():  # else another one is wanted, or the window has gone
                done(result)

        def failed(error: Exception) -> None:
            if not cancelled.is_set():
                bench.messages.error("The picture was not made.", in_words(error), key="picture")

        cancel = Action("Cancel", cancelled.set)
        bench.messages.info("Drawing the picture …", actions=(cancel,), key="picture")
        self._tasks.run(work, told, failed)

    def _show_in_folder(self, path: Path) -> None:
        if not show_in_folder(path):
            self._bench.messages.info(f"It is in {path.parent}")
