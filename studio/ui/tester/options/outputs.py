"""Which outputs of a model are asked for, and which of them as their best classes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.core.config.tensor_info import TensorInfo
from studio.ui.tester.options.names import Options
from studio.ui.widgets import Label, NumberField, Row, SectionHeader

_MOST_ROWS = 200


class OutputRow(QWidget):
    """One output: whether it is wanted, and its so many best classes instead of the numbers."""

    changed = Signal()

    def __init__(self, info: TensorInfo) -> None:
        super().__init__()
        self.info = info
        self.wanted = QCheckBox(info.name)
        self.wanted.setObjectName(Options.OUTPUT.format(info.name))
        self.wanted.setChecked(True)
        self.classes = NumberField(None, width=48, low=0, high=1 << 20, dense=True)
        self.classes.field.setPlaceholderText("off")
        self.classes.setObjectName(Options.CLASSES.format(info.name))
        self.classes.setAccessibleName(f"Best classes of {info.name}")
        self.classes.setToolTip("Ask for so many best classes in place of the numbers: score, index and label.")
        self._words = Label("best classes", "dim", 12)
        row = Row(self.wanted, "stretch", self._words, self.classes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)
        for widget in (self._words, self.classes):
            widget.setVisible(info.data_type.family in "FIU")
        self.wanted.toggled.connect(self._tell)
        self.classes.field.textChanged.connect(lambda _text: self.changed.emit())

    def _tell(self, wanted: bool) -> None:
        self.classes.setEnabled(wanted)
        self.changed.emit()

    @property
    def count(self) -> int:
        """How many best classes are asked for; 0 for the numbers."""
        return int(self.classes.value() or 0) if self.wanted.isChecked() else 0


class OutputChoice(QWidget):
    """All outputs unless some are unchecked."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[OutputRow] = []
        self._infos: tuple[TensorInfo, ...] = ()
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(20, 0, 0, 4)
        self._column.setSpacing(4)
        self.head = SectionHeader("Outputs asked for", body=body, height=32)
        self.head.setObjectName(Options.OUTPUTS)
        self.head.box.setContentsMargins(0, 0, 0, 0)
        self.head.set_open(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(body)

    def show_outputs(self, infos: tuple[TensorInfo, ...]) -> None:
        """Offers the outputs of a model; the choice stays where they are the same."""
        if infos == self._infos:
            return
        self._infos = infos
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [OutputRow(info) for info in infos[:_MOST_ROWS]]
        for row in self.rows:
            self._column.addWidget(row)
            row.changed.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        asked, classes = self.asked(), self.classes()
        words = f"{len(asked)} of {len(self._infos)}" if asked else f"all {len(self._infos)}"
        self.head.detail.setText(f"{words}, {len(classes)} as classes" if classes else words)
        self.changed.emit()

    def asked(self) -> tuple[str, ...]:
        """The outputs to ask for by name; none where all are wanted, and where none is."""
        wanted = tuple(row.info.name for row in self.rows if row.wanted.isChecked())
        is_all = len(wanted) == len(self.rows) and not self.classes()
        return () if is_all else wanted

    def classes(self) -> tuple[tuple[str, int], ...]:
        """The outputs that are asked for as classes."""
        return tuple((row.info.name, row.count) for row in self.rows if row.count)

    def show_choice(self, asked: tuple[str, ...], classes: tuple[tuple[str, int], ...]) -> None:
        """Shows the choice of another request."""
        counts = dict(classes)
        for row in self.rows:
            row.wanted.setChecked(not asked or row.info.name in asked)
            row.classes.set_value(counts.get(row.info.name))
        self._tell()
