"""Things to type in: search fields, numbers with units, text with a state."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QDoubleValidator, QIntValidator, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QSpinBox, QWidget

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.widgets import paint
from studio.ui.widgets.labels import Label


def set_state(field: QWidget, state: str) -> None:
    """Marks a field: "" (set), "default", "warning" or "error"."""
    if (field.property("state") or "") != state:
        field.setProperty("state", state)
        field.style().unpolish(field)
        field.style().polish(field)
        field.update()


NUMBER_LINE = "{}.number"
"""The object name of the line inside a number field, which is what takes the keyboard."""


class TextField(QLineEdit):
    """A line of text; `hint` stands inside at the right in a dim small font ("default", "µs")."""

    def __init__(
        self, text: str = "", *, dense: bool = False, mono: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._hint = ""
        self.setFont(mono_font(12) if mono else ui_font(13))
        if dense:
            self.setProperty("dense", True)

    def set_hint(self, hint: str) -> None:
        """Puts a word inside the field at its right."""
        self._hint = hint
        width = self.fontMetrics().horizontalAdvance(hint) + 8 if hint else 0
        self.setTextMargins(0, 0, width, 0)
        self.update()

    def set_state(self, state: str) -> None:
        """Marks the field: "" (set), "default", "warning" or "error"."""
        set_state(self, state)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._hint:
            rect = QRectF(self.rect()).adjusted(8, 0, -8, 0)
            small = ui_font(11 if len(self._hint) > 3 else 13)
            with QPainter(self) as painter:
                role = "dim" if self.isEnabled() else "faint"
                paint.text(painter, rect, self._hint, small, role, Qt.AlignmentFlag.AlignRight)


class SearchField(QLineEdit):
    """A field that filters; Escape empties it, and an empty one gives the keyboard back."""

    def __init__(self, placeholder: str, icon_name: str = "magnifying-glass", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setFont(ui_font(13))
        self.setClearButtonEnabled(False)
        self._icon_name = icon_name
        self._before: QWidget | None = None
        """What had the keyboard before it."""
        self.setTextMargins(22, 0, 0, 0)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._note_focus)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        square = QRectF(9, self.height() / 2 - 8, 16, 16)
        with QPainter(self) as painter:
            paint_icon(painter, square, self._icon_name, colour("dim"))

    def _note_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is self and old is not None:
            self._before = old

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.text():
            self.clear()
        elif (before := self._back()) is not None:
            before.setFocus()
        else:
            super().keyPressEvent(event)

    def _back(self) -> QWidget | None:
        """What gets the keyboard back; nothing in another window, such as the one below a dialog."""
        before = self._before
        if before is None or not shiboken6.isValid(before) or not before.isVisible():
            return None
        return before if before.window() is self.window() else None


class _Number(TextField):
    """The input of a number field: right-aligned; arrow keys step, the wheel only with the keyboard's focus."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        by = step.get(Qt.Key(event.key()), 0)
        if by:
            self.stepped.emit(by)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and event.angleDelta().y():
            self.stepped.emit(1 if event.angleDelta().y() > 0 else -1)
        else:
            event.ignore()


class IndexField(QSpinBox):
    """One of so many, counted from 0, with arrows; the number stands at the right as numbers do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("dense", True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def set_count(self, count: int) -> None:
        """How many there are."""
        self.setRange(0, min(max(count - 1, 0), 2**31 - 1))
        self.setSuffix(f" of {count:,}")


class NumberField(QWidget):
    """A number with its unit outside at the right. `edited` comes with every valid change by a person.

    `value()` is None while the field is empty or holds no number. `decimals` 0 makes it an integer.
    """

    edited = Signal(float)
    committed = Signal(float)

    def __init__(
        self,
        value: float | None = 0,
        unit: str = "",
        *,
        low: float = -(2**63),
        high: float = 2**63,
        decimals: int = 0,
        width: int = 96,
        dense: bool = False,
        unit_inside: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high, self._decimals = low, high, decimals
        self.field = _Number("", dense=dense, parent=self)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.field.setFixedWidth(width)
        self._limit()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field)
        if unit and unit_inside:
            self.field.set_hint(unit)
        elif unit:
            row.addWidget(Label(unit, "dim"))
        self.setFocusProxy(self.field)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_value(value)
        self.field.textEdited.connect(self._tell)
        self.field.editingFinished.connect(self._commit)
        self.field.stepped.connect(self._step)

    def setObjectName(self, name: str) -> None:
        """Names the field inside too, which is what has the focus."""
        super().setObjectName(name)
        self.field.setObjectName(NUMBER_LINE.format(name))

    def setAccessibleName(self, name: str) -> None:
        """Names the field too, which is what has the focus."""
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)

    def _limit(self) -> None:
        small = self._low > -(2**31) and self._high < 2**31
        if self._decimals:
            self.field.setValidator(QDoubleValidator(self._low, self._high, self._decimals, self.field))
        elif small:
            self.field.setValidator(QIntValidator(int(self._low), int(self._high), self.field))

    def value(self) -> float | None:
        """The number, or None."""
        try:
            number = float(self.field.text()) if self._decimals else int(self.field.text(), 0)
        except ValueError:
            return None
        return number if self._low <= number <= self._high else None

    def set_value(self, value: float | None) -> None:
        """Shows a number without a signal; None empties the field."""
        text = "" if value is None else f"{value:g}" if self._decimals else str(int(value))
        if text != self.field.text():
            self.field.setText(text)

    def set_state(self, state: str) -> None:
        """Marks the field: "" (set), "default", "warning" or "error"."""
        set_state(self.field, state)

    def _tell(self) -> None:
        value = self.value()
        if value is not None:
            self.edited.emit(float(value))

    def _commit(self) -> None:
        value = self.value()
        if value is not None:
            self.committed.emit(float(value))

    def _step(self, by: int) -> None:
        value = (self.value() or 0) + by
        self.set_value(min(max(value, self._low), self._high))
        self._tell()


class Chooser(QComboBox):
    """A drop-down list; the wheel does not change it unless it has the keyboard's focus."""

    def __init__(self, items: tuple[str, ...] = (), *, dense: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItems(list(items))
        self.setFont(ui_font(13))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view().setFont(ui_font(13))
        if dense:
            self.setProperty("dense", True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
