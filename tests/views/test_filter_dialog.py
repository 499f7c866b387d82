"""Filter and reference of one's own: typed, chosen, refused, and never cut off."""

from __future__ import annotations

from itertools import combinations

import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QApplication, QLabel, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from ecogview.dsp.reference import Reference
from ecogview.model.processing import Processing
from ecogview.model.session import Session
from ecogview.services.settings import ThemeChoice
from ecogview.views import theme
from ecogview.views.choice_box import ChoiceBox
from ecogview.views.filter_dialog import FilterDialog
from ecogview.views.frequency_field import FrequencyField
from tests.model.test_processing_choices import open_session

TAB, ENTER = Qt.Key.Key_Tab, Qt.Key.Key_Return


class Desk:
    """A dialog on a session, and all that it has asked for."""

    def __init__(self, qtbot: QtBot, session: Session) -> None:
        self.qtbot, self.session = qtbot, session
        self.asked: list[Processing] = []
        self.refusal: str | None = None
        self.dialog = FilterDialog(session, self.apply)
        qtbot.addWidget(self.dialog)
        self.dialog.show()
        qtbot.waitActive(self.dialog)

    def apply(self, processing: Processing) -> str | None:
        self.asked.append(processing)
        if self.refusal is None:
            self.set(processing)
        return self.refusal

    def set(self, processing: Processing) -> None:
        self.session.set_display(self.session.display.processed(processing))

    @property
    def now(self) -> Processing:
        return self.session.display.processing

    def type(self, field: FrequencyField, text: str, key: Qt.Key | None = ENTER) -> None:
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClick(field, Qt.Key.Key_Delete)
        self.qtbot.keyClicks(field, text)
        if key is not None:
            self.qtbot.keyClick(field, key)

    def choose(self, box: ChoiceBox, text: str) -> None:
        place = box.findText(text)
        assert place >= 0, [box.itemText(n) for n in range(box.count())]
        box.setCurrentIndex(place)
        box.activated.emit(place)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, open_session())


def test_typed_numbers_are_applied_and_written_in_full(desk: Desk) -> None:
    dialog = desk.dialog
    desk.type(dialog.highpass, "0,5")
    assert desk.now == Processing(0.5)
    assert dialog.highpass.text() == "0.5 Hz"
    desk.type(dialog.lowpass, "40 hz", TAB)
    desk.type(dialog.notch, "60")
    dialog.harmonics.setValue(1)
    assert desk.now == Processing(0.5, 40.0, 60.0, n_harmonics=1)
    desk.type(dialog.notch, "")
    assert desk.now == Processing(0.5, 40.0, n_harmonics=1)
    assert not dialog.harmonics.isEnabled()
    assert dialog.isVisible()  # Enter is not the dialog's


def test_a_pause_in_typing_shows_it_before_the_field_is_left(desk: Desk, qtbot: QtBot) -> None:
    desk.type(desk.dialog.highpass, "0.", key=None)
    desk.dialog._pause.timeout.emit()
    assert desk.now == Processing()  # 0 Hz is none, and nobody is told before it is finished
    assert not desk.dialog.advice.is_problem
    qtbot.keyClicks(desk.dialog.highpass, "25")
    with qtbot.waitSignal(desk.dialog._pause.timeout):
        pass
    assert desk.now == Processing(0.25)
    assert desk.dialog.highpass.text() == "0.25"  # still being typed
    qtbot.keyClick(desk.dialog.highpass, TAB)
    assert desk.dialog.highpass.text() == "0.25 Hz"
    assert len(desk.asked) == 1


@pytest.mark.parametrize("is_on", [True, False])
def test_tabbing_through_changes_nothing(desk: Desk, qtbot: QtBot, is_on: bool) -> None:
    exact = Processing(
        1.23456789, 40.00000001, 49.98765432, 2, (8.7654321, 12.3456789),
        Reference("average", (1, 3)), "linear", is_on=is_on,
    )  # fmt: skip
    desk.set(exact)
    desk.dialog.highpass.setFocus()
    for _ in range(14):
        qtbot.keyClick(desk.dialog.focusWidget(), TAB)
    for field in (desk.dialog.highpass, desk.dialog.stop_high):
        qtbot.keyClick(field, ENTER)
    assert desk.now == exact
    assert desk.asked == []
    desk.type(desk.dialog.lowpass, "35")
    assert desk.now.is_on  # something was changed
    assert desk.now.highpass_hz == 1.23456789
    assert desk.now.band_stop_hz == (8.7654321, 12.3456789)


