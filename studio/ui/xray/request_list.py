"""The list of the requests: state, id, a bar against the slowest, milliseconds; a filter above, what is usual below."""

from __future__ import annotations

from typing import cast

import numpy as np
from PySide6.QtCore import QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QMenu, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from studio.core.tracing.narrowing import Order, name_of
from studio.core.tracing.trace import Trace
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.widgets import (
    DenseDelegate,
    DenseTable,
    ElidedLabel,
    HairLine,
    IconLabel,
    Label,
    LinkButton,
    QuietButton,
    Row,
    SearchField,
    SectionHeader,
    paint,
    without_room,
)
from studio.ui.widgets.tables import Index
from studio.ui.widgets.waterfall.pixels import stage_colour
from studio.ui.xray import names
from studio.ui.xray.request_model import ROW, RequestModel

WIDTH = 240
_BAR, _NUMBER = 64, 56
_ORDERS: tuple[tuple[Order, str], ...] = (
    ("slowest", "slowest first"),
    ("newest", "newest first"),
    ("order", "in order"),
)


class _Delegate(DenseDelegate):
    def __init__(self, model: RequestModel, parent: QWidget) -> None:
        super().__init__(28, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, state = QRectF(option.rect), option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, colour("select"))
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), colour("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover", 0.5))
        self.paint_content(painter, rect.adjusted(12, 0, -12, 0), index, selected)

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        row, trace = index.data(ROW), self._model.trace
        if row is None or trace is None:
            return
        failed, middle = bool(trace.failed[row]), inner.center().y()
        icon, role, _ = self._model.sign(row)
        paint_icon(painter, QRectF(inner.left(), middle - 7, 14, 14), icon, colour(role))
        weight = 600 if selected else 400
        right = QRectF(inner.right() - _NUMBER, inner.top(), _NUMBER, inner.height())
        words = f"{trace.duration[row] / 1e6:.2f}"
        paint.text(
            painter, right, words, ui_font(13, weight), "error" if failed else "text", Qt.AlignmentFlag.AlignRight
        )
        left = inner.left() + 22
        track = QRectF(right.left() - _BAR - 4, middle - 3, _BAR, 6)
        name = QRectF(left, inner.top(), track.left() - left - 8, inner.height())
        if self._model.is_mixed:
            # The model needs the bar's room, so the bar goes below both.
            track = QRectF(left, inner.bottom() - 5, right.left() - left - 4, 3)
            name = QRectF(left, inner.top(), track.width(), inner.height() - 4)
        self._paint_name(painter, name, row, trace, weight)
        paint.round_rect(painter, track, 2, fill="hover" if not selected else "accent_soft")
        share = float(trace.duration[row]) / self._model.slowest
        fill = colour("error") if failed else stage_colour("compute")
        painter.fillRect(QRectF(track.left(), track.top(), max(2.0, track.width() * share), track.height()), fill)

    def _paint_name(self, painter: QPainter, room: QRectF, row: int, trace: Trace, weight: int) -> None:
        font, small = mono_font(12, weight), ui_font(12)
        model = trace.models[row] if self._model.is_mixed else ""
        wide = min(QFontMetricsF(small).horizontalAdvance(model) + 8, room.width() * 0.6) if model else 0.0
        metrics = QFontMetricsF(font)
        name = metrics.elidedText(name_of(trace, row), Qt.TextElideMode.ElideMiddle, room.width() - wide)
        paint.text(painter, room, name, font, "text")
        if model:
            rest = room.adjusted(metrics.horizontalAdvance(name) + 8, 0, 0, 0)
            cut = QFontMetricsF(small).elidedText(model, Qt.TextElideMode.ElideRight, rest.width())
            paint.text(painter, rest, cut, small, "dim")


