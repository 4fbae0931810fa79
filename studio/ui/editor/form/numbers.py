"""A list of whole numbers as chips: type a number and Enter to add, a click on the cross or Backspace to remove."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QIntValidator, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from studio.core.draft import Draft
from studio.text.tree import Path
from studio.ui import names, theme
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.rows import FieldRow
from studio.ui.widgets import Row, paint


class _NewNumber(QLineEdit):
    """The place to type the next number."""

    def __init__(self, owner: NumbersRow) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setProperty("kind", "bare")
        self.setFont(theme.ui_font(12))
        self.setPlaceholderText("add")
        self.setFixedWidth(48)
        self.setValidator(QIntValidator(-(2**31), 2**31 - 1, self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace in the empty field removes the last chip."""
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self._owner.remove_last()
        else:
            super().keyPressEvent(event)


class _Track(QWidget):
    """The outlined track around chips and field, as any field has it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(28)
        self.state = ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The ring shows where the keyboard is."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As a field of the style sheet."""
        del event
        field = self.findChild(QLineEdit)
        held = field is not None and field.hasFocus()
        edge = "accent" if held else {"warning": "warn_fill", "error": "error"}.get(self.state, "edge")
        paint.round_rect(QPainter(self), QRectF(self.rect()), 4, "field", edge, 2 if held else 1)


class NumbersRow(FieldRow):
    """A repeated integer field."""

    def __init__(self, context: FormContext, path: Path, label: str, parent: QWidget | None = None) -> None:
        super().__init__(context, path, label, parent)
        self._values: tuple[int, ...] = ()
        self._holder = _Track(self)
        self._chips = QHBoxLayout(self._holder)
        self._chips.setContentsMargins(6, 0, 6, 0)
        self._chips.setSpacing(4)
        self.field = _NewNumber(self)
        self._chips.addWidget(self.field)
        self.place(Row(self._holder, "stretch", parent=self), self.field)
        self.field.installEventFilter(self._holder)
        self.field.returnPressed.connect(self._add)

    def _add(self) -> None:
        if self.field.text():
            value = int(self.field.text())
            self.field.clear()
            self._write((*self._values, value), f"Add {value} to {self.label.text().lower()}")

    def remove_last(self) -> None:
        """Takes the last number away."""
        if self._values:
            self._write(self._values[:-1], f"Remove {self._values[-1]} from {self.label.text().lower()}")

    def _remove(self, place: int) -> None:
        left = (*self._values[:place], *self._values[place + 1 :])
        self._write(left, f"Remove {self._values[place]} from {self.label.text().lower()}")

    def _write(self, values: tuple[int, ...], title: str) -> None:
        self.context.put(title, self.path, list(values) or None)

    def show_draft(self, draft: Draft) -> None:
        """The numbers of the file."""
        found = draft.get(*self.path)
        values = tuple(int(v) for v in found) if isinstance(found, tuple | list) else ()
        if values == self._values and self._chips.count() == len(values) + 1:
            return
        self._values = values
        while self._chips.count() > 1:
            item = self._chips.takeAt(0)
            if item and (widget := item.widget()):
                widget.hide()
                widget.deleteLater()
        for place, value in enumerate(values):
            self._chips.insertWidget(place, self._chip(place, value))

    def _chip(self, place: int, value: int) -> QPushButton:
        chip = QPushButton(f"{value}  ×")
        chip.setObjectName(names.Form.CHIP.format(".".join(str(step) for step in self.path), place))
        chip.setAccessibleName(f"Remove {value} from {self.label.text().lower()}")
        chip.setToolTip("Remove")
        chip.setProperty("small", True)
        chip.setFont(theme.ui_font(12))
        chip.clicked.connect(lambda: self._remove(place))
        return chip

    def mark(self, state: str) -> None:
        """Recolours the track."""
        self._holder.state = state
        self._holder.update()