def test_tab_goes_through_the_fields_from_top_to_bottom(desk: Desk, qtbot: QtBot) -> None:
    dialog = desk.dialog
    desk.set(Processing(notch_hz=50))
    dialog.band.setFocus()
    wanted = [
        dialog.band, dialog.highpass, dialog.lowpass, dialog.stop_low, dialog.stop_high,
        dialog.notch, dialog.harmonics, dialog.reference, dialog.trend, dialog.zscore,
        dialog.inverted, dialog.reset, dialog.toggle, dialog.close_button,
    ]  # fmt: skip
    seen = [dialog.focusWidget()]
    for _ in wanted[1:]:
        qtbot.keyClick(seen[-1], TAB)
        seen.append(dialog.focusWidget())
    assert seen == wanted


def test_letters_lead_to_every_part(desk: Desk) -> None:
    labels = [label.text() for label in desk.dialog.findChildren(QLabel) if label.buddy()]
    buttons = [desk.dialog.trend, desk.dialog.zscore, desk.dialog.inverted, desk.dialog.reset]
    texts = [*labels, *(b.text() for b in (*buttons, desk.dialog.toggle, desk.dialog.close_button))]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(letters) == len(set(letters)) == 13


def test_a_problem_is_said_is_not_applied_and_can_be_mended(desk: Desk) -> None:
    dialog = desk.dialog
    desk.type(dialog.highpass, "10")
    desk.type(dialog.lowpass, "2")
    assert "not below the low-pass" in dialog.advice.text
    assert dialog.advice.is_problem
    assert dialog.lowpass.text() == "2"
    assert desk.now == Processing(10)
    dialog.inverted.click()  # all else goes on
    assert desk.now == Processing(10, inverted=True)
    assert dialog.advice.is_problem
    desk.type(dialog.highpass, "1")  # now it can be done
    assert desk.now == Processing(1, 2, inverted=True)
    assert not dialog.advice.is_problem
    assert dialog.lowpass.text() == "2 Hz"
    desk.type(dialog.notch, "hum")
    assert "Notch: 'hum' is no frequency" in dialog.advice.text
    desk.choose(dialog.reference, "Common median")
    assert desk.now == Processing(1, 2, reference=Reference("median"), inverted=True)
    assert dialog.notch.text() == "hum"
    assert dialog.advice.is_problem
    desk.type(dialog.notch, "off")
    assert not dialog.advice.is_problem
    assert all(processing.problem(1000.0) is None for processing in desk.asked)


def test_what_is_refused_nevertheless_is_said(desk: Desk) -> None:
    desk.refusal = "The disk is full."
    desk.type(desk.dialog.highpass, "1")
    assert desk.dialog.advice.text == "The disk is full."
    desk.choose(desk.dialog.reference, "Common average")
    assert desk.dialog.advice.text == "The disk is full."
    assert desk.dialog.reference.currentText() == "As recorded"


def test_a_band_is_rejected_once_it_has_both_corners(desk: Desk) -> None:
    dialog = desk.dialog
    desk.type(dialog.stop_low, "8", TAB)
    assert desk.now == Processing()
    assert "one corner" in dialog.advice.text
    assert not dialog.advice.is_problem
    desk.type(dialog.stop_high, "12", TAB)
    assert desk.now == Processing(band_stop_hz=(8, 12))
    assert (dialog.stop_low.text(), dialog.stop_high.text()) == ("8 Hz", "12 Hz")
    desk.type(dialog.stop_high, "4", TAB)
    assert "above the lower one" in dialog.advice.text
    assert desk.now == Processing(band_stop_hz=(8, 12))
    desk.type(dialog.stop_high, "", TAB)
    desk.type(dialog.stop_low, "", TAB)
    assert desk.now == Processing()
    assert "Zero-phase" in dialog.advice.text


def test_presets_fill_the_fields_and_give_up_what_was_typed(desk: Desk) -> None:
    dialog = desk.dialog
    desk.type(dialog.lowpass, "fast")
    desk.choose(dialog.band, "1–40 Hz")
    assert desk.now == Processing(1, 40)
    assert (dialog.highpass.text(), dialog.lowpass.text()) == ("1 Hz", "40 Hz")
    assert not dialog.advice.is_problem
    desk.type(dialog.highpass, "2")
    assert dialog.band.currentText() == "2–40 Hz"
    desk.choose(dialog.band, "No band")
    assert desk.now == Processing()


def test_what_a_recording_cannot_have_is_disabled_with_the_reason(qtbot: QtBot) -> None:
    desk = Desk(qtbot, open_session(250.0, has_grid=False))
    reasons = {}
    for box in (desk.dialog.band, desk.dialog.reference):
        model = box.model()
        assert isinstance(model, QStandardItemModel)
        for place in range(box.count()):
            if box.itemText(place) and not model.item(place).isEnabled():
                reasons[box.itemText(place)] = box.itemData(place, Qt.ItemDataRole.ToolTipRole)
    assert set(reasons) == {
        "70–150 Hz", "Bipolar along rows", "Bipolar along columns",
        "Average of the selected channels", "Median of the selected channels",
        "Against the selected channel",
    }  # fmt: skip
    assert "125 Hz" in reasons["70–150 Hz"]
    assert "JSON" in reasons["Bipolar along rows"]
    assert "Ctrl+click" in reasons["Against the selected channel"]


