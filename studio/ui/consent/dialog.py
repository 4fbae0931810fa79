"""The question whether the code of a repository may run: which files, as whom, and what they can reach."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QWidget

from studio.core.consent.code import CodeFile, CodeKind
from studio.core.consent.question import Question, isolation
from studio.core.files.sizes import size_text
from studio.core.serving.kinds import EngineKind
from studio.ui.consent import names
from studio.ui.room.place import FilePlace
from studio.ui.widgets import Label
from studio.ui.widgets.dialogs import Question as QuestionDialog
from studio.ui.widgets.tables import DenseTable

if TYPE_CHECKING:
    from studio.app.serving.consent.launches import Answer
    from studio.ui.room.context import Context

_COLUMNS = ("Model", "File", "Runs as", "Size", "")
_ROW = 26
_MOST_ROWS = 9
_MOST_SHOWN = 2000
_WIDTH = 720


class ConsentDialog(QuestionDialog):
    """Shows what was not agreed to yet. Escape is no; `wanted` is the file that is to be read first, if any."""

    def __init__(self, parent: QWidget, asked: Question) -> None:
        super().__init__(parent, _title(asked), _text(asked), names.Consent.DIALOG)
        self.asked = asked
        self.wanted: CodeFile | None = None
        self.setMinimumWidth(min(_WIDTH, parent.window().width() - 80))
        self._build_files()
        self._build_where()
        self.add_button("read", "Read it first")
        self.add_button("", "Stop the server" if asked.is_running else "Cancel")
        self.add_button("yes", "Run it in a container" if asked.spec.kind is EngineKind.DOCKER else "Run it", "primary")
        self.finish()
        self.read = self.findChild(QWidget, names.Consent.READ)
        self.files.selectionModel().currentRowChanged.connect(self._follow)
        self.files.selectRow(0)

    def _build_files(self) -> None:
        self.column.addWidget(Label(_counted(self.asked), "dim", 12))
        self.files = DenseTable(_ROW, self)
        self.files.setObjectName(names.Consent.FILES)
        self.files.setAccessibleName("What will run")
        self.files.setModel(_model(self.asked, self))
        header = self.files.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        rows = min(self.files.model().rowCount(), _MOST_ROWS)
        self.files.setFixedHeight(rows * _ROW + header.height() + 2)
        self.column.addWidget(self.files)
        hidden = len(self.asked.unknown) - _MOST_SHOWN
        if hidden > 0:
            self.column.addWidget(Label(f"… and {hidden:,} more", "dim", 12))

    def _build_where(self) -> None:
        head = Label("Where, and as whom", weight=600)
        self.isolation = Label("\n".join(isolation(self.asked.spec)))
        self.isolation.setObjectName(names.Consent.WHERE)
        self.isolation.setWordWrap(True)
        again = Label("You are asked again where this code changes.", "dim", 12)
        self.column.addSpacing(4)
        for each in (head, self.isolation, again):
            self.column.addWidget(each)

    def sizeHint(self) -> QSize:
        """As high as its texts need at its width, which a layout alone does not tell a window."""
        hint = super().sizeHint()
        width = max(hint.width(), self.minimumWidth())
        return QSize(width, self.column.totalHeightForWidth(width))

    def _follow(self, row: QModelIndex) -> None:
        file = self.asked.unknown[row.row()] if row.isValid() else None
        readable = file is not None and file.kind is CodeKind.PYTHON and file.path.endswith(".py")
        self.wanted = file if readable else None
        if self.read is not None:
            self.read.setEnabled(readable)


def ask_consent(context: Context, window: QWidget, asked: Question, answer: Answer) -> ConsentDialog:
    """Asks over the window and hands the answer on; a file that is to be read first is shown, which is a no."""
    dialog = ConsentDialog(window, asked)

    def done(_result: int) -> None:
        answer(dialog.chosen == "yes")
        if dialog.chosen == "read" and dialog.wanted is not None:
            context.show(FilePlace(asked.repository / dialog.wanted.path))

    dialog.finished.connect(done)
    dialog.open()
    return dialog


def _title(asked: Question) -> str:
    if asked.loads:
        return f"Run the code of {_models(asked)}?"
    return "Run the code in this folder?" if asked.is_first else "Run the code that changed?"


def _text(asked: Question) -> str:
    if asked.is_running:
        return (
            f"The server loads by itself what changes in {asked.repository}: it will run this within seconds, or does "
            "so already."
        )
    what = "that you have not run from here yet" if asked.is_first else "that is new or has changed since you agreed"
    if asked.loads:
        return f"Loading {_models(asked)} on the server that runs starts code {what}."
    if asked.is_first:
        return f"{asked.repository} holds code {what}."
    return f"You agreed to run the code in {asked.repository}. This is new or has changed since."


def _models(asked: Question) -> str:
    return asked.loads[0] if len(asked.loads) == 1 else f"{len(asked.loads)} models"


def _counted(asked: Question) -> str:
    kinds = Counter(file.kind for file in asked.unknown)
    return ", ".join(f"{count:,} × {kind.value}" for kind, count in kinds.items())


def _model(asked: Question, parent: QWidget) -> QStandardItemModel:
    model = QStandardItemModel(0, len(_COLUMNS), parent)
    model.setHorizontalHeaderLabels(list(_COLUMNS))
    for file in asked.unknown[:_MOST_SHOWN]:
        cells = (file.model, file.name, file.kind.value, size_text(file.size) or file.digest, asked.what_is(file))
        items = [QStandardItem(text) for text in cells]
        items[1].setToolTip(file.path)
        items[3].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        model.appendRow(items)
    return model
