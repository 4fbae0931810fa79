"""The question whether the code of a repository may run: which files, as whom, and what they can reach."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QPushButton, QWidget

from studio.app import tasks
from studio.core.consent.code import CodeFile, CodeKind
from studio.core.consent.question import Question, agree
from studio.core.files.sizes import size_text
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.ui.consent import names
from studio.ui.consent.choice import WhereCard
from studio.ui.consent.environment import EnvironmentPart
from studio.ui.room.place import FilePlace
from studio.ui.widgets import Label, Row
from studio.ui.widgets.deletion import unless_deleted
from studio.ui.widgets.dialogs import Question as QuestionDialog
from studio.ui.widgets.tables import DenseTable

if TYPE_CHECKING:
    from studio.app.serving.consent.launches import Answer
    from studio.app.serving.machine import Machine
    from studio.ui.room.context import Context

_COLUMNS = ("Model", "File", "Runs as", "Size", "")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROW = 26
_MOST_ROWS = 6
_MOST_SHOWN = 2000
_WIDTH = 760
_VERBS = {EngineKind.DOCKER: "Run it in a container", EngineKind.EMBEDDED: "Run it"}


class ConsentDialog(QuestionDialog):
    """Shows what was not agreed to yet. Escape is no; `wanted` is the file that is to be read first, if any."""

    def __init__(self, parent: QWidget, asked: Question) -> None:
        super().__init__(parent, _title(asked), _text(asked), names.Consent.DIALOG)
        self.asked = asked
        self.spec = asked.spec
        """The launch that was chosen."""
        self.cards: dict[EngineKind, WhereCard] = {}
        self.environment = EnvironmentPart()
        self.wanted: CodeFile | None = None
        self.setMinimumWidth(min(_WIDTH, parent.window().width() - 80))
        self._build_files()
        self._build_where()
        self.add_button("read", "Read it first")
        self.add_button("", "Stop the server" if asked.is_running else "Cancel")
        self.add_button("yes", _VERBS[asked.spec.kind], "primary")
        self.finish()
        self.read = self.findChild(QWidget, names.Consent.READ)
        self.files.selectionModel().currentRowChanged.connect(self._follow)
        self.files.selectRow(0)

    def _build_files(self) -> None:
        self.column.addWidget(
            Row(Label("What will run", weight=600), "stretch", Label(_counted(self.asked), "dim", 12))
        )
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
        """Both engines side by side before a launch; a server that runs cannot be chosen any more."""
        self.column.addSpacing(4)
        self.column.addWidget(Label("Where, and as whom", weight=600))
        kinds = (EngineKind.DOCKER, EngineKind.EMBEDDED) if self.offers_other else (self.spec.kind,)
        for kind in kinds:
            card = WhereCard(kind)
            card.setObjectName(names.Consent.CARD.format(kind.value))
            card.show_spec(self.spec if kind is self.spec.kind else None, "" if kind is self.spec.kind else "Looking …")
            card.choose(kind is self.spec.kind)
            card.clicked.connect(lambda kind=kind: self._choose(kind))
            self.cards[kind] = card
        where = Row(*self.cards.values(), spacing=12)
        where.setObjectName(names.Consent.WHERE)
        for place in range(len(kinds)):
            where.box.setStretch(place, 1)
        self.column.addWidget(where)
        self.environment.show_spec(self.spec)
        self.environment.change_asked.connect(lambda: self.answer("change"))
        self.column.addWidget(self.environment)
        self.column.addWidget(Label("You are asked again where this code changes.", "dim", 12))

    @property
    def offers_other(self) -> bool:
        """Whether another engine can still be chosen."""
        return not self.asked.loads and not self.asked.is_running

    def offer(self, kind: EngineKind, spec: LaunchSpec | None, note: str) -> None:
        """Offers the same launch on another engine, or says why it cannot be had."""
        if kind in self.cards and kind is not self.asked.spec.kind:
            self.cards[kind].show_spec(spec, note)
            self.adjustSize()

    def _choose(self, kind: EngineKind) -> None:
        spec = self.cards[kind].spec
        if spec is None:
            return
        self.spec = spec
        for each, card in self.cards.items():
            card.choose(each is kind)
        self.environment.show_spec(spec)
        yes = self.findChild(QPushButton, names.Consent.YES)
        if yes is not None:
            yes.setText(_VERBS[kind])

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
    """Asks over the window and hands the answer on; to read a file first or to change a setting is a no."""
    dialog = ConsentDialog(window, asked)

    def done(_result: int) -> None:
        is_other = dialog.chosen == "yes" and dialog.spec.kind is not asked.spec.kind
        answer(dialog.chosen == "yes" and not is_other)
        if is_other:
            launch_other(context, replace(asked, spec=dialog.spec))
        elif dialog.chosen == "read" and dialog.wanted is not None:
            context.show(FilePlace(asked.repository / dialog.wanted.path))
        elif dialog.chosen == "change":
            context.run("serve")

    dialog.finished.connect(done)
    dialog.open()
    if dialog.offers_other:
        context.session.server.machine(unless_deleted(dialog, lambda machine: _offer(dialog, machine)))
    return dialog


def launch_other(context: Context, agreed: Question) -> None:
    """Launches on the engine that was chosen instead, whose isolation was agreed to with it."""
    server = context.session.server
    tasks.run(context.session, lambda _: agree(agreed), lambda _: server.launch(agreed.spec))


def _offer(dialog: ConsentDialog, machine: Machine) -> None:
    spec = dialog.asked.spec
    if spec.kind is EngineKind.EMBEDDED:
        image = machine.images[0].name if machine.images else ""
        why = machine.docker.problem or ("" if image else "Docker has no image of Triton")
        other = replace(spec, kind=EngineKind.DOCKER, image=image)
        dialog.offer(EngineKind.DOCKER, None if why else other, why)
    else:
        why = "" if machine.engine.installed else machine.engine.problem
        dialog.offer(EngineKind.EMBEDDED, None if why else replace(spec, kind=EngineKind.EMBEDDED, image=""), why)


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
    model.setHeaderData(3, Qt.Orientation.Horizontal, _RIGHT, Qt.ItemDataRole.TextAlignmentRole)
    for file in asked.unknown[:_MOST_SHOWN]:
        cells = (file.model, file.name, file.kind.value, size_text(file.size) or file.digest, asked.what_is(file))
        items = [QStandardItem(text) for text in cells]
        items[1].setToolTip(file.path)
        items[3].setTextAlignment(_RIGHT)
        model.appendRow(items)
    return model