def test_references_follow_the_selection_and_the_recording(desk: Desk) -> None:
    dialog, session = desk.dialog, desk.session
    session.channels.select([4, 1])
    desk.choose(dialog.reference, "Median of the 2 selected")
    assert desk.now == Processing(reference=Reference("median", (1, 4)))
    session.channels.select([2])
    assert dialog.reference.currentText() == "Median of 2 channels"
    desk.choose(dialog.reference, "Against the selected E05")
    assert desk.now == Processing(reference=Reference("channel", (2,)))
    desk.type(dialog.highpass, "nonsense")
    other = open_session(250.0)
    assert other.info is not None
    session.open(other.info, window=other.window, channels=other.channels, display=session.display)
    assert dialog.highpass.text() == ""  # of another recording
    assert dialog.band.findText("70–150 Hz") >= 0
    session.channels.select([0, 3])
    assert dialog.reference.findText("Average of the 2 selected") >= 0


def test_switched_off_is_said_and_one_press_away(desk: Desk, qtbot: QtBot) -> None:
    dialog = desk.dialog
    assert not dialog.toggle.isEnabled()
    assert not dialog.reset.isEnabled()
    desk.set(Processing(1))
    assert dialog.toggle.text() == "Switch &off"
    dialog.toggle.click()
    assert desk.now == Processing(1, is_on=False)
    assert "Switched off" in dialog.advice.text
    assert dialog.toggle.text() == "Switch &on"
    assert dialog.highpass.text() == "1 Hz"
    dialog.toggle.click()
    assert desk.now == Processing(1)
    dialog.reset.click()
    assert desk.now == Processing()
    dialog.highpass.setFocus()
    qtbot.keyClicks(dialog.highpass, "fast")
    qtbot.keyClick(dialog.highpass, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.show()
    assert dialog.highpass.text() == ""


LONG = (
    Processing(highpass_hz=0.0001), Processing(lowpass_hz=123456.7), Processing(30, 20),
    Processing(band_stop_hz=(49.99999, 50.00001)), Processing(reference=Reference("channel")),
)  # fmt: skip


@pytest.mark.parametrize("choice", ["light", "dark"])
@pytest.mark.parametrize("n_times", [1, 4])
def test_nothing_is_cut_off_or_overlaps_however_long_a_problem_is(
    desk: Desk, choice: ThemeChoice, n_times: int
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, choice)
    dialog = desk.dialog
    rate = 30_000.0
    problems = [processing.problem(rate, 512) for processing in LONG]
    assert all(problems)
    plain = dialog.size()
    for problem in problems:
        dialog.advice.say(" ".join([problem or ""] * n_times), is_problem=True)
        for _ in range(3):
            QApplication.processEvents()
        label = dialog.advice._label
        assert label.height() >= label.heightForWidth(label.width())
        parts = [w for w in dialog.findChildren(QWidget) if w.isVisible() and is_part(dialog, w)]
        assert len(parts) > 20
        for one, other in combinations(parts, 2):
            assert not box_of(dialog, one).intersects(box_of(dialog, other))
        for part in parts:
            assert dialog.rect().contains(box_of(dialog, part))
            if not isinstance(part, QSpinBox):  # the style sheet makes these lower
                assert part.height() >= part.minimumSizeHint().height()
        assert dialog.frameGeometry().width() <= 1366
        assert dialog.frameGeometry().height() <= 768 - 40
        assert dialog.width() == plain.width()
    if n_times == 1:
        assert dialog.height() <= plain.height() + dialog.fontMetrics().lineSpacing()


def test_a_long_problem_does_not_push_it_off_the_screen(desk: Desk) -> None:
    dialog = desk.dialog
    room = dialog.screen().availableGeometry()
    dialog.move(20, room.bottom() - dialog.height())
    dialog.advice.say("Something is wrong with that, and it takes long to say. " * 12)
    for _ in range(3):
        QApplication.processEvents()
    assert dialog.frameGeometry().bottom() <= room.bottom()
    assert dialog.frameGeometry().top() >= room.top()


def test_the_sign_of_a_problem_follows_the_colours(desk: Desk) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    desk.dialog.advice.say("Not so.", is_problem=True)
    seen = []
    for choice in ("light", "dark"):
        theme.apply(app, choice)
        QApplication.processEvents()
        seen.append(desk.dialog.advice._sign.pixmap().toImage())
    assert seen[0] != seen[1]


def is_part(dialog: FilterDialog, widget: QWidget) -> bool:
    """Whether nothing else of the dialog is in it, and it is in nothing else."""
    parent = widget.parentWidget()
    return widget is not dialog.advice and parent in (dialog, dialog.advice)


def box_of(dialog: FilterDialog, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(dialog, QPoint(0, 0)), widget.size())
