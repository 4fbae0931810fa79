"""Effective: the configuration as a server will hold it, where each value comes from, and what one that runs holds."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QStackedLayout, QVBoxLayout, QWidget

from studio.app.editing.forecast import Forecast
from studio.app.editing.open_model import OpenModel
from studio.core.checking.effective import Outcome
from studio.text.paths import breadcrumb, dotted
from studio.ui.editor import names
from studio.ui.editor.effective.model import (
    OUTCOME,
    EffectiveFilter,
    EffectiveModel,
    Index,
    Which,
    name_and_place,
)
from studio.ui.look import theme
from studio.ui.widgets import (
    DenseDelegate,
    DenseTable,
    ElidedLabel,
    EmptyState,
    QuietButton,
    Row,
    SearchField,
    Segmented,
    paint,
)

_SHOWN = (("all", "All"), ("filled", "Filled in"), ("different", "Different"))
_FROM_WIDTH = 132
_LEAST_PLACE = 24
_NOTHING = "No value answers to that"


class _Delegate(DenseDelegate):
    """The name of a field first, since that is looked for, and after it where the field stands."""

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        """The name and the place; other columns as usual."""
        found = index.data(OUTCOME)
        if index.column() or not isinstance(found, Outcome):
            super().paint_content(painter, inner, index, selected)
            return
        name, where = name_and_place(found)
        width = paint.text(painter, inner, name, theme.mono_font(12), "text")
        rest = inner.adjusted(width + 10, 0, 0, 0)
        if where and rest.width() > _LEAST_PLACE:
            paint.text(painter, rest, where, theme.mono_font(11), "text" if selected else "dim")


class _Table(DenseTable):
    """Enter goes to the field; W writes a filled-in value into the file."""

    field_wanted = Signal(object)
    write_wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(28, parent)
        self.setObjectName(names.Editor.EFFECTIVE_TABLE)
        self.setAccessibleName("Values in force")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Delegate(28, self))
        self.horizontalHeader().setMinimumSectionSize(48)
        self.activated.connect(lambda index: self.field_wanted.emit(index.data(OUTCOME).path))

    def chosen(self) -> Outcome | None:
        """The value of the current row."""
        found = self.currentIndex().data(OUTCOME)
        return found if isinstance(found, Outcome) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns share the width."""
        super().resizeEvent(event)
        self.share_width()

    def share_width(self) -> None:
        """The names of the fields are the longest; where a value comes from is of one width."""
        room = self.viewport().width() - _FROM_WIDTH
        names_, values = (0.64, 0.36) if self.isColumnHidden(3) else (0.5, 0.25)
        for place, width in enumerate((int(room * names_), int(room * values), _FROM_WIDTH)):
            self.setColumnWidth(place, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """W writes the chosen value into the file."""
        found = self.chosen()
        if event.key() == Qt.Key.Key_W and found is not None and not event.modifiers():
            self.write_wanted.emit(found)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a value."""
        found = self.chosen()
        if found is not None:
            menu = self.row_menu(found)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def row_menu(self, found: Outcome) -> QMenu:
        """The menu of a value."""
        menu = QMenu(self)
        write = menu.addAction("Write it into the file\tW", lambda: self.write_wanted.emit(found))
        write.setEnabled(bool(found.fills))
        menu.addAction("Go to the field\tEnter", lambda: self.field_wanted.emit(found.path))
        menu.addAction("Copy", lambda: QApplication.clipboard().setText(f"{dotted(found.path)}: {found.value}"))
        return menu


class EffectivePane(QWidget):
    """Looked at, not typed in: a filled-in value is written into the file by one press."""

    field_wanted = Signal(object)
    """The path of a field to go to."""
    focused = Signal(object)
    """The path of the value that is chosen."""

    def __init__(self, model: OpenModel, forecast: Forecast, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Editor.EFFECTIVE)
        self.setAccessibleName("Effective configuration")
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = model
        self._forecast = forecast
        self.values = EffectiveModel(self)
        self.rows = EffectiveFilter(self)
        self.rows.setSourceModel(self.values)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        self.filter = SearchField("Filter values", "funnel-simple", parent=self)
        self.filter.setObjectName(names.Editor.EFFECTIVE_FILTER)
        self.shown = Segmented(_SHOWN, parent=self)
        self.shown.setObjectName(names.Editor.EFFECTIVE_SHOWN)
        self.shown.setAccessibleName("Which values are shown")
        self.table = _Table(self)
        self.table.setModel(self.rows)
        self.empty = EmptyState("circle-half", "", parent=self)
        self._state = ElidedLabel("", "dim", 12, parent=self)
        self._state.setObjectName(names.Editor.EFFECTIVE_STATE)
        self.write = QuietButton("Write into the file", "download-simple", "small", parent=self)
        self.write.setObjectName(names.Editor.EFFECTIVE_WRITE)
        head = Row(parent=self, margins=12)
        head.setFixedHeight(44)
        head.box.addWidget(self.filter, 1)
        head.box.addWidget(self.shown)
        foot = Row(parent=self, margins=12)
        foot.setFixedHeight(32)
        foot.box.addWidget(self._state, 1)
        foot.box.addWidget(self.write)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (head, holder, foot):
            column.addWidget(widget, 1 if widget is holder else 0)
        self.setFocusProxy(self.filter)

    def _connect(self) -> None:
        self._forecast.changed.connect(self._show)
        self._model.changed.connect(self._show_state)
        self.filter.textChanged.connect(self._narrow)
        self.shown.changed.connect(self._narrow)
        self.table.field_wanted.connect(self.field_wanted)
        self.table.write_wanted.connect(self._write_out)
        self.table.selectionModel().currentChanged.connect(self._chosen)
        self.write.clicked.connect(self._write_chosen)

    def _show(self) -> None:
        self.values.show(self._forecast.outcomes)
        self.table.setColumnHidden(3, self._forecast.reported is None)
        self.table.share_width()
        self.shown.set_enabled("different", self._forecast.reported is not None)
        self._narrow()
        self._show_state()

    def _narrow(self, *_changed: object) -> None:
        self.rows.narrow(self.filter.text(), cast(Which, self.shown.value()))
        nothing = self.rows.rowCount() == 0
        self._stack.setCurrentIndex(1 if nothing else 0)
        if nothing:
            self._say_why()
        self._chosen(self.table.currentIndex())

    def _say_why(self) -> None:
        failure = self._forecast.failure
        if failure is not None:
            self.empty.set_text("What the server will make of it could not be worked out", str(failure))
        elif self._forecast.found is None:
            self.empty.set_text("Working it out …", "The model's files are being read.")
        elif self.shown.value() == "different" and not self.filter.text():
            self.empty.set_text("No difference", "The running server holds what is worked out here.")
        elif self.shown.value() == "filled" and not self.filter.text():
            self.empty.set_text("Nothing is filled in", "The file says all of it.")
        else:
            self.empty.set_text(_NOTHING, "Take a word away, or show all.")

    def _show_state(self, *_changed: object) -> None:
        if not self._model.draft.document.ok:
            self._state.setText("The text does not parse: this is of the last one that did")
            return
        chosen = self.table.chosen()
        if chosen is not None and chosen.reason and self.table.hasFocus():
            self._state.setText(f"{breadcrumb(chosen.path)}: {chosen.reason}")
            return
        outcomes = self._forecast.outcomes
        filled = sum(each.origin not in ("written", "reported") for each in outcomes)
        told = f"{len(outcomes)} values, {filled} filled in"
        differs = sum(each.differs for each in outcomes)
        if self._forecast.reported is not None:
            told += f", {differs or 'none'} different on the running server"
        self._state.setText(told)

    def _chosen(self, index: QModelIndex, *_before: object) -> None:
        found = index.data(OUTCOME) if index.isValid() else None
        self.write.setEnabled(isinstance(found, Outcome) and bool(found.fills))
        if isinstance(found, Outcome) and self.table.hasFocus():
            self.focused.emit(found.path)
        self._show_state()

    def _write_chosen(self) -> None:
        found = self.table.chosen()
        if found is not None:
            self._write_out(found)

    def _write_out(self, found: Outcome) -> None:
        self._forecast.write_out(found)
