"""A list of scalars as chips: type a value and Enter to add, a press on a chip or Backspace to remove."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QWidget

from studio.core.config.draft import Draft
from studio.core.config.typed import shown, typed
from studio.text.paths import widget_key
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.field_rows import FieldRow
from studio.ui.editor.form.rows.typed_rows import schema_of
from studio.ui.look import theme
from studio.ui.widgets import InlineProblem, paint
from studio.ui.widgets.layouts.flow_layout import FlowLayout

_MOST_CHIPS = 100


class _NewValue(QLineEdit):
    """The place to type the next value."""

    def __init__(self, owner: ListRow, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner = owner
        self.setProperty("kind", "bare")
        self.setFont(theme.ui_font(12))
        self.setPlaceholderText("add")
        self.setFixedWidth(48 if owner.is_of_numbers else 96)

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
        self.flow = FlowLayout(self)
        rule = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        rule.setHeightForWidth(True)
        self.setSizePolicy(rule)
        self.setMinimumHeight(28)
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
        usual = "line" if self.state == "default" else "edge"
        edge = "accent" if held else {"warning": "warn_fill", "error": "error"}.get(self.state, usual)
        if not self.isEnabled():
            edge = "line"
        fill = "" if not self.isEnabled() or (self.state == "default" and not held) else "field"
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, fill, edge, 2 if held else 1)


class ListRow(FieldRow):
    """A repeated scalar field. Several values may be typed or pasted at once: `1, 2, 3`."""

    def __init__(self, context: FormContext, path: Path, label: str, parent: QWidget | None = None) -> None:
        super().__init__(context, path, label, parent)
        self._schema = schema_of(path)
        self._values: tuple[object, ...] = ()
        self._state = ""
        self._holder = _Track(self)
        self._chips = self._holder.flow
        self.field = _NewValue(self, self._holder)
        self._chips.addWidget(self.field)
        self.place(self._holder, self.field)
        self._refused = InlineProblem("error", "", parent=self)
        self._refused.setObjectName(names.Form.REFUSED.format(widget_key(path)))
        self._refused.hide()
        self._grid.addWidget(self._refused, 2, 0, 1, 2)
        self.field.installEventFilter(self._holder)
        self.field.returnPressed.connect(self._add)
        self.field.editingFinished.connect(self._add)
        self.field.textEdited.connect(self._refused.hide)

    @property
    def is_of_numbers(self) -> bool:
        """Whether its values are short."""
        return self._schema.kind in ("int", "uint", "float", "bool")

    def _add(self) -> None:
        text = self.field.text()
        if not text.strip():
            return
        parts = [part for part in re.split(r"[\s,;]+", text.strip(" []")) if part] if self.is_of_numbers else [text]
        try:
            more = tuple(typed(self._schema, part) for part in parts)
        except ValueError as error:
            self._refused.show_problem("error", f"Not added: {error}")
            self._refused.show()
            return
        self.field.clear()
        self._write((*self._values, *more), f"Add {', '.join(parts)} to {self.label.text().lower()}")

    def remove_last(self) -> None:
        """Takes the last value away."""
        if self._values:
            self._remove(len(self._values) - 1)

    def _remove(self, place: int) -> None:
        left = (*self._values[:place], *self._values[place + 1 :])
        self._write(left, f"Remove {shown(self._values[place])} from {self.label.text().lower()}")

    def _write(self, values: tuple[object, ...], title: str) -> None:
        self.context.put(title, self.path, list(values) or None)

    def show_draft(self, draft: Draft) -> None:
        """The values of the file."""
        found = draft.get(*self.path)
        values = tuple(found) if isinstance(found, tuple | list) else ()
        self._state = "" if draft.has(*self.path) else "default"
        self._holder.state = self._state
        self._holder.update()
        if values == self._values:
            return
        self._values = values
        while self._chips.count() > 1:
            item = self._chips.takeAt(0)
            if item and (widget := item.widget()):
                widget.hide()
                widget.deleteLater()
        for place, value in enumerate(values[:_MOST_CHIPS]):
            self._chips.insert(place, self._chip(place, value))
        rest = len(values) - _MOST_CHIPS
        self.field.setPlaceholderText(f"and {rest} more" if rest > 0 else "add")
        self.updateGeometry()

    def _chip(self, place: int, value: object) -> QPushButton:
        chip = QPushButton(f"{shown(value)}  ×", self._holder)
        chip.setObjectName(names.Form.CHIP.format(widget_key(self.path), place))
        chip.setAccessibleName(f"Remove {shown(value)} from {self.label.text().lower()}")
        chip.setToolTip("Remove")
        chip.setProperty("small", True)
        chip.setFont(theme.ui_font(12))
        chip.clicked.connect(lambda: self._remove(place))
        chip.show()
        return chip

    def mark(self, state: str) -> None:
        """Colours the frame around the values by the worst problem."""
        self._holder.state = state if state in ("warning", "error") else self._state
        self._holder.update()
