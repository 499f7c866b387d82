"""What a row shows, by name: a channel, or where signals are bipolar the two it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ecogview.data.recording import RecordingInfo
from ecogview.dsp.reference import plan_reference
from ecogview.errors import printable
from ecogview.model.processing import AppliedProcessing
from ecogview.model.session import Session

NO_NEIGHBOUR = "no neighbour"
_BIPOLAR = ("rows", "columns")
_LONGEST = 24  # characters of a label
_LEAST_ROW_PX = 9.0  # high is a line of text without its air: lower ones have no room for words


@dataclass(frozen=True, eq=False, slots=True)
class ShownNames:
    """Names of the rows of a recording.

    Attributes
    ----------
    labels : tuple of str
        Of the channels, in file order.
    partners : tuple of int
        The channel that is taken off each one, -1 where there is none; empty where signals are not
        bipolar.
    """

    labels: tuple[str, ...]
    partners: tuple[int, ...] = ()

    @property
    def are_bipolar(self) -> bool:
        return bool(self.partners)

    def is_of_two(self, channel: int) -> bool:
        """Whether what is shown of a channel is its difference to another one."""
        return self.are_bipolar and self.partners[channel] >= 0

    def lacks_neighbour(self, channel: int) -> bool:
        """Whether a channel shows nothing because there is none to take off it."""
        return self.are_bipolar and self.partners[channel] < 0

    def name(self, channel: int) -> str:
        """What is shown of a channel, `E05 − E06`, or its label."""
        label = printable(self.labels[channel], _LONGEST)
        if not self.is_of_two(channel):
            return label
        return f"{label} − {printable(self.labels[self.partners[channel]], _LONGEST)}"

    def told(self, channel: int) -> str:
        """The same, with a word where nothing is shown: `E08, no neighbour`."""
        name = self.name(channel)
        return f"{name}, {NO_NEIGHBOUR}" if self.lacks_neighbour(channel) else name

    def forms(self, channel: int) -> tuple[str, ...]:
        """The name for narrow places, longer ones first: `E05−E06`, `E05−06`, `05−06`."""
        label = self.labels[channel]
        if not self.is_of_two(channel):
            return (label,)
        other = self.labels[self.partners[channel]]
        letters = _letters(other)
        if letters in ("", other) or letters != _letters(label):
            return (f"{label}−{other}",)
        numbers = [text[len(letters) :] for text in (label, other)]
        return (f"{label}−{other}", f"{label}−{numbers[1]}", "−".join(numbers))


def names_of(info: RecordingInfo, applied: AppliedProcessing | None) -> ShownNames:
    """Names of what a processing makes of a recording; 0.05 ms for 62 channels."""
    if applied is None or applied.processing.reference.kind not in _BIPOLAR:
        return ShownNames(info.labels)
    places = tuple((c.electrode.row, c.electrode.col) for c in info.channels)
    plan = plan_reference(applied.processing.reference, info.n_channels, applied.bad, places)
    assert plan.partners is not None
    return ShownNames(info.labels, tuple(plan.partners.tolist()))


def session_names(session: Session) -> ShownNames:
    """Names of what a session wants to be shown; a recording must be open."""
    assert session.info is not None
    is_bipolar = session.display.processing.reference.kind in _BIPOLAR
    return names_of(session.info, session.processing if is_bipolar else None)


def paint_lacking(
    painter: QPainter,
    left: float,
    middles: Iterable[float],
    row_height: float,
    font: QFont,
    *,
    colour: QColor,
    ground: QColor,
) -> None:
    """Say in rows without a neighbour that they are empty for that.

    Parameters
    ----------
    painter : QPainter
    left : float
        X of the words.
    middles : iterable of float
        Y of the zero lines of such rows.
    row_height : float
        Rows too low for words go without.
    font : QFont
    colour, ground : QColor
        Of the words, and of what is behind them: neighbours may reach into the row.
    """
    if row_height < _LEAST_ROW_PX:
        return
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(NO_NEIGHBOUR), metrics.capHeight()
    painter.setPen(colour)
    for middle in middles:
        box = QRectF(left, middle - height / 2, width + 4, height).adjusted(0, -1, 0, 2)
        painter.fillRect(box, ground)
        painter.drawText(QPointF(left + 2, middle + height / 2), NO_NEIGHBOUR)


def _letters(label: str) -> str:
    """What stands before a label's number."""
    return label[: next((i for i, sign in enumerate(label) if sign.isdigit()), len(label))]
