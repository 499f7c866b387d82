"""Title and note of a panel at the left, in little room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ecogview.views import theme
from ecogview.views.elided_text import ElidedText
from ecogview.views.side_header import SideHeader


@pytest.fixture
def header(qtbot: QtBot, qapp: QApplication) -> Iterator[SideHeader]:
    theme.apply(qapp, "light")
    host = QWidget()
    qtbot.addWidget(host)
    made = SideHeader("Channels", host)
    made.add_button("sort", "Order")
    made.add_button("more", "More")
    host.show()
    yield made
    host.close()


def line_of(header: SideHeader) -> ElidedText:
    line = header.findChild(ElidedText)
    assert line is not None
    return line


@pytest.mark.parametrize("n_channels", [62, 512])
def test_a_note_is_shorter_where_it_would_be_cut(header: SideHeader, n_channels: int) -> None:
    n_bad, n_hidden = n_channels // 16, n_channels - 9
    forms = (
        f"{n_channels - n_bad} good, {n_bad} bad, {n_hidden} hidden",
        f"{n_bad} bad, {n_hidden} hidden",
        f"{n_hidden} hidden",
    )
    header.set_note(*forms)
    for width, expected in zip((480, 276, 216), forms, strict=True):
        header.resize(theme.px(width), header.height())
        QApplication.processEvents()
        line = line_of(header)
        assert line.fitting_detail() == expected
        assert line._width_with(expected) <= line.width() + 1  # nothing of it is cut
    assert header.note == forms[0]
    assert forms[0] in line_of(header).accessibleName()


def test_a_note_without_shorter_forms_is_kept(header: SideHeader) -> None:
    header.set_note("39 files")
    header.resize(60, header.height())
    assert line_of(header).fitting_detail() == "39 files"
