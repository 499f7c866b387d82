"""The QApplication, made once, and what catches the unforeseen."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import threading
from pathlib import Path
from types import TracebackType

import platformdirs
from PyQt6.QtCore import QtMsgType, qInstallMessageHandler
from PyQt6.QtWidgets import QApplication

from ecogview.services.settings import Settings
from ecogview.views import theme

_log = logging.getLogger("ecogview")


def make_application() -> QApplication:
    """The application, as it is if there is one already, else made with ecogview's looks."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        theme.apply(existing, Settings().theme)
        return existing
    QApplication.setApplicationName("ecogview")
    QApplication.setDesktopFileName("ecogview")
    application = QApplication(sys.argv[:1])
    theme.apply(application, Settings().theme)
    install_hooks()
    return application


def install_hooks() -> None:
    """Log what nobody caught, instead of ending the program.

    Without `sys.excepthook` set, PyQt6 aborts the process on an exception in a slot.
    """
    folder = Path(platformdirs.user_log_dir("ecogview", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            folder / "ecogview.log", maxBytes=1 << 20, backupCount=2, delay=True, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _log.addHandler(handler)
    sys.excepthook = _on_exception
    threading.excepthook = _on_thread_exception
    qInstallMessageHandler(_on_qt_message)


def _on_exception(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    _log.critical("unforeseen error", exc_info=(kind, error, traceback))


def _on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _on_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _on_qt_message(kind: QtMsgType, _context: object, text: str | None) -> None:
    level = logging.DEBUG if kind is QtMsgType.QtDebugMsg else logging.WARNING
    _log.log(level, "Qt: %s", text)