class RequestList(QWidget):
    """`chosen` comes with the row in the trace of what a person chose."""

    chosen = Signal(int)
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setFixedWidth(WIDTH)
        self.model = RequestModel(self)
        self._row = -1
        self._build()

    def _build(self) -> None:
        self.head = SectionHeader("Requests", line=True)
        self.order = QuietButton(_ORDERS[0][1], size="small")
        self.order.setObjectName(names.Xray.ORDER)
        self.order.setProperty("kind", "bare")
        self.order.setFont(ui_font(12))
        self.order.setAccessibleName("Order of the requests")
        self.order.setToolTip("Order of the requests")
        self.order.set_icon_name("caret-down")
        self.order.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.order.clicked.connect(self._offer_orders)
        self.head.add_action(self.order)
        self.filter = SearchField("Over 10 ms, failed, model, id", "funnel-simple")
        self.filter.setObjectName(names.Xray.FILTER)
        self.filter.textChanged.connect(lambda _: self._narrow())
        self._build_table()
        column = without_room(QVBoxLayout(self))
        column.addWidget(self.head)
        column.addWidget(Row(self.filter, margins=8))
        column.setSpacing(0)
        column.insertSpacing(1, 8)
        column.addSpacing(6)
        column.addWidget(self.table, 1)
        column.addWidget(HairLine())
        column.addWidget(self._foot())

    def _build_table(self) -> None:
        self.table = DenseTable(28)
        self.table.setObjectName(names.Xray.REQUESTS)
        self.table.setAccessibleName("Traced requests")
        self.table.setModel(self.model)
        self.table.setItemDelegate(_Delegate(self.model, self.table))
        self.table.horizontalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._ask_menu)
        self.table.selectionModel().currentChanged.connect(self._choose)

    def _foot(self) -> QWidget:
        self.median, self.slowest = Label("", px=11, weight=600), Label("", px=11, weight=600)
        usual = Row(
            Label("median", "dim", 11), self.median, "stretch", Label("slowest", "dim", 11), self.slowest, spacing=4
        )
        self.failed_words = ElidedLabel("", "dim", 11)
        self.show_failed = LinkButton("Show", size="small")
        self.show_failed.setObjectName(names.Xray.FAILED)
        self.show_failed.setAccessibleName("Show the failed requests")
        self.show_failed.clicked.connect(lambda: self.filter.setText("failed"))
        self.failed = Row(IconLabel("x-circle-fill", "error", 12), self.failed_words, self.show_failed, spacing=6)
        self.failed.box.setStretch(1, 1)
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addWidget(usual)
        column.addWidget(self.failed)
        return foot

    # What it shows

    def show_trace(self, trace: Trace | None, row: int) -> None:
        """Shows the requests of a trace, with one of them chosen."""
        self._row = row
        self.model.show(trace, self.filter.text(), self.model.order)
        self._tell_usual()
        self._select()

    def _narrow(self) -> None:
        self.model.show(self.model.trace, self.filter.text(), self.model.order)
        self._tell_count()
        self._tell_listed()
        self._select()

    def set_order(self, order: Order) -> None:
        """Shows them in another order."""
        self.order.setText(dict(_ORDERS)[order])
        self.model.show(self.model.trace, self.filter.text(), order)
        self._select()

    def _offer_orders(self) -> None:
        menu = QMenu(self)
        for key, words in _ORDERS:
            menu.addAction(words.capitalize()).triggered.connect(
                lambda _=False, key=key: self.set_order(cast("Order", key))
            )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.order.mapToGlobal(self.order.rect().bottomLeft()))

    def _tell_count(self) -> None:
        trace = self.model.trace
        count, shown = len(trace) if trace is not None else 0, self.model.rowCount()
        self.head.detail.setText(
            f"{count:,}" if shown == count else f"{shown:,} of {count:,}" if shown else f"None of {count:,}"
        )

    def _tell_listed(self) -> None:
        listed = self.model.durations()
        self.median.setText(f"{float(np.median(listed)) / 1e6:.2f} ms" if len(listed) else "–")
        self.slowest.setText(f"{float(listed.max()) / 1e6:.2f} ms" if len(listed) else "–")

    def _tell_usual(self) -> None:
        self._tell_count()
        trace = self.model.trace
        if trace is None or not len(trace):
            return
        self._tell_listed()
        failed = np.flatnonzero(trace.failed)
        self.failed.setVisible(len(failed) > 0)
        if len(failed):
            why = trace.errors.get(trace.ids[int(failed[0])], "")
            self.failed_words.setText(f"{len(failed):,} failed: {why}")

    # What is chosen

    def choose(self, row: int) -> None:
        """Chooses a request by its row in the trace."""
        self._row = row
        if self.model.place(row) < 0 and self.filter.text():
            self.filter.clear()
        self._select()

    def step(self, by: int) -> None:
        """Chooses the request below, or above."""
        place = min(max(self.model.place(self._row) + by, 0), self.model.rowCount() - 1)
        if place >= 0:
            self.table.setCurrentIndex(self.model.index(place, 0))

    def _select(self) -> None:
        place = self.model.place(self._row)
        if place < 0:
            self.table.clearSelection()
            return
        index = self.model.index(place, 0)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)

    def _choose(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        if row >= 0 and row != self._row:
            self._row = row
            self.chosen.emit(row)

    def _ask_menu(self, at: QPoint) -> None:
        if self.table.indexAt(at).isValid():
            self.menu_asked.emit(self.table.viewport().mapToGlobal(at))
