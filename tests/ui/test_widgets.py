"""The shared controls: mouse, keyboard, and what they tell screen readers."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.ui import widgets
from studio.ui.look import theme
from studio.ui.widgets.dialogs import Question
from tests.fixtures.waiting import wait_until


@dataclass(frozen=True)
class FakeRung:
    """What a ladder needs of a rung."""

    name: str
    state: str
    evidence: str = ""
    time_s: float = 0.0


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")


def test_segmented_is_chosen_by_mouse_and_by_arrow_keys(qtbot: QtBot) -> None:
    choice = widgets.Segmented([("grpc", "gRPC"), ("http", "HTTP"), ("ws", "Other")])
    qtbot.addWidget(choice)
    choice.show()
    heard: list[str] = []
    choice.changed.connect(heard.append)
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=choice.cell("http").center().toPoint())
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Right)
    QTest.keyClick(choice, Qt.Key.Key_Right)
    assert heard == ["http", "ws"]
    assert choice.value() == "ws"
    assert choice.accessibleDescription() == "Other chosen"


def test_segmented_with_many_toggles_and_leaves_out_what_is_off(qtbot: QtBot) -> None:
    choice = widgets.Segmented([("form", "Form"), ("text", "Text")], many=True)
    qtbot.addWidget(choice)
    choice.show()
    choice.set_values(["form"])
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=choice.cell("text").center().toPoint())
    assert choice.values() == ("form", "text")
    choice.set_enabled("form", False)
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=choice.cell("form").center().toPoint())
    assert choice.values() == ("form", "text")


def test_switch_is_toggled_by_space(qtbot: QtBot) -> None:
    switch = widgets.Switch("on")
    qtbot.addWidget(switch)
    switch.show()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    assert switch.height() >= 16


def test_number_field_tells_only_numbers_within_its_range(qtbot: QtBot) -> None:
    field = widgets.NumberField(5, "MB", low=0, high=100)
    qtbot.addWidget(field)
    field.show()
    heard: list[float] = []
    field.edited.connect(heard.append)
    field.field.selectAll()
    QTest.keyClicks(field.field, "250x7")
    assert heard == [2, 25]
    assert field.value() is None
    field.set_value(99)
    for _ in range(3):
        QTest.keyClick(field.field, Qt.Key.Key_Up)
    assert field.value() == 100
    field.set_value(None)
    assert field.value() is None


def test_number_field_takes_64_bits(qtbot: QtBot) -> None:
    field = widgets.NumberField(0)
    qtbot.addWidget(field)
    field.set_value(2**62)
    assert field.value() == 2**62


def test_section_header_folds_its_body_by_mouse_and_keyboard(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    body = QLabel("inside")
    header = widgets.SectionHeader("Inputs", body=body)
    column.addWidget(header)
    column.addWidget(body)
    qtbot.addWidget(page)
    page.show()
    QTest.mouseClick(header, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    assert body.isHidden()
    header.setFocus()
    QTest.keyClick(header, Qt.Key.Key_Space)
    assert not body.isHidden()


def test_inline_problem_says_what_it_is_and_hands_its_fix_on(qtbot: QtBot) -> None:
    problem = widgets.InlineProblem("warning", "May wait 0.5 s", "Set to 500 µs")
    qtbot.addWidget(problem)
    problem.show()
    assert problem.height() == 32
    assert problem.accessibleName() == "warning: May wait 0.5 s"
    with qtbot.waitSignal(problem.fix_requested):
        QTest.mouseClick(problem.fix, Qt.MouseButton.LeftButton)
    problem.show_problem("error", "No such tensor")
    assert problem.fix.isHidden()


def test_inline_problem_shows_all_of_its_words_where_they_are_many(qtbot: QtBot) -> None:
    """On more lines, and with the fix below them where it leaves them too little room."""
    problem = widgets.InlineProblem("error", "A few words", "Change the name to “resnet”")
    qtbot.addWidget(problem)
    problem.resize(504, problem.height())
    problem.show()
    assert problem.height() == 32
    problem.show_problem("error", "Triton knows no such platform. It is a backend: name it as one. " * 3, "Use it")
    assert problem.height() > 32
    needed = problem.message.heightForWidth(problem.message.width())
    assert problem.message.height() >= needed, "words are cut"
    assert problem.rect().contains(problem.fix.geometry())
    assert not problem.fix.geometry().intersects(problem.message.geometry())
    problem.resize(1600, problem.height())
    assert problem.height() == 32, "it stays high where there is room for one line"
    problem.show_problem("error", "word " * 200)
    assert len(problem.message.text()) < 500
    assert problem.message.toolTip() == "word " * 200
    problem.show_problem("error", "Wrong", "Use another one in place of it " * 4)
    problem.resize(300, problem.height())
    assert problem.rect().contains(problem.fix.geometry())
    assert problem.fix.toolTip() == "Use another one in place of it " * 4


def test_ladder_names_the_rung_that_fails(qtbot: QtBot) -> None:
    rungs = [FakeRung("Process", "ok", "pid 12", 0.4), FakeRung("Repository", "fail", "no such folder", 1.0)]
    small, large = widgets.LadderRungs(), widgets.Ladder()
    for widget in (small, large):
        qtbot.addWidget(widget)
    small.set_rungs(rungs)
    large.set_rungs(rungs, "It was moved.", [widgets.LinkButton("Choose another")])
    large.show()
    assert small.states() == ("ok", "fail")
    assert "Repository: fails. no such folder" in small.accessibleDescription()
    shown = [label.text() for label in large.findChildren(QLabel)]
    assert "It was moved." in shown
    large.set_rungs(rungs[:1])
    wait_until(lambda: len(large.findChildren(widgets.LinkButton)) == 0)


def test_each_rung_that_fails_tells_its_own_evidence_and_the_first_what_is_known_besides(qtbot: QtBot) -> None:
    whole = "no GPU is inside the server, though its request for one was accepted: classifier did not load"
    ladder = widgets.Ladder()
    qtbot.addWidget(ladder)
    rungs = [FakeRung("Versions", "fail", "0 of 1", 1.0), FakeRung("GPU", "fail", whole, 1.0)]
    ladder.set_rungs(rungs, "It was moved.", [widgets.LinkButton("Choose another")])
    shown = [label.text() for label in ladder.findChildren(QLabel)]
    assert shown.count("It was moved.") == 1
    assert shown.index("It was moved.") < shown.index("GPU")
    assert whole in shown


def test_a_ladder_that_says_something_else_keeps_its_rows(qtbot: QtBot) -> None:
    ladder = widgets.Ladder()
    qtbot.addWidget(ladder)
    ladder.set_rungs([FakeRung("Process", "ok", "pid 12", 0.4), FakeRung("Request", "ok", "in 3 ms", 1.0)])
    before = ladder.findChildren(QLabel)
    ladder.set_rungs([FakeRung("Process", "ok", "pid 12", 0.4), FakeRung("Request", "ok", "in 4 ms", 2.0)])
    assert ladder.findChildren(QLabel) == before
    assert {"in 4 ms", "2.0 s"} <= {label.text() for label in before}
    ladder.set_rungs([FakeRung("Process", "ok", "pid 12", 0.4), FakeRung("Request", "fail", "refused", 3.0)])
    assert "refused" in {label.text() for label in ladder.findChildren(QLabel) if label not in before}


def test_elided_label_tells_the_whole_in_its_tool_tip(qtbot: QtBot) -> None:
    page = QWidget()
    page.resize(300, 60)
    label = widgets.ElidedLabel("a rather long sentence that does not fit", parent=page)
    label.resize(60, 20)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    label.repaint()
    assert label.toolTip() == label.text()


@pytest.mark.parametrize(("name", "family"), [("TYPE_FP32", "F"), ("UINT8", "U"), ("BYTES", "S"), ("BF16", "F")])
def test_data_types_have_one_mark_everywhere(qtbot: QtBot, name: str, family: str) -> None:
    from studio.ui.widgets.paint import family as of

    assert of(name) == family
    mark = widgets.DataTypeMark(name)
    qtbot.addWidget(mark)
    assert name.removeprefix("TYPE_") in mark.accessibleName()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0039, "3.9 ms"), (0.4, "0.4 s"), (59.94, "59.9 s"), (728, "12 min 08 s")]
)
def test_times_read_as_a_person_says_them(seconds: float, text: str) -> None:
    assert widgets.format_seconds(seconds) == text


def test_buttons_have_the_heights_of_the_design(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    kinds = {"normal": 28, "dense": 24, "small": 20}
    buttons = {size: widgets.QuietButton("Do", size=size) for size in kinds}
    for button in buttons.values():
        column.addWidget(button)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    assert {size: button.height() for size, button in buttons.items()} == kinds


def test_what_stands_out_in_a_question_has_the_keyboard(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    with qtbot.waitExposed(window):
        window.show()
    question = Question(window, "Save it?", "It is not saved.")
    for key, kind in (("", "quiet"), ("no", "quiet"), ("save", "primary")):
        question.add_button(key, key or "Cancel", kind)
    question.finish()
    question.open()
    focus = question.focusWidget()
    assert focus is not None
    assert focus.objectName() == "answer.save"
    middle, around = question.geometry().center(), window.frameGeometry()
    assert abs(middle.x() - around.center().x()) < 40
    assert around.top() < middle.y() < around.bottom()
    question.reject()


def test_a_button_that_is_off_keeps_its_icon(qtbot: QtBot) -> None:
    button = widgets.PrimaryButton("Send", "paper-plane-right-fill")
    qtbot.addWidget(button)
    on = button.icon().pixmap(14).toImage()
    button.setEnabled(False)
    off = button.icon().pixmap(14).toImage()
    assert off != on
    assert any(off.pixelColor(x, y).alpha() for x in range(off.width()) for y in range(off.height()))
    button.setEnabled(True)
    assert button.icon().pixmap(14).toImage() == on


def test_the_keys_of_stages_leave_their_shares_out_before_anything_is_cut(qtbot: QtBot) -> None:
    keys = widgets.StageKeys()
    qtbot.addWidget(keys)
    keys.resize(300, 20)
    keys.show()
    times = {"queue": 1e6, "input": 1e5, "compute": 2e6}
    keys.set_parts(times, 4e6, {stage: f"{value / 1e6:.2f} ms" for stage, value in times.items()})

    def shares() -> list[bool]:
        return [each.isVisible() for each in keys.findChildren(QLabel) if each.text().endswith("%")]

    wait_until(lambda: shares() == [False] * 3)
    keys.resize(700, 20)
    assert shares() == [True] * 3
    keys.resize(300, 20)
    assert shares() == [False] * 3


def test_an_icon_keeps_away_from_the_text_of_its_button(qtbot: QtBot) -> None:
    def ink(button: widgets.QuietButton) -> list[int]:
        """The columns of its icon that something is drawn in."""
        image = button.icon().pixmap(button.iconSize()).toImage()
        rows, columns = range(image.height()), range(image.width())
        return [x for x in columns if any(image.pixelColor(x, y).alpha() for y in rows)]

    before, alone, behind = (
        widgets.QuietButton("Export", "export"),
        widgets.QuietButton("", "export"),
        widgets.QuietButton("Order", "caret-down"),
    )
    for each in (before, alone, behind):
        qtbot.addWidget(each)
    behind.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert (before.iconSize().width(), alone.iconSize().width()) == (17, 14)
    assert 0 <= ink(before)[0] < ink(before)[-1] < 14
    assert 3 <= ink(behind)[0] < ink(behind)[-1] < 17
