"""Which kernels are at work: plain NumPy until numba has been loaded in the background."""

from __future__ import annotations

from types import ModuleType

from ecogview.dsp import filter_plain, plain, quality_plain

_active: ModuleType = plain
_sums: ModuleType = quality_plain
_filters: ModuleType = filter_plain


def active() -> ModuleType:
    """Module that holds the kernels to call now, `plain` or `kernels`."""
    return _active


def is_compiled() -> bool:
    """Whether the compiled kernels are at work."""
    return _active is not plain


def sums() -> ModuleType:
    """Module that holds `sum_cells` to call now, `quality_plain` or `quality_kernels`."""
    return _sums


def filters() -> ModuleType:
    """Module that holds `sweep` and its like to call now, `filter_plain` or `filter_kernels`."""
    return _filters


def load_compiled() -> None:
    """Import and compile the numba kernels and use them from now on.

    Takes 0.5 s, several seconds the very first time; to be called from a background thread.
    """
    global _active, _sums, _filters
    from ecogview.dsp import filter_kernels, kernels, quality_kernels

    _active, _sums, _filters = kernels, quality_kernels, filter_kernels
