"""The requests that were sent in this session, to which server, with their time and how they ended."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QVBoxLayout, QWidget

from studio.core.files.sizes import size_text
from studio.ui.look import server_colours
from studio.ui.requests import names
from studio.ui.widgets import SEVERITY_ICONS, DenseTable, EmptyState
from studio.ui.widgets.layouts.tabbed import TabbedAsRead
from studio.ui.widgets.tables import AT_RIGHT, ICON, ROLE, Index, column_head

if TYPE_CHECKING:
    from studio.app.requests.past import PastRequests
    from studio.app.serving.server import ServerControl
    from studio.app.session import Session
    from studio.core.inference.requests import InferResult
    from studio.failure import Failure

HEADERS = ("Sent", "Server", "Model", "Version", "Outcome", "Time")
SENT, SERVER, MODEL, VERSION, OUTCOME, TIME = range(6)
_WIDTHS = {SENT: 96, SERVER: 160, MODEL: 200, VERSION: 72, TIME: 96}
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that was sent. `failure` is empty where it was answered; `server` and `colour` as they were then."""

    at: float
    model: str
    version: str
    outputs: int
    nanoseconds: int
    failure: str
    server: str = ""
    colour: str = "grey"
    number: int = 0
    """By which it is kept with its answer; 0 where it never was."""


class RequestsModel(QAbstractTableModel):
    """The requests, the newest first."""

    def __init__(self, past: PastRequests, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._past = past
        self._rows: list[Sent] = []

    def add(self, sent: Sent) -> None:
        """Adds one at the top; the oldest go beyond a thousand."""
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._rows.insert(0, sent)
        self.endInsertRows()
        if len(self._rows) > _KEPT:
            self.beginRemoveRows(QModelIndex(), _KEPT, len(self._rows) - 1)
            del self._rows[_KEPT:]
            self.endRemoveRows()

    def pair(self) -> None:
        """The request that was added last was just kept with its answer."""
        latest = next(iter(self._past.latest), None)
        newest = self._rows[0] if self._rows else None
        if latest is not None and newest is not None and not newest.number and newest.model == latest.request.model:
            self._rows[0] = replace(newest, number=latest.number)
        if self._rows:
            self.dataChanged.emit(self.index(0, OUTCOME), self.index(len(self._rows) - 1, OUTCOME))

    def sent_at(self, index: Index) -> Sent:
        """The request of a row."""
        return self._rows[index.row()]

    def _is_dropped(self, sent: Sent) -> bool:
        return bool(sent.number) and self._past.find(sent.number) is None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return column_head(HEADERS, section, orientation, role, numbers=TIME)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        sent, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            text = _text(sent, column)
            return f"{text}, no longer kept" if column == OUTCOME and self._is_dropped(sent) else text
        if role == ICON and column == OUTCOME:
            return SEVERITY_ICONS["error" if sent.failure else "ok"]
        if role == ICON and column == SERVER and sent.server:
            return "circle-fill", server_colours.token(sent.colour)
        if role == Qt.ItemDataRole.ToolTipRole:
            return sent.failure or self._tip(sent)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == TIME:
            return AT_RIGHT
        is_dim = column not in (MODEL, OUTCOME, TIME) or (column == OUTCOME and self._is_dropped(sent))
        return "dim" if role == ROLE and is_dim else None

    def _tip(self, sent: Sent) -> str | None:
        if self._is_dropped(sent):
            return (
                f"Its tensors went to make room: {size_text(self._past.most_bytes)} of requests and answers are kept."
            )
        return "A double click opens it with its answer." if sent.number else None


def _text(sent: Sent, column: int) -> str:
    plural = "" if sent.outputs == 1 else "s"
    return (
        time.strftime("%H:%M:%S", time.localtime(sent.at)),
        sent.server,
        sent.model,
        sent.version or "latest",
        sent.failure or f"{sent.outputs} output{plural}",
        "" if sent.failure else f"{sent.nanoseconds / 1e6:.2f} ms",
    )[column]


class RequestsPanel(TabbedAsRead):
    """The table of requests of this session."""

    counted = Signal(int)
    model_wanted = Signal(str)
    """The model of a request is to be asked again."""
    past_wanted = Signal(str, int)
    """The model and the number of a request that is to be shown with its answer."""
    menu_asked = Signal(str, QPoint)
    """The model of the request under the pointer, and where on the screen its menu is to open."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Requests.PANEL)
        self._count = 0
        self.model = RequestsModel(session.requests.past, self)
        self.table = DenseTable()
        self.table.setObjectName(names.Requests.TABLE)
        self.table.setAccessibleName("Requests of this session")
        self.table.setModel(self.model)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(OUTCOME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        self.empty = EmptyState(
            "paper-plane-tilt", "No request was sent yet", "Test a loaded model: Alt+3, then Ctrl+Enter."
        )
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self._stack.setCurrentIndex(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._stack)
        self.table.activated.connect(self._open)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._ask_menu)
        self.setFocusProxy(self.table)
        self._servers = session.servers
        self._past = session.requests.past
        session.servers.answered.connect(self.add_answer)
        session.servers.refused.connect(self.add_failure)
        session.requests.past.changed.connect(self.model.pair)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sent yet."""
        return self.model.rowCount() == 0

    def _open(self, index: QModelIndex) -> None:
        sent = self.model.sent_at(index)
        if self._past.find(sent.number) is not None:
            self.past_wanted.emit(sent.model, sent.number)
        else:
            self.model_wanted.emit(sent.model)

    def _model_at(self, index: QModelIndex) -> str:
        return str(index.siblingAtColumn(MODEL).data())

    def _ask_menu(self, at: QPoint) -> None:
        index = self.table.indexAt(at)
        if index.isValid():
            self.menu_asked.emit(self._model_at(index), self.table.viewport().mapToGlobal(at))

    def add_answer(self, server: ServerControl, result: InferResult) -> None:
        """Adds a request that a server answered."""
        count, nanoseconds = len(result.outputs), result.times.total
        known = self._servers.identity(server)
        self._add(Sent(time.time(), result.model, result.version, count, nanoseconds, "", known.name, known.colour))

    def add_failure(self, server: ServerControl, model: str, failure: Failure) -> None:
        """Adds a request that a server did not answer."""
        known = self._servers.identity(server)
        self._add(Sent(time.time(), model, "", 0, 0, failure.reason, known.name, known.colour))

    def _add(self, sent: Sent) -> None:
        self.model.add(sent)
        self._count += 1
        self._stack.setCurrentIndex(0)
        self.counted.emit(self._count)
