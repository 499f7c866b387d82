"""Which kernels are at work: plain NumPy until numba has been loaded in the background."""

from __future__ import annotations

from types import ModuleType

from ecogview.dsp import plain

_active: ModuleType = plain


def active() -> ModuleType:
    """Module that holds the kernels to call now, `plain` or `kernels`."""
    return _active


def load_compiled() -> None:
    """Import and compile the numba kernels and use them from now on.

    Takes 0.5 s, several seconds the very first time; to be called from a background thread.
    """
    global _active
    from ecogview.dsp import kernels

    _active = kernels
