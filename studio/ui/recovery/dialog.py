"""Edits that a studio left behind, each against its file: which to put back, which to give up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.editing.recovery import Recovered, Standing
from studio.text.hunks import Hunk, hunks, rows
from studio.ui.recovery import names
from studio.ui.recovery.rows import OfferList, moment
from studio.ui.widgets import DangerButton, ElidedLabel, HairLine, InlineProblem, Label, PrimaryButton, QuietButton
from studio.ui.widgets.text.diff_view import DiffView

_LEFT = 300
_MOST_SHOWN = 400
_ATTENTION = {
    Standing.OLDER: "The file was written after this edit. Restoring it goes back to an earlier text.",
    Standing.NO_FILE: "The model has no configuration now. Restoring opens this text, to be saved again.",
    Standing.NO_MODEL: "The model was renamed or removed. Copy the text where you want it.",
    Standing.NO_REPOSITORY: "Its repository was moved or removed. Copy the text where you want it.",
}


class RecoveryDialog(QDialog):
    """What is not ticked stays where it is, and is offered again at the next start."""

    restore_wanted = Signal(object)
    """list[Recovered] of one or more repositories; the dialog closes."""
    discard_wanted = Signal(object)
    """list[Recovered], which leave the list."""

    def __init__(self, parent: QWidget, offers: Sequence[Recovered]) -> None:
        super().__init__(parent)
        self.setObjectName(names.Recovery.DIALOG)
        self.setWindowTitle("Restore unsaved edits")
        self.setAccessibleName("Restore unsaved edits")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._offers = list(offers)
        self.list = OfferList(self)
        self.view = DiffView(self)
        self._build()
        self._lay_out()
        self._connect()
        self.list.fill(self._offers)
        self._count()
        room = parent.window().size()
        self.resize(min(1000, room.width() - 80), min(600, room.height() - 80))
        (self.restore if self.restore.isEnabled() else self.later).setFocus()

    def _build(self) -> None:
        self.list.setFixedWidth(_LEFT)
        self.view.setObjectName(names.Recovery.TEXT)
        self.view.setAccessibleName("The edit against the file")
        self._before = ElidedLabel("", "error", 12, parent=self)
        self._after = ElidedLabel("", "ok", 12, parent=self)
        self.attention = InlineProblem("warning", parent=self)
        self.attention.setObjectName(names.Recovery.ATTENTION)
        self.copy = QuietButton("Copy the text", "copy", parent=self)
        self.later = QuietButton("Later", parent=self)
        self.discard = DangerButton("Discard", parent=self)
        self.restore = PrimaryButton("Restore", parent=self)
        self.copy.setObjectName(names.Recovery.COPY)
        self.later.setObjectName(names.Recovery.LATER)
        self.discard.setObjectName(names.Recovery.DISCARD)
        self.restore.setObjectName(names.Recovery.RESTORE)

    def _lay_out(self) -> None:
        words = "Trireme ended without saving these edits. Restoring opens them; no file changes until you save."
        head = self._column(16, 14, 4, Label("Restore unsaved edits?", px=16, weight=600, parent=self))
        head.addWidget(Label(words, "dim", 12, parent=self))
        sides = QHBoxLayout()
        sides.setContentsMargins(12, 8, 12, 8)
        sides.setSpacing(16)
        sides.addWidget(self._before, 1)
        sides.addWidget(self._after, 1)
        right = self._column(0, 0, 0)
        right.addLayout(sides)
        right.addWidget(self.attention)
        right.addWidget(HairLine(parent=self))
        right.addWidget(self.view, 1)
        column = self._column(0, 0, 0)
        self.setLayout(column)
        column.addLayout(head)
        column.addWidget(HairLine(parent=self))
        column.addLayout(self._middle(right), 1)
        column.addWidget(HairLine(parent=self))
        column.addLayout(self._foot())

    def _middle(self, right: QVBoxLayout) -> QHBoxLayout:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.list)
        middle.addWidget(HairLine(vertical=True, parent=self))
        middle.addLayout(right, 1)
        return middle

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 12, 10)
        foot.setSpacing(8)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        for button in (self.later, self.discard, self.restore):
            foot.addWidget(button)
        return foot

    @staticmethod
    def _column(side: int, above: int, spacing: int, *widgets: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(side, above, side, above and above - 2)
        column.setSpacing(spacing)
        for widget in widgets:
            column.addWidget(widget)
        return column

    def _connect(self) -> None:
        self.list.chosen.connect(self._show)
        self.list.ticked_changed.connect(self._count)
        self.copy.clicked.connect(self._copy)
        self.later.clicked.connect(self.reject)
        self.discard.clicked.connect(self._discard)
        self.restore.clicked.connect(self._restore)

    # What is shown

    def _show(self, offer: Recovered) -> None:
        file = "no file now" if offer.file_time is None else f"the file, written {moment(offer.file_time)}"
        self._before.setText(f"− {file}")
        self._after.setText(f"+ the edit, made {moment(offer.time)}")
        attention = _ATTENTION.get(offer.standing, "")
        self.attention.show_problem("warning", attention)
        self.attention.setVisible(bool(attention))
        before, after = offer.file_text or "", offer.text
        tasks.run(self, lambda _: (before, hunks(before, after)), self._show_hunks, key="compare")

    def _show_hunks(self, found: tuple[str, tuple[Hunk, ...]]) -> None:
        before, several = found
        self.view.show_groups(rows(before, several[:_MOST_SHOWN]))

    def _count(self) -> None:
        ticked = self.list.ticked()
        able = [each for each in ticked if each.can_be_restored]
        self.restore.setText(f"Restore {len(able)}" if len(able) > 1 else "Restore")
        self.restore.setEnabled(bool(able) and len(able) == len(ticked))
        self.discard.setText(f"Discard {len(ticked)}" if len(ticked) > 1 else "Discard")
        self.discard.setEnabled(bool(ticked))
        self.restore.setDefault(self.restore.isEnabled())
        self.later.setDefault(not self.restore.isEnabled())

    # What can be done

    def _copy(self) -> None:
        item = self.list.current()
        if item is not None:
            QGuiApplication.clipboard().setText(item.text)

    def _discard(self) -> None:
        gone = self.list.ticked()
        self.discard_wanted.emit(gone)
        self._offers = [each for each in self._offers if each not in gone]
        self.list.fill(self._offers)
        self._count()
        if not self._offers:
            self.reject()

    def _restore(self) -> None:
        self.restore_wanted.emit(self.list.ticked())
        self.accept()
