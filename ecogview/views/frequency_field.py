"""A field for a frequency in Hz, as people type it."""

from __future__ import annotations

from PyQt6.QtWidgets import QLineEdit, QWidget

from ecogview.views import theme


class FrequencyField(QLineEdit):
    """Empty stands for none. What nobody types anew stays what it was, to the last digit."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._hz: float | None = None
        self._name = name
        self.setAccessibleName(f"{name} in Hz")
        self.setPlaceholderText("off")
        self.setFont(theme.numeral_font(self.font()))
        self.setFixedWidth(theme.px(104))

    @property
    def is_typed(self) -> bool:
        """Whether it says something else than what was shown."""
        return self.text().strip() != _text(self._hz)

    def follow(self, hz: float | None) -> None:
        """Show what is set now, unless something else has been typed."""
        if self.is_typed:
            self._hz = hz
        else:
            self.show_hz(hz)

    def show_hz(self, hz: float | None) -> None:
        self._hz = hz
        if self.text() != _text(hz):  # else the cursor would jump
            self.setText(_text(hz))

    def hz(self) -> float | None:
        """What it says.

        Raises
        ------
        ValueError
            If that is no frequency.
        """
        if not self.is_typed:
            return self._hz
        words = self.text().strip().lower().removesuffix("hz").strip().replace(",", ".")
        if words in ("", "off"):
            return None
        try:
            return float(words)
        except ValueError:
            raise ValueError(
                f"{self._name}: {self.text().strip()!r} is no frequency; type a number in Hz, or "
                "nothing."
            ) from None


def _text(hz: float | None) -> str:
    return "" if hz is None else f"{hz:.6g} Hz"
