"""A list to pick from, over the window: a field that narrows it, and lines with icon, detail and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyleOptionViewItem, QVBoxLayout, QWidget

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.widgets import paint
from studio.ui.widgets.fields import SearchField
from studio.ui.widgets.fuzzy import ranked
from studio.ui.widgets.pick_rows import PickDelegate, PickPanel, PickRows
from studio.ui.widgets.tables import Index

_ENTRY = Qt.ItemDataRole.UserRole + 1
_ROW = 28
_ROWS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a pick list: what it says, what it does."""

    text: str
    run: Callable[[], object]
    icon: str = ""
    key: str = ""
    detail: str = ""
    enabled: bool = True


class _EntryDelegate(PickDelegate):
    """Icon, text, detail, keys at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(_ENTRY)
        rect, _ = self.ground(painter, option)
        role = "text" if entry.enabled else "faint"
        if entry.icon:
            box = QRectF(rect.left() + 12, rect.center().y() - 8, 16, 16)
            paint_icon(painter, box, entry.icon, colour("dim" if entry.enabled else "faint"))
        right = self._paint_keys(painter, rect, entry)
        room = QRectF(rect.left() + 38, rect.top(), right - rect.left() - 46, rect.height())
        width = paint.text(painter, room, entry.text, ui_font(13), role)
        if entry.detail:
            paint.text(painter, room.adjusted(width + 10, 0, 0, 0), entry.detail, ui_font(11), "dim")

    def _paint_keys(self, painter: QPainter, rect: QRectF, entry: Entry) -> float:
        if not entry.key:
            return rect.right() - 12
        font = ui_font(11, 500)
        width = QFontMetricsF(font).horizontalAdvance(entry.key) + 13
        box = QRectF(rect.right() - 12 - width, rect.center().y() - 9, width, 18)
        paint.round_rect(painter, box, 4, edge="edge")
        paint.text(painter, box, entry.key, font, "dim", Qt.AlignmentFlag.AlignHCenter)
        return box.left()


def _matching(query: str, entries: Sequence[Entry]) -> list[Entry]:
    return ranked(query, entries, lambda entry: entry.text, lambda entry: entry.detail)


class PickList(PickPanel):
    """A panel of entries over a window, narrowed by what is typed; a picked entry is run.

    `name` is the object name of the panel; its field and list get theirs from it.
    """

    def __init__(self, window: QWidget, name: str, title: str) -> None:
        super().__init__(window, name, title, SearchField(""), PickRows(f"{name}List", "Matches", _ROWS))
        self._window = window
        self._entries: Sequence[Entry] = ()
        self._lists: Mapping[str, Callable[[], Sequence[Entry]]] = {}
        self._below: QWidget | None = None
        self._led: tuple[str, Sequence[Entry]] = ("", ())
        self.field.setObjectName(f"{name}Field")
        self.list.setItemDelegate(_EntryDelegate(_ROW, self.list))
        self._model = QStandardItemModel(self)
        self.list.setModel(self._model)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._narrow)
        self.list.picked.connect(self._run)

    def open(
        self,
        entries: Sequence[Entry],
        placeholder: str,
        lists: Mapping[str, Callable[[], Sequence[Entry]]] | None = None,
        below: QWidget | None = None,
    ) -> None:
        """Shows these entries and takes the keyboard; `lists` are others, by the sign that leads to them.

        It comes up at the top of the window, or below a widget.
        """
        self._below = below
        self._entries = entries
        self._lists = lists or {}
        self._led = ("", ())
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.clear()
        self._narrow("")
        self.come_up()

    def _listed(self, query: str) -> tuple[str, Sequence[Entry]]:
        """What is looked for, and among which entries."""
        sign = query.lstrip()[:1]
        if sign not in self._lists:
            return query, self._entries
        if self._led[0] != sign:
            self._led = (sign, self._lists[sign]())
        return query.lstrip()[1:], self._led[1]

    def _narrow(self, typed: str) -> None:
        self._model.clear()
        query, entries = self._listed(typed)
        found = _matching(query, entries)
        if not found and entries is self._entries:
            # Who does not know the sign finds what it leads to all the same.
            others = (_matching(*self._listed(sign + typed)) for sign in self._lists)
            found = next(filter(None, others), found)
        for entry in sorted(found, key=lambda e: not e.enabled) if query.strip() else found:
            item = QStandardItem(entry.text)
            item.setData(entry, _ENTRY)
            self._model.appendRow(item)
        first = next((r for r in range(self._model.rowCount()) if self._entry(r).enabled), 0)
        self.list.setCurrentIndex(self._model.index(first, 0))
        self._place()

    def choose(self, text: str) -> None:
        """Chooses the line of that text, where it is listed."""
        row = next((row for row in range(self._model.rowCount()) if self._entry(row).text == text), -1)
        if row >= 0:
            self.list.setCurrentIndex(self._model.index(row, 0))

    def _entry(self, row: int) -> Entry:
        entry: Entry = self._model.item(row).data(_ENTRY)
        return entry

    def entries(self) -> list[Entry]:
        """What is listed, from the top."""
        return [self._entry(row) for row in range(self._model.rowCount())]

    def _place(self) -> None:
        rows = max(1, min(_ROWS, self._model.rowCount()))
        if self._below is None:
            width = min(560, self._window.width() - 40)
            self.setGeometry((self._window.width() - width) // 2, 4, width, 52 + rows * _ROW)
        else:
            corner = self._below.mapTo(self._window, self._below.rect().bottomLeft())
            self.setGeometry(corner.x(), corner.y() + 4, min(320, self._window.width() - corner.x()), 52 + rows * _ROW)

    def _run(self, index: QModelIndex) -> None:
        if not index.isValid() or not self._entry(index.row()).enabled:
            return
        entry = self._entry(index.row())
        self.dismiss()
        entry.run()
