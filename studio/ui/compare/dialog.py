"""Two interfaces side by side: versions of a model, or two models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.failure import CoreError
from studio.core.merging.comparison import Interface
from studio.ui.compare import names
from studio.ui.compare.sources import Source, interface, listed, proposed
from studio.ui.compare.table import CompareDelegate, CompareModel
from studio.ui.widgets import Chooser, DenseTable, IconButton, IconLabel, Label, QuietButton

if TYPE_CHECKING:
    from studio.app.selection import Selected
    from studio.app.session import Session

_WIDTHS = (190, 240, 240)


class CompareDialog(QDialog):
    """Follows the repository while it is open."""

    def __init__(self, window: QWidget, session: Session, rows: Sequence[Selected]) -> None:
        super().__init__(window)
        self.setObjectName(names.Compare.DIALOG)
        self.setWindowTitle("Compare interfaces")
        self.setAccessibleName("Compare interfaces")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 560)
        self._session = session
        self._build()
        self._fill(listed(session, rows), proposed(session, rows))
        self._connect()
        self._read()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(Label("Compare interfaces", px=16, weight=600, parent=self))
        column.addLayout(self._build_choosers())
        column.addLayout(self._build_state())
        self.model = CompareModel()
        self.table = DenseTable(parent=self)
        self.table.setObjectName(names.Compare.TABLE)
        self.table.setAccessibleName("The two interfaces")
        self.table.setItemDelegate(CompareDelegate(28, self.table))
        self.model.setParent(self)
        self.table.setModel(self.model)
        header = self.table.horizontalHeader()
        for at, width in enumerate(_WIDTHS):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            self.table.setColumnWidth(at, width)
        column.addWidget(self.table, 1)
        close = QuietButton("Close", parent=self)
        close.setObjectName(names.Compare.CLOSE)
        close.clicked.connect(self.close)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _build_choosers(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.left, self.right = Chooser(parent=self), Chooser(parent=self)
        for chooser, name, said in (
            (self.left, names.Compare.LEFT, "First"),
            (self.right, names.Compare.RIGHT, "Second"),
        ):
            chooser.setObjectName(name)
            chooser.setAccessibleName(f"{said} interface")
            chooser.setMinimumWidth(240)
        swap = IconButton("arrows-left-right", "Swap the two", parent=self)
        swap.setObjectName(names.Compare.SWAP)
        swap.clicked.connect(self._swap)
        row.addWidget(self.left, 1)
        row.addWidget(swap)
        row.addWidget(self.right, 1)
        return row

    def _build_state(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._sign = IconLabel("hourglass", "dim", parent=self)
        self.state = Label("Reading …", "dim", 12, parent=self)
        self.state.setObjectName(names.Compare.STATE)
        self.state.setWordWrap(True)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.state, 1)
        return row

    def _fill(self, sources: list[Source], chosen: tuple[Source, Source]) -> None:
        every = list(dict.fromkeys([*sources, *chosen]))
        for chooser, wanted in zip((self.left, self.right), chosen, strict=True):
            for source in every:
                chooser.addItem(source.title, source)
            chooser.setCurrentIndex(every.index(wanted))

    def _connect(self) -> None:
        self.left.currentIndexChanged.connect(self._read)
        self.right.currentIndexChanged.connect(self._read)
        self._session.repository_changed.connect(self._read)

    def _swap(self) -> None:
        left, right = self.left.currentIndex(), self.right.currentIndex()
        self.left.setCurrentIndex(right)
        self.right.setCurrentIndex(left)

    def _read(self, *_: object) -> None:
        """Reads both in a task; what was read once is kept for as long as the file is the same."""
        left, right = self.left.currentData(), self.right.currentData()
        alone = left.model == right.model
        work = [self._work(side, source, alone) for side, source in (("left", left), ("right", right))]
        tasks.run(self, lambda _: dict(each() for each in work), self._take, key="compare")

    def _work(self, side: str, source: Source, alone: bool) -> Callable[[], tuple[str, Interface | CoreError]]:
        repository = self._session.repository
        folder = repository.model(source.model) if repository else None
        draft = self._session.draft(source.model)
        title = source.part if alone else source.title
        return lambda: (side, interface(source, title, folder, draft))

    def _take(self, found: dict[str, Interface | CoreError]) -> None:
        failed = next((each for each in found.values() if isinstance(each, CoreError)), None)
        if failed is not None:
            self.model.show_interfaces(None, None)
            self._sign.set_icon("x-circle-fill", "error")
            self.state.setText(str(failed))
            return
        left, right = (each if isinstance(each, Interface) else None for each in (found["left"], found["right"]))
        ports, facts = self.model.show_interfaces(left, right)
        sign, role = ("warning-fill", "warn_fill") if ports else ("check-circle-fill", "ok")
        self._sign.set_icon(sign, role)
        self.state.setText(_verdict(ports, facts))


def _verdict(ports: int, facts: int) -> str:
    tensors = f"{ports} tensor{'' if ports == 1 else 's'} differ{'s' if ports == 1 else ''}"
    about = f"{facts} fact{'' if facts == 1 else 's'} differ{'s' if facts == 1 else ''}"
    if not ports:
        return f"The tensors are the same{f'; {about}' if facts else ''}."
    return f"{tensors}{f', {about}' if facts else ''}. A client of one may not fit the other."
