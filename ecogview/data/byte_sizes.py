"""Sizes of files and of memory as people read them."""

from __future__ import annotations


def size_text(n_bytes: float) -> str:
    """Bytes in the decimal unit that fits: "987 bytes", "2.5 MB", "27 GB"."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= size:
            return f"{n_bytes / size:,.{0 if n_bytes >= 10 * size else 1}f} {unit}"
    return f"{n_bytes:.0f} bytes"
