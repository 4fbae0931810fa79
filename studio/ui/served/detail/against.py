"""What the server runs against the file: field by field, kept or dropped where it is a try, adopted where it is not."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.serving.against_file import AgainstFile, ServedField
from studio.ui.look.theme import colour, ui_font
from studio.ui.served import names
from studio.ui.widgets import ElidedLabel, Label, LinkButton, MonoLabel, QuietButton, paint

_TITLES = ("field", "file on disk", "server, in force", "from")
_MOST = 40
_LONGEST = 60
_ROW = 26


class AgainstBox(QWidget):
    """The differences of one model."""

    keep_asked = Signal()
    drop_asked = Signal()
    left = Signal()
    """The button that has the keyboard can no longer be pressed."""
    adopt_asked = Signal(object)
    """tuple[ServedField, ...]: what is to be taken into the text."""

    def __init__(self, model: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._shown: AgainstFile | None = None
        self.title = Label("Against the file", weight=600, parent=self)
        self.words = ElidedLabel("", "dim", 12, parent=self)
        self.drop = QuietButton("Drop, reload the file", "", "dense", self)
        self.drop.setObjectName(names.Served.DROP.format(model))
        self.keep = QuietButton("", "floppy-disk", "dense", self)
        self.keep.setObjectName(names.Served.KEEP.format(model))
        self.adopt_all = QuietButton("", "download-simple", "dense", self)
        self.adopt_all.setObjectName(names.Served.ADOPT_ALL.format(model))
        self._table = _Grid(self)
        self._lay_out()
        self.drop.clicked.connect(self.drop_asked)
        self.keep.clicked.connect(self.keep_asked)
        self.adopt_all.clicked.connect(lambda: self.adopt())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.words, 1)
        for button in (self.drop, self.keep, self.adopt_all):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(44, 8, 16, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._table)

    def show_against(self, against: AgainstFile, *, can_drop: bool) -> None:
        """Shows these differences; `can_drop` is whether the server takes a load now."""
        if self.drop.hasFocus() and not (can_drop and against.tried):
            # Qt would give the keyboard to what is beside it, which does the opposite.
            self.left.emit()
        self.drop.setVisible(against.tried)
        self.drop.setEnabled(can_drop)
        self.keep.setVisible(against.tried)
        count = len(against.different)
        self.keep.setText(f"Keep: save {count} field{'s' if count != 1 else ''}" if count else "Keep and save")
        worth = against.worth_adopting
        self.adopt_all.setText(f"Adopt all {len(worth)}" if len(worth) > 1 else "Adopt")
        self.adopt_all.setToolTip("\n".join(each.name for each in worth))
        self.adopt_all.setVisible(bool(worth))
        self.words.setText(_words(against))
        if self._shown is None or against.fields != self._shown.fields:
            self._table.show_fields(self._model, against.fields, self.adopt_asked.emit)
        self._shown = against

    def adopt(self) -> bool:
        """Takes all that a file says more by; false where there is nothing of that kind."""
        worth = self._shown.worth_adopting if self._shown is not None else ()
        if worth:
            self.adopt_asked.emit(worth)
        return bool(worth)


def _words(against: AgainstFile) -> str:
    if against.tried:
        return "the server runs the unsaved text that it was given; nothing is written"
    if against.is_newer:
        return "the file was written after it was loaded; a reload takes it"
    if against.different:
        return "the server runs other values than the file says"
    return "the server filled in what the file leaves open"


class _Grid(QWidget):
    """The rows in a frame of one line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(10, 0, 10, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        for column, stretch in enumerate((5, 3, 3, 3, 1)):
            self._grid.setColumnStretch(column, stretch)
        self._rows = 0

    def show_fields(self, model: str, fields: tuple[ServedField, ...], adopt: object) -> None:
        """Shows these fields in place of the former."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            child.hide()
            child.deleteLater()
        for column, title in enumerate(_TITLES):
            self._put(0, column, Label(title, "dim", 11, parent=self))
        for row, each in enumerate(fields[:_MOST], 1):
            self._show_field(row, model, each, adopt)
        self._rows = min(len(fields), _MOST) + 1
        if len(fields) > _MOST:
            self._put(self._rows, 0, Label(f"and {len(fields) - _MOST} more", "dim", 12, parent=self))
            self._rows += 1
        self.updateGeometry()
        self.update()

    def _show_field(self, row: int, model: str, each: ServedField, adopt: object) -> None:
        is_changed = each.origin != "completed"
        name = MonoLabel(each.name, parent=self)
        file = MonoLabel(_value("- " if is_changed else "", each.file), "error" if is_changed else "dim", parent=self)
        role = "ok" if is_changed else "accent"
        server = MonoLabel(_value("+ " if is_changed else "", each.server), role, parent=self)
        for column, label in enumerate((name, file, server, Label(each.from_words, "dim", 12, parent=self))):
            label.setToolTip("" if column in (0, 3) else (each.file if column == 1 else each.server) or "not set")
            self._put(row, column, label)
        if each.can_adopt and callable(adopt):
            button = LinkButton("Adopt", size="small", parent=self)
            button.setObjectName(names.Served.ADOPT.format(model, each.name))
            button.setAccessibleName(f"Adopt {each.name}")
            button.clicked.connect(lambda: adopt((each,)))
            self._grid.addWidget(button, row, 4, Qt.AlignmentFlag.AlignRight)

    def _put(self, row: int, column: int, label: Label) -> None:
        label.setMinimumWidth(0)
        self._grid.addWidget(label, row, column)
        self._grid.setRowMinimumHeight(row, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame, and a line above each row."""
        with QPainter(self) as painter:
            painter.setFont(ui_font(11))
            paint.round_rect(painter, QRectF(self.rect()), 4, fill="window", edge="line")
            for row in range(1, self._rows):
                top = self._grid.cellRect(row, 0).top()
                painter.fillRect(QRectF(1, top, self.width() - 2, 1), colour("line"))


def _value(sign: str, value: str | None) -> str:
    if value is None:
        return "not set"
    shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]} …"
    return f"{sign}{shown}"
