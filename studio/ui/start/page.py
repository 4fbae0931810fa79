"""The start page: open, try the example, attach; recent repositories; what this machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.ui.look.logo import Logo
from studio.ui.start import names
from studio.ui.start.machine import MachineList
from studio.ui.start.recent import RecentList
from studio.ui.widgets import Clickable, IconLabel, KeyHint, Label, paint
from studio.ui.widgets.drops import DropBox
from studio.ui.widgets.structure import Row

if TYPE_CHECKING:
    from studio.app.session import Session

_WIDTH = 864
_ENDINGS = (".onnx", ".pt", ".plan", ".savedmodel", "model.py")
_CARDS = (
    (
        names.Start.OPEN,
        "folder-open",
        "Ctrl O",
        "Open a repository",
        "A folder with one folder for each model. Problems show before a server starts.",
    ),
    (
        names.Start.EXAMPLE,
        "flask",
        "Ctrl E",
        "Try the example",
        "An image and a text pipeline that run on the CPU. A copy, yours to break.",
    ),
    (
        names.Start.ATTACH,
        "broadcast",
        "Ctrl Shift A",
        "Attach to a server",
        "Anything that speaks KServe v2, here or far away. Nothing is written to it.",
    ),
)


class Card(Clickable):
    """One way to start, as a large button."""

    def __init__(self, name: str, icon_name: str, key: str, title: str, text: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setFixedHeight(143)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 14)
        column.setSpacing(4)
        column.addWidget(Row(_Tile(icon_name), "stretch", KeyHint(key)))
        column.addSpacing(6)
        column.addWidget(Label(title, px=16, weight=600))
        prose = Label(text, "dim")
        prose.setWordWrap(True)
        prose.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(prose, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint.round_rect(painter, rect, 6, fill="field" if self.hovered else "panel", edge="line")
            if self.hasFocus():
                paint.focus_ring(painter, rect, 6)


class _Tile(QWidget):
    """An icon on a soft square of 32."""

    def __init__(self, icon_name: str) -> None:
        super().__init__()
        self.setFixedSize(32, 32)
        row = QHBoxLayout(self)
        row.setContentsMargins(7, 7, 7, 7)
        row.addWidget(IconLabel(icon_name, "accent", 18))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, fill="accent_soft")


class StartPage(QScrollArea):
    """What a person sees first. Its width stays; the margins around it grow evenly."""

    open_requested = Signal()
    example_requested = Signal()
    attach_requested = Signal()
    recent_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName(names.Start.PAGE)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.recent = RecentList()
        self.machine = MachineList(session)
        self.recent.chosen.connect(self.recent_chosen)
        self.setWidget(self._body())
        self.setFocusProxy(self.cards[0])
        self.cards[0].setFocus()

    def _body(self) -> QWidget:
        body = QWidget()
        body.setProperty("kind", "window")
        middle = QWidget()
        middle.setFixedWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 24, 0, 24)
        column.setSpacing(0)
        column.addWidget(self._title())
        column.addSpacing(36)
        column.addLayout(self._cards())
        column.addSpacing(12)
        self.drop = DropBox(names.Start.DROP, "Or drop a model file anywhere", _ENDINGS)
        column.addWidget(self.drop)
        column.addSpacing(36)
        lists = QHBoxLayout()
        lists.setSpacing(32)
        lists.addWidget(self.recent, 512, Qt.AlignmentFlag.AlignTop)
        lists.addWidget(self.machine, 320, Qt.AlignmentFlag.AlignTop)
        column.addLayout(lists)
        grid = QGridLayout(body)
        grid.setContentsMargins(16, 0, 16, 0)
        grid.addWidget(middle, 1, 1)
        for edge, share in ((0, 2), (2, 3)):
            grid.setRowStretch(edge, share)
            grid.setColumnStretch(edge, 1)
        return body

    def _title(self) -> QWidget:
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        title = Label("Trireme", px=30, weight=600)
        title.setFont(_tightened(title.font()))
        column.addWidget(title)
        column.addWidget(Label("A studio for Triton model repositories", "dim"))
        return Row(Logo(52), words, "stretch", spacing=24)

    def _cards(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self.cards = [Card(*facts) for facts in _CARDS]
        for card, signal in zip(
            self.cards, (self.open_requested, self.example_requested, self.attach_requested), strict=True
        ):
            card.clicked.connect(signal)
            row.addWidget(card, 1)
        return row

    def refresh(self) -> None:
        """Reads recent repositories and the machine again."""
        self.recent.refresh()
        self.machine.refresh()


def _tightened(font: QFont) -> QFont:
    """A large title stands closer than body text does."""
    made = QFont(font)
    made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, -0.6)
    return made
