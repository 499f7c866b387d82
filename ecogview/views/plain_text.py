"""Text from files where Qt would take it for rich text."""

from __future__ import annotations

from html import escape

from ecogview.errors import printable


def tooltip(*lines: str) -> str:
    """Return lines so that a tooltip shows them as they are, markup and all.

    Qt decides by itself whether a tooltip is rich text; only text that surely is can be escaped.
    """
    shown = "<br>".join(escape(printable(line)) for line in lines)
    return f"<p style='white-space: pre-wrap; margin: 0'>{shown}</p>"
