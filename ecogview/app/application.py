"""The QApplication, made once, and what catches the unforeseen."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import platformdirs
from PyQt6.QtCore import QObject, QtMsgType, pyqtSignal, qInstallMessageHandler
from PyQt6.QtWidgets import QApplication

from ecogview.qt_libraries import check_screen
from ecogview.services.settings import Settings
from ecogview.views import theme
from ecogview.views.icons import app_icon

_Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]

_log = logging.getLogger("ecogview")


def make_application() -> QApplication:
    """The application, as it is if there is one already, else made with ecogview's looks."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        theme.apply(existing, Settings().theme)
        return existing
    check_screen()
    QApplication.setApplicationName("ecogview")
    QApplication.setDesktopFileName("ecogview")
    application = QApplication(sys.argv[:1])
    application.setWindowIcon(app_icon())
    theme.apply(application, Settings().theme)
    install_hooks()
    return application


def install_hooks() -> None:
    """Log what nobody caught, instead of ending the program.

    Without `sys.excepthook` set, PyQt6 aborts the process on an exception in a slot. Who had set
    a hook before, or runs a script, still gets what it would have got.
    """
    _log_to_file()
    sys.excepthook = _chained(sys.excepthook)
    threading.excepthook = _on_thread_exception
    qInstallMessageHandler(_on_qt_message)


class Unforeseen(QObject):
    """Takes what nobody caught, in whatever thread, logs it and tells the GUI thread.

    `told` carries one line; no traceback is printed.
    """

    told = pyqtSignal(str)

    def install(self) -> None:
        sys.excepthook = self._hook

    def _hook(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        _log.critical("unforeseen error", exc_info=(kind, error, traceback))
        self.told.emit(f"{kind.__name__}: {error}")


def _chained(before: _Hook) -> _Hook:
    def hook(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        _log.critical("unforeseen error", exc_info=(kind, error, traceback))
        before(kind, error, traceback)

    return hook


def _log_to_file() -> None:
    folder = Path(platformdirs.user_log_dir("ecogview", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    handler = logging.handlers.RotatingFileHandler(
        folder / "ecogview.log", maxBytes=1 << 20, backupCount=2, delay=True, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _log.addHandler(handler)


def _on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        sys.excepthook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _on_qt_message(kind: QtMsgType, _context: object, text: str | None) -> None:
    level = logging.DEBUG if kind is QtMsgType.QtDebugMsg else logging.WARNING
    _log.log(level, "Qt: %s", text)
