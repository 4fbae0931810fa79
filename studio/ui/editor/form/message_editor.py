"""A message of the configuration by its schema alone: a row for each field, to any depth, made once it is seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import shiboken6
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.core.config.fields import is_choice, message_of, title_of
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext, FormPart
from studio.ui.editor.form.part_list import PartList
from studio.ui.editor.form.rows.field_rows import SwitchRow
from studio.ui.look.theme import colour

_INSET = 16


def parts_for(context: FormContext, path: Path, parent: QWidget, hidden: Collection[str] = ()) -> Iterator[FormPart]:
    """The editors of the fields of one message; those of a oneof are one."""
    message = message_of(path)
    seen: set[str] = set()
    for name, field in message.fields.items() if message else ():
        if name in hidden or field.oneof in seen:
            continue
        if message and is_choice(message, field):
            seen.add(field.oneof)
            yield context.part_for_one_of(path, field.oneof, parent)
        else:
            yield context.part_for((*path, name), parent)


class MessageEditor(QWidget):
    """The fields of the message at a path, below one another; a line at the left shows how far it reaches."""

    def __init__(self, context: FormContext, path: Path, parent: QWidget, hidden: Collection[str] = ()) -> None:
        super().__init__(parent)
        self.path = path
        self.parts = PartList()
        self._draft: Draft | None = None
        self._found: Sequence[Finding] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_INSET, 0, 0, 0)
        self._column.setSpacing(0)
        self._coming: Iterator[FormPart] | None = parts_for(context, path, self, hidden)
        context.finish_later(self)

    def build_next(self) -> bool:
        """Makes one more part; false where none is left."""
        # Its element may have gone meanwhile, and this with it.
        part = next(self._coming, None) if self._coming is not None and shiboken6.isValid(self) else None
        if part is None:
            self._coming = None
            return False
        self.parts.all.append(part)
        self._column.addWidget(part)
        if self._draft is not None:
            self.parts.show_part(part, self._draft)
        near = [each for each in self._found if part.nearness(each.path)]
        if near:
            self.show_findings(self._found)
        return True

    def finish(self) -> None:
        """Makes all parts that are still to come."""
        while self.build_next():
            pass

    def show_draft(self, draft: Draft) -> None:
        """Shows a draft, in the parts to come too."""
        self._draft = draft
        self.parts.show_draft(draft)

    def show_findings(self, found: Sequence[Finding]) -> list[Finding]:
        """Shows the problems of its fields; gives those that are near none."""
        self._found = found
        return self.parts.show_findings(found)

    def reveal(self, path: Path, draft: Draft) -> QWidget | None:
        """Brings out the control that stands for a path."""
        self.finish()
        return self.parts.reveal(path, draft)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line at the left."""
        del event
        with QPainter(self) as painter:
            painter.fillRect(QRectF(_INSET + 3, 4, 1, max(self.height() - 8, 0)), colour("line"))


class MessagePart(FormPart):
    """A single message: a switch that says whether it is there, and its fields below while it is."""

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, (path,), parent)
        self.path = path
        self.head = SwitchRow(context, path, title_of(path), message=True, parent=self)
        self._editor: MessageEditor | None = None
        self._asked = False
        self._found: Sequence[Finding] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        self.setFocusProxy(self.head)

    def show_draft(self, draft: Draft) -> None:
        """The switch, and the fields where it is on or where one of them was asked for."""
        self.head.show_draft(draft)
        self.head.show_state(draft)
        is_open = self._asked or draft.has(*self.path)
        if is_open and self._editor is None:
            self._build()
        if self._editor is not None:
            self._editor.setVisible(is_open)
            if is_open:
                self._editor.show_draft(draft)

    def _build(self) -> None:
        message = message_of(self.path)
        if message and message.fields:
            self._editor = MessageEditor(self.context, self.path, self)
            self._column.addWidget(self._editor)
            self.show_findings(self._found)

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Each at the field that it is about; the others at the switch."""
        self._found = found
        left = self._editor.show_findings(found) if self._editor else found
        self.head.show_findings(left)

    def reveal(self, path: Path) -> QWidget | None:
        """The switch, or a field below it."""
        if not self.nearness(path):
            return None
        if len(path) == len(self.path):
            return self.head
        draft = self.context.model.last_good
        if self._editor is None or self._editor.isHidden():
            self._asked = True
            self.show_draft(draft)
        control = self._editor.reveal(path, draft) if self._editor else None
        return control or self.head
