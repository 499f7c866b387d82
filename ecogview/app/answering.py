"""Answers of threads that may come when the window that asked is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6 import sip
from PyQt6.QtWidgets import QWidget


def while_alive(window: QWidget, callback: Callable[[Any], object]) -> Callable[[Any], None]:
    """A callback that does nothing once Qt has destroyed the window: there is nobody to tell."""

    def call(answer: Any) -> None:
        if not sip.isdeleted(window):
            callback(answer)

    return call
