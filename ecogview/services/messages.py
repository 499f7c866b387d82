"""The one road to the user: whoever has something to say says it here, a widget shows it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from psygnal import Signal

from ecogview.errors import printable

Level = Literal["info", "warning", "error"]

_log = logging.getLogger("ecogview")
_LOG_LEVELS: dict[Level, int] = {
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


@dataclass(frozen=True, slots=True)
class Action:
    """What a message offers: a word for the button, and what it does."""

    text: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say, as plain text.

    `text` is what happened, in a sentence; `detail` why, and whether anything is lost. A message
    takes the place of an earlier one with the same non-empty `key`.
    """

    level: Level
    text: str
    detail: str = ""
    actions: tuple[Action, ...] = ()
    key: str = ""


class Messages:
    """Announces messages and logs them. GUI thread only.

    Text is made printable on the way: it may hold names from files.

    Attributes
    ----------
    posted : Signal(Message)
        Something is to be shown.
    withdrawn : Signal(str)
        What was posted under this key no longer holds.
    """

    posted = Signal(Message)
    withdrawn = Signal(str)

    def info(
        self, text: str, detail: str = "", *, actions: tuple[Action, ...] = (), key: str = ""
    ) -> None:
        """Say what was done; it passes by itself."""
        self.post(Message("info", text, detail, actions, key))

    def warning(
        self, text: str, detail: str = "", *, actions: tuple[Action, ...] = (), key: str = ""
    ) -> None:
        """Say what is odd; it stays until closed or withdrawn."""
        self.post(Message("warning", text, detail, actions, key))

    def error(
        self, text: str, detail: str = "", *, actions: tuple[Action, ...] = (), key: str = ""
    ) -> None:
        """Say what failed; it stays until closed or withdrawn, ahead of warnings."""
        self.post(Message("error", text, detail, actions, key))

    def post(self, message: Message) -> None:
        """Log a message and announce it."""
        shown = Message(
            message.level,
            printable(message.text),
            printable(message.detail),
            message.actions,
            message.key,
        )
        said = f"{shown.text} {shown.detail}".strip()
        _log.log(_LOG_LEVELS[shown.level], "%s", said)
        self.posted.emit(shown)

    def withdraw(self, key: str) -> None:
        """Take back what was posted under `key`, if anything was."""
        self.withdrawn.emit(key)
