"""Where a new model comes from: a file, a folder, or a template."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.new_model.templates import Template, templates
from studio.failure import Failure
from studio.ui.look.theme import colour
from studio.ui.new_model import names
from studio.ui.widgets import Clickable, IconLabel, Label, LinkButton, paint
from studio.ui.widgets.drops import DropBox
from studio.ui.widgets.structure import Row

ENDINGS = (".onnx", ".pt", ".plan", ".savedmodel", "model.py")
_WIDTH = 640


class TemplateCard(Clickable):
    """One template: icon, title, what it is for."""

    def __init__(self, template: Template, parent: QWidget) -> None:
        super().__init__(parent)
        self.template = template
        self.setObjectName(names.NewModel.TEMPLATE.format(template.key))
        self.setAccessibleName(template.title)
        self.setAccessibleDescription(template.text)
        self.setFixedHeight(52)
        self._text = Label(template.text, "dim", 12, parent=self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(template.title, weight=500, parent=self))
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(IconLabel(template.icon, "accent", parent=self))
        row.addLayout(words, 1)

    def allow(self, reason: str) -> None:
        """Greys the template where there is a reason, which it then tells."""
        self.setEnabled(not reason)
        self._text.setText(reason or self.template.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint.round_rect(
                painter, rect, 6, fill="field" if self.hovered and self.isEnabled() else "panel", edge="line"
            )
            if self.hasFocus():
                paint.focus_ring(painter, rect, 6)


class Refusal(QFrame):
    """Why what was dropped cannot be taken, in full, and what to do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.NewModel.PROBLEM)
        self._title = Label("", weight=500, parent=self)
        self._text = Label("", "text", 12, parent=self)
        for label in (self._title, self._text):
            label.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        row.addWidget(IconLabel("x-circle-fill", "error", parent=self), alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def show_failure(self, failure: Failure | None) -> None:
        """Shows a failure; goes where there is none."""
        if failure is not None:
            self._title.setText(failure.attempted)
            self._text.setText(f"{failure.detail[:1].upper()}{failure.detail[1:]}")
            self.setAccessibleName(str(failure))
        self.setVisible(failure is not None)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("error_soft"))
            painter.fillRect(0, 0, 2, self.height(), colour("error"))


class ChoosePage(QWidget):
    """A box to drop into, and the templates below it."""

    file_wanted = Signal()
    folder_wanted = Signal()
    template_chosen = Signal(object)
    """Template"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        middle = QWidget(self)
        middle.setFixedWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 24, 0, 16)
        column.setSpacing(8)
        self.problem = Refusal(middle)
        self.box = DropBox(names.NewModel.DROP, "Drop a model file or folder here", ENDINGS, 72, parent=middle)
        self.file = LinkButton("Choose a file…", parent=middle)
        self.folder = LinkButton("Choose a folder…", parent=middle)
        self.file.setObjectName(names.NewModel.FILE)
        self.folder.setObjectName(names.NewModel.FOLDER)
        column.addWidget(self.problem)
        column.addWidget(self.box)
        column.addWidget(Row("stretch", self.file, self.folder, "stretch", spacing=16, parent=middle))
        column.addSpacing(12)
        column.addWidget(Label("Or start from a template that works as it is", weight=600, parent=middle))
        self.cards = [TemplateCard(each, middle) for each in templates()]
        for card in self.cards:
            column.addWidget(card)
            card.clicked.connect(lambda card=card: self.template_chosen.emit(card.template))
        column.addStretch(1)
        whole = QHBoxLayout(self)
        whole.addWidget(middle, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.box.clicked.connect(self.file_wanted)
        self.file.clicked.connect(self.file_wanted)
        self.folder.clicked.connect(self.folder_wanted)

    def allow_calls(self, can_call: bool) -> None:
        """Greys the templates that call a model where there is none to call."""
        for card in self.cards:
            nothing = "Needs a model in the repository whose configuration writes its inputs and outputs."
            card.allow(nothing if card.template.calls and not can_call else "")

    def say(self, failure: Failure | None) -> None:
        """Tells why something could not be taken."""
        self.problem.show_failure(failure)
