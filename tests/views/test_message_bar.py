from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ecogview.services.messages import Action, Messages
from ecogview.views import theme
from ecogview.views.colour_tokens import LIGHT
from ecogview.views.elided_text import ElidedText
from ecogview.views.message_bar import MessageBar, StatusMessage


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def bar(qtbot: QtBot, messages: Messages) -> Iterator[MessageBar]:
    """A bar above something that takes the rest, as in the window."""
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    bar = MessageBar(messages)
    column.addWidget(bar)
    column.addWidget(QWidget(), 1)
    host.resize(900, 400)
    host.show()
    qtbot.waitExposed(host)
    yield bar
    host.close()


def buttons(widget: QWidget) -> dict[str, QPushButton]:
    return {b.text(): b for b in widget.findChildren(QPushButton) if b.isVisible()}


def close(bar: MessageBar) -> None:
    found = bar.findChild(QToolButton)
    assert found is not None
    found.click()


def shown(bar: MessageBar) -> str | None:
    return bar.message.text if bar.message is not None else None


def test_is_hidden_until_there_is_something(bar: MessageBar, messages: Messages) -> None:
    assert not bar.isVisible()
    messages.info("E57 bad")
    assert not bar.isVisible()
    messages.warning("Mask is 3 samples short")
    assert bar.isVisible()
    close(bar)
    assert not bar.isVisible()
    assert bar.message is None


def test_says_what_and_how_it_stands(bar: MessageBar, messages: Messages, qtbot: QtBot) -> None:
    messages.error("File became shorter.", "Your marks are still here.")
    line = bar.findChild(ElidedText)
    assert line is not None
    assert (line.text, line.detail) == ("File became shorter.", "Your marks are still here.")
    assert bar.accessibleName() == "Error: File became shorter."
    assert bar.accessibleDescription() == "Your marks are still here."
    qtbot.waitUntil(lambda: bar.height() == theme.px(36))
    assert bar.grab().toImage().pixelColor(1, 18).name().upper() == LIGHT.error.upper()


def test_errors_go_first_and_the_rest_wait(bar: MessageBar, messages: Messages) -> None:
    messages.warning("w1")
    messages.warning("w2")
    assert shown(bar) == "w1"
    messages.error("e1")
    assert shown(bar) == "e1"
    assert "1 of 3" in buttons(bar)
    messages.error("e2")
    assert shown(bar) == "e1"
    order = []
    for _ in range(5):
        order.append(shown(bar))
        next(b for text, b in buttons(bar).items() if " of " in text).click()
    assert order == ["e1", "e2", "w1", "w2", "e1"]
    assert shown(bar) == "e2"
    order = []
    while bar.message is not None:
        order.append(shown(bar))
        close(bar)
    assert order == ["e2", "w1", "w2", "e1"]


def test_a_key_replaces_and_withdraws(bar: MessageBar, messages: Messages) -> None:
    messages.error("not saved", key="save")
    messages.warning("shorter", key="file")
    messages.error("still not saved", key="save")
    assert shown(bar) == "still not saved"
    assert "1 of 2" in buttons(bar)
    messages.info("saved", key="save")
    assert shown(bar) == "shorter"
    messages.withdraw("nothing of that key")
    messages.withdraw("file")
    assert not bar.isVisible()


def test_messages_without_a_key_are_not_withdrawn_by_one(
    bar: MessageBar, messages: Messages
) -> None:
    messages.warning("w")
    messages.withdraw("")
    messages.info("i")
    assert shown(bar) == "w"


def test_the_same_again_is_said_once(bar: MessageBar, messages: Messages) -> None:
    for _ in range(100):
        messages.error("cannot paint")
    close(bar)
    assert bar.message is None


def test_an_action_runs_after_its_message_has_gone(bar: MessageBar, messages: Messages) -> None:
    seen: list[str | None] = []

    def again() -> None:
        seen.append(shown(bar))
        messages.error("not saved again", key="save")

    messages.error("not saved", actions=(Action("Try again", again),), key="save")
    buttons(bar)["Try again"].click()
    assert seen == [None]
    assert shown(bar) == "not saved again"
    assert "Try again" not in buttons(bar)


