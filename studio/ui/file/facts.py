"""What else a model file says: facts, files that hold its weights, notes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.artifacts.artifact import Artifact
from studio.ui.widgets import ElidedLabel, HairLine, IconLabel, Label, MonoLabel

_FILES_SHOWN = 50


class FactList(QWidget):
    """Names and values with hairlines between them, as the inspector has them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 10, 0, 0)
        self._column.setSpacing(0)

    def show_artifact(self, artifact: Artifact | None) -> None:
        """Shows the facts of a file; nothing for None."""
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        if artifact is None:
            return
        self._column.addWidget(Label("Facts", "dim", 11, 600, parent=self))
        self._column.addSpacing(4)
        for name, value in (("Format", artifact.format), *artifact.facts):
            self._add_fact(name, value)
        self._add_external(artifact)
        for note in artifact.notes:
            self._add_note(note)

    def _add_fact(self, name: str, value: str) -> None:
        holder = QWidget(self)
        holder.setFixedHeight(26)
        holder.setAccessibleName(f"{name}: {value}")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Label(name, "dim", 12, parent=holder))
        said = ElidedLabel(value, px=12, parent=holder)
        said.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(said, 1)
        self._column.addWidget(holder)
        self._column.addWidget(HairLine(parent=self))

    def _add_external(self, artifact: Artifact) -> None:
        if not artifact.external:
            return
        self._column.addSpacing(12)
        self._column.addWidget(Label("Weights in other files (not opened)", "dim", 11, 600, parent=self))
        self._column.addSpacing(4)
        for name in artifact.external[:_FILES_SHOWN]:
            label = MonoLabel(name, parent=self)
            label.setWordWrap(True)
            self._column.addWidget(label)
        if len(artifact.external) > _FILES_SHOWN:
            more = len(artifact.external) - _FILES_SHOWN
            self._column.addWidget(Label(f"and {more:,} more", "dim", 12, parent=self))

    def _add_note(self, note: str) -> None:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 10, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("info", "dim", parent=holder), 0, Qt.AlignmentFlag.AlignTop)
        label = Label(note, "dim", 12, parent=holder)
        label.setWordWrap(True)
        row.addWidget(label, 1)
        self._column.addWidget(holder)
