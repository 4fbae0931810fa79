"""Questions: a dialog that says what is asked, names the thing, and answers by a callback."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.widgets import DangerButton, Label, PrimaryButton, QuietButton, TextField
from studio.ui.widgets.structure import Row

_TITLE_BAR = 28
"""The room above a dialog for what a window manager puts there."""


class Question(QDialog):
    """A title, a sentence, and buttons; `chosen` is the key of the one that was pressed, "" for Escape."""

    def __init__(self, parent: QWidget, title: str, text: str, name: str = "question") -> None:
        super().__init__(parent)
        self.chosen = ""
        self._first: QWidget | None = None
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(420)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(10)
        head = Label(title, px=16, weight=600)
        head.setWordWrap(True)
        body = Label(text, "dim")
        body.setWordWrap(True)
        body.setVisible(bool(text))
        self.column.addWidget(head)
        self.column.addWidget(body)
        self._buttons = Row("stretch")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def showEvent(self, event: QShowEvent) -> None:
        """In the middle of its window: a window manager that does not centre it would put it anywhere."""
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            around = parent.window().frameGeometry()
            place = QPoint(
                around.center().x() - self.width() // 2, around.top() + (around.height() - self.height()) // 3
            )
            room = self.screen().availableGeometry()
            self.move(max(place.x(), room.left()), max(place.y(), room.top() + _TITLE_BAR))

    def add_button(self, key: str, text: str, kind: str = "quiet") -> None:
        """Adds a button; kind is quiet, primary or danger."""
        made = {"primary": PrimaryButton, "danger": DangerButton}.get(kind, QuietButton)(text)
        made.setObjectName(f"answer.{key}")
        made.clicked.connect(lambda: self.answer(key))
        self._buttons.box.addWidget(made)
        if kind == "primary":
            made.setDefault(True)
            self._first = made

    def answer(self, key: str) -> None:
        """Ends it as the button of that key does."""
        self.chosen = key
        self.accept() if key else self.reject()

    def finish(self) -> None:
        """Puts the buttons below everything else."""
        self.column.addSpacing(6)
        self.column.addWidget(self._buttons)
        if self._first is not None:
            # What stands out is what Enter does, so it has the keyboard too.
            self._first.setFocus()


def confirm(
    parent: QWidget, title: str, text: str, verb: str, then: Callable[[], object], kind: str = "danger"
) -> Question:
    """Asks before something that takes away, or that is `primary`; `verb` is what the button says."""
    dialog = Question(parent, title, text)
    dialog.add_button("", "Cancel")
    dialog.add_button("yes", verb, kind)
    dialog.finish()
    dialog.accepted.connect(then)
    dialog.open()
    return dialog


class Prompt(Question):
    """Asks for one text; `check` gives the reason why a text will not do, or "" where it will."""

    def __init__(
        self, parent: QWidget, title: str, text: str, value: str, verb: str, check: Callable[[str], str]
    ) -> None:
        super().__init__(parent, title, text, "prompt")
        self._check = check
        self.field = TextField(value)
        self.field.setObjectName("promptField")
        self.field.setAccessibleName(title)
        self.field.selectAll()
        self.reason = Label("", "error", 12)
        self.reason.setWordWrap(True)
        self.reason.hide()
        self.column.addWidget(self.field)
        self.column.addWidget(self.reason)
        self.add_button("", "Cancel")
        self.add_button("yes", verb, "primary")
        self.finish()
        self.field.textChanged.connect(self._judge)
        self.field.setFocus()

    def _judge(self) -> None:
        self.reason.setText(self._check(self.field.text().strip()))
        self.reason.setVisible(bool(self.reason.text()))
        self.field.set_state("error" if self.reason.text() else "")

    def accept(self) -> None:
        self._judge()
        if not self.reason.text():
            super().accept()


def prompt(
    parent: QWidget,
    title: str,
    text: str,
    value: str,
    verb: str,
    check: Callable[[str], str],
    then: Callable[[str], object],
) -> Prompt:
    """Asks for a text and hands it on."""
    dialog = Prompt(parent, title, text, value, verb, check)
    dialog.accepted.connect(lambda: then(dialog.field.text().strip()))
    dialog.open()
    return dialog


def spaced(*widgets: QWidget) -> QHBoxLayout:
    """Widgets in a row of 8 px gaps."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    return row
