"""How a picture of the traces is to be saved: as pixels or vectors, how fine, in which colours."""

from __future__ import annotations

from PyQt6.QtCore import QSizeF, pyqtSignal
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ecogview.views import theme
from ecogview.views.picture_files import SCALES, WIDEST_PX, PictureKind

_KINDS: tuple[tuple[PictureKind, str, str], ...] = (
    ("png", "PNG: pixels, for slides and mail", ""),
    ("svg", "SVG: vectors, to be edited", "Lines and text stay lines and text."),
    ("pdf", "PDF: vectors, for a paper", "Lines and text stay lines and text."),
)
_USUAL_SCALE = 2


class PictureDialog(QDialog):
    """Asks, and stays out of the way of work.

    Signals
    -------
    chosen(str, int, str)
        Kind, scale, and "light" or "dark".
    """

    chosen = pyqtSignal(str, int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save picture")
        self.setModal(False)
        self._size = QSizeF()
        self.kind_field = QComboBox(self)
        self.kind_field.setAccessibleName("Format")
        for kind, text, _ in _KINDS:
            self.kind_field.addItem(text, kind)
        self.scale_field = QComboBox(self)
        self.scale_field.setAccessibleName("Pixels")
        self.scale_field.setFont(theme.numeral_font(self.font()))
        self.colour_field = QComboBox(self)
        self.colour_field.setAccessibleName("Colours")
        self.colour_field.addItem("Light, for print", "light")
        self.colour_field.addItem("Dark", "dark")
        self.note = QLabel(self)
        self.note.setObjectName("secondary")
        self.save_button = QPushButton("Save as …", self)
        self.save_button.setObjectName("primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self._on_save)
        close_button = QPushButton("Close", self)
        close_button.setAutoDefault(False)
        close_button.clicked.connect(self.close)
        self.kind_field.currentIndexChanged.connect(self._update)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.px(12))
        form.setVerticalSpacing(theme.px(8))
        form.addRow("Format", self.kind_field)
        form.addRow("Pixels", self.scale_field)
        form.addRow("Colours", self.colour_field)
        buttons = QHBoxLayout()
        buttons.addWidget(self.note, 1)
        buttons.addWidget(close_button)
        buttons.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(16),) * 4)
        layout.setSpacing(theme.px(16))
        layout.addLayout(form)
        layout.addLayout(buttons)
        self.kind_field.setMinimumWidth(theme.px(280))

    @property
    def kind(self) -> PictureKind:
        return _KINDS[self.kind_field.currentIndex()][0]

    def show_for(self, size: QSizeF) -> None:
        """Open it for a panel of that many logical pixels."""
        self._size = size
        before = self.scale_field.currentData() or _USUAL_SCALE
        self.scale_field.clear()
        choices = self.scale_field.model()
        assert isinstance(choices, QStandardItemModel)
        for place, scale in enumerate(SCALES):
            pixels = (size * scale).toSize()
            text = f"{scale}×   {pixels.width():,} × {pixels.height():,}"
            fits = max(pixels.width(), pixels.height()) <= WIDEST_PX
            self.scale_field.addItem(text if fits else f"{text}: too large", scale)
            choices.item(place).setEnabled(fits)
        self.scale_field.setCurrentIndex(before - 1)
        self._update()
        self.show()
        self.raise_()
        self.activateWindow()
        self.kind_field.setFocus()

    def _update(self) -> None:
        self.scale_field.setEnabled(self.kind == "png")
        self.note.setText(_KINDS[self.kind_field.currentIndex()][2])

    def _on_save(self) -> None:
        scale = int(self.scale_field.currentData())
        self.chosen.emit(self.kind, scale, str(self.colour_field.currentData()))
