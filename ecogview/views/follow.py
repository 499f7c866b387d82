"""Signals of the model, followed by objects that Qt may destroy before Python does."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

from psygnal import SignalInstance
from PyQt6 import sip


def follow(signal: SignalInstance, slot: Callable[[], None]) -> Callable[[], None]:
    """Call a method of a QObject at every emission, until Qt or Python has destroyed the object.

    Returns
    -------
    callable
        Ends it early; may be called more than once.

    Notes
    -----
    Connecting to ``destroyed`` would not do: when the garbage collector takes the object, a slot
    written in Python may have been taken before it, and calling it crashes.
    """
    method = WeakMethod(slot)

    def call() -> None:
        alive = method()
        if alive is None or sip.isdeleted(alive.__self__):  # type: ignore[attr-defined]
            end()
        else:
            alive()

    def end() -> None:
        signal.disconnect(call, missing_ok=True)

    signal.connect(call)
    return end
