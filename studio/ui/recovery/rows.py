"""The list of edits that a studio left behind: a box to tick, the model, when it was edited, how it stands."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.app.editing.recovery import Recovered, Standing
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.recovery import names
from studio.ui.widgets import paint
from studio.ui.widgets.tables import Index

_OFFER = Qt.ItemDataRole.UserRole + 1
_SHOWS_FOLDER = Qt.ItemDataRole.UserRole + 2
_HEIGHT, _HIGH = 50, 68
_BOX = 36
_WORDS = {
    Standing.NEWER: ("", "newer than the file"),
    Standing.OLDER: ("warning-fill", "the file is newer"),
    Standing.NO_FILE: ("", "the file is not there"),
    Standing.NO_MODEL: ("warning-fill", "the model is not there any more"),
    Standing.NO_REPOSITORY: ("warning-fill", "the folder is not there any more"),
}


def moment(then: float) -> str:
    """A time as a person compares it with another: to the second, with the day where that is not today."""
    here = time.localtime(then)
    is_today = here[:3] == time.localtime()[:3]
    return time.strftime("%H:%M:%S" if is_today else "%H:%M:%S on %-d %b", here)


def standing(offer: Recovered) -> str:
    """How an edit stands to its file, in words."""
    return _WORDS[offer.standing][1]


def short(path: Path) -> str:
    """A path, from the home where it lies in it."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)


class _Delegate(QStyledItemDelegate):
    """Two lines, and a third with the repository where the list has several."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _HIGH if index.data(_SHOWS_FOLDER) else _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer: Recovered = index.data(_OFFER)
        rect = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(rect, colour("select"))
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), colour("accent"))
        self._paint_box(painter, QRectF(rect.left() + 12, rect.top() + 9, 16, 16), index)
        room = rect.adjusted(_BOX, 7, -12, 0)
        room.setHeight(20)
        soft = "text" if is_selected else "dim"
        right = Qt.AlignmentFlag.AlignRight
        width = paint.text(painter, room, moment(offer.time), ui_font(12), soft, right)
        paint.text(painter, room.adjusted(0, 0, -width - 8, 0), offer.model, ui_font(13, 600))
        room.translate(0, 18)
        icon, words = _WORDS[offer.standing]
        if icon:
            paint_icon(painter, QRectF(room.left(), room.center().y() - 6, 12, 12), icon, colour("warn_fill"))
        paint.text(painter, room.adjusted(17 if icon else 0, 0, 0, 0), words, ui_font(12), "warn" if icon else soft)
        if index.data(_SHOWS_FOLDER):
            paint.text(painter, room.translated(0, 18), short(offer.repository), mono_font(11), soft)

    @staticmethod
    def _paint_box(painter: QPainter, box: QRectF, index: Index) -> None:
        if not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            return
        if index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value:
            paint.round_rect(painter, box, 3, fill="accent")
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "check-bold", colour("on_accent"))
        else:
            paint.round_rect(painter, box, 3, fill="field", edge="edge")

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            if event.position().x() < _BOX and index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
                is_on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
                state = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
                return model.setData(index, state.value, Qt.ItemDataRole.CheckStateRole)
            return False
        return super().editorEvent(event, model, option, index)


class OfferList(QListWidget):
    """The offers, the latest first; Space or a press on the box ticks one."""

    ticked_changed = Signal()
    chosen = Signal(object)
    """Recovered: the one whose text is to be shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Recovery.LIST)
        self.setAccessibleName("Unsaved edits")
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(lambda _: self.ticked_changed.emit())
        self.currentItemChanged.connect(lambda *_: self._choose())

    def fill(self, offers: Sequence[Recovered]) -> None:
        """Shows these, the ones ticked that a person most likely wants, of the repository that was edited last."""
        self.clear()
        several = len({each.repository for each in offers}) > 1
        last = next((each.repository for each in offers if each.can_be_restored and each.is_wanted), None)
        for each in offers:
            item = QListWidgetItem(each.model)
            item.setData(_OFFER, each)
            item.setData(_SHOWS_FOLDER, several)
            where = f", {short(each.repository)}" if several else ""
            said = f"{each.model}, edited {moment(each.time)}, {standing(each)}{where}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            item.setToolTip(f"{each.repository / each.model}")
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            is_ticked = each.is_wanted and each.repository == last
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
            self.addItem(item)
        self.setCurrentRow(0)

    def current(self) -> Recovered | None:
        """The one whose text is shown."""
        item = self.currentItem()
        held: Recovered | None = item.data(_OFFER) if item is not None else None
        return held

    def _choose(self) -> None:
        held = self.current()
        if held is not None:
            self.chosen.emit(held)

    def ticked(self) -> list[Recovered]:
        """The ones that are ticked."""
        items = [self.item(row) for row in range(self.count())]
        return [item.data(_OFFER) for item in items if item.checkState() == Qt.CheckState.Checked]