def test_what_does_not_fit_is_behind_details(
    bar: MessageBar, messages: Messages, qtbot: QtBot
) -> None:
    messages.warning("short", "and its reason")
    assert "Details" not in buttons(bar)
    close(bar)
    reason = "byte 17 calls <b>os.system</b>, which a mask never does; " * 9
    messages.error("The mask cannot be read.", reason)
    assert "Details" in buttons(bar)
    buttons(bar)["Details"].click()
    label = bar.findChild(QLabel)
    assert label is not None
    assert label.isVisible()
    assert label.text() == reason
    assert label.textFormat() == Qt.TextFormat.PlainText
    qtbot.waitUntil(lambda: bar.height() >= theme.px(36) + 3 * label.fontMetrics().height())
    buttons(bar)["Details"].click()
    qtbot.waitUntil(lambda: bar.height() == theme.px(36))


def test_details_hold_a_text_that_itself_is_cut(bar: MessageBar, messages: Messages) -> None:
    messages.error("/a/long/path" * 40 + " cannot be opened.", "It is empty.")
    buttons(bar)["Details"].click()
    label = bar.findChild(QLabel)
    assert label is not None
    assert label.text() == "/a/long/path" * 40 + " cannot be opened.\nIt is empty."


def test_details_come_and_go_with_the_width(
    bar: MessageBar, messages: Messages, qtbot: QtBot
) -> None:
    messages.warning("A warning", "of some length, which fits a wide window and no narrow one")
    host = bar.parentWidget()
    assert host is not None
    for width in (900, 420, 900):
        host.resize(width, 400)
        qtbot.waitUntil(lambda: ("Details" in buttons(bar)) == (bar.width() < 500))


def test_the_keyboard_reaches_every_button(bar: MessageBar, messages: Messages) -> None:
    messages.warning("w", actions=(Action("Read again", list), Action("Ignore", list)))
    messages.warning("v")
    for button in (*buttons(bar).values(), bar.findChild(QToolButton)):
        assert button is not None
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


# -- in the status bar


@pytest.fixture
def status(qtbot: QtBot, messages: Messages) -> StatusMessage:
    status = StatusMessage(messages)
    qtbot.addWidget(status)
    status.resize(500, 24)
    status.show()
    qtbot.waitExposed(status)
    return status


def line_of(status: StatusMessage) -> str:
    line = status.findChild(ElidedText)
    assert line is not None
    return line.text


def test_says_what_was_done_with_a_way_back(status: StatusMessage, messages: Messages) -> None:
    undone: list[int] = []
    assert line_of(status) == "Ready"
    messages.info("E57 bad", actions=(Action("Undo", lambda: undone.append(57)),))
    assert line_of(status) == "E57 bad ·"
    undo = buttons(status)["Undo"]
    assert undo.focusPolicy() & Qt.FocusPolicy.TabFocus
    undo.click()
    assert undone == [57]
    assert status.message is None
    assert not buttons(status)


def test_a_new_message_replaces_the_old_with_its_buttons(
    status: StatusMessage, messages: Messages
) -> None:
    messages.info("E57 bad", actions=(Action("Undo", list),))
    messages.info("saved")
    assert line_of(status) == "saved"
    assert not buttons(status)


def test_warnings_are_not_for_the_status_bar(status: StatusMessage, messages: Messages) -> None:
    messages.info("Writing the demo …", key="demo")
    messages.warning("something else")
    assert line_of(status) == "Writing the demo …"
    messages.error("cannot be written", key="demo")
    assert line_of(status) == "Ready"


def test_passes_after_eight_seconds_unless_it_is_in_use(
    status: StatusMessage, messages: Messages, qtbot: QtBot
) -> None:
    messages.info("E57 bad", actions=(Action("Undo", list),))
    timer = status.findChild(QTimer)
    assert timer is not None
    assert timer.interval() == 8000
    assert timer.isActive()
    under_mouse = Qt.WidgetAttribute.WA_UnderMouse
    status.setAttribute(under_mouse, False)
    status.activateWindow()
    undo = buttons(status)["Undo"]
    undo.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(undo.hasFocus)
    timer.timeout.emit()
    assert status.message is not None
    undo.clearFocus()
    status.setAttribute(under_mouse, True)
    timer.timeout.emit()
    assert status.message is not None
    assert timer.isActive()
    status.setAttribute(under_mouse, False)
    timer.timeout.emit()
    assert status.message is None
    assert not timer.isActive()


def test_withdrawn_only_by_its_key(status: StatusMessage, messages: Messages) -> None:
    messages.info("Writing the demo …", key="demo")
    messages.withdraw("save")
    assert line_of(status) == "Writing the demo …"
    messages.withdraw("demo")
    assert line_of(status) == "Ready"
