"""The fields of one element of a table that have no column: folded away until they are wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.core.config.fields import message_of, title_of
from studio.text.paths import widget_key
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.message_editor import MessageEditor
from studio.ui.editor.form.part import FormContext
from studio.ui.widgets import SectionHeader

_NAMED = ("name", "key", "model_name", "input_name", "metric_identifier")


class ElementDetail(QWidget):
    """Shows the element that is chosen in the table above it; opens where that sets such a field.

    `columns` are the fields that the table shows, `within` those of which it shows what matters.
    """

    def __init__(
        self, context: FormContext, path: Path, columns: Collection[str], within: Collection[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.path = path
        self._context = context
        self._columns = frozenset(columns)
        self._within = frozenset(within)
        message = message_of(path)
        self._others = tuple(name for name in message.fields if name not in self._columns) if message else ()
        self._row = -1
        self._editor: MessageEditor | None = None
        self._body = QWidget(self)
        self._box = QVBoxLayout(self._body)
        self._box.setContentsMargins(0, 0, 0, 4)
        self.head = SectionHeader("", body=self._body, height=28, parent=self)
        self.head.setObjectName(names.Form.MORE.format(widget_key(path)))
        self.head.set_open(False)
        self.head.toggled.connect(self._toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._body)
        self.hide()

    def show_element(self, row: int, draft: Draft) -> None:
        """Shows the element at a place of the table; none for -1."""
        if row != self._row:
            self._drop()
            self._row = row
            if row >= 0 and not self._within.issuperset(self._set_ones(draft)):
                self.head.set_open(True)
        self.setVisible(row >= 0 and bool(self._others))
        if row >= 0 and self._others:
            self._show_head(draft)
            self._show_body(draft)

    def _drop(self) -> None:
        if self._editor is not None:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None

    def _set_ones(self, draft: Draft) -> list[str]:
        return [name for name in self._others if draft.has(*self.path, self._row, name)]

    def _show_head(self, draft: Draft) -> None:
        noun = title_of(self.path).lower()
        found = (draft.get(*self.path, self._row, name) for name in _NAMED if name in self._names())
        name = next(
            (
                each if isinstance(each, str) else f"{noun} {each}"
                for each in found
                if each and isinstance(each, str | int)
            ),
            f"{noun} {self._row + 1}",
        )
        words = f"More of {name}"
        self.head.title.setText(words)
        self.head.setAccessibleName(words)
        chosen = self._set_ones(draft)
        titles = [title_of((*self.path, name)).lower() for name in (chosen or self._others)]
        self.head.detail.setText(f"{', '.join(titles[:3])}{' …' if len(titles) > 3 else ''}{' set' if chosen else ''}")

    def _names(self) -> Collection[str]:
        message = message_of(self.path)
        return message.fields if message else ()

    def _toggled(self, is_open: bool) -> None:
        if is_open and self._row >= 0:
            self._show_body(self._context.model.last_good)

    def _show_body(self, draft: Draft) -> None:
        if not self.head.is_open():
            return
        if self._editor is None:
            self._editor = MessageEditor(self._context, (*self.path, self._row), self._body, self._columns)
            self._box.addWidget(self._editor)
            self._editor.show()
        self._editor.show_draft(draft)

    def show_findings(self, found: Sequence[Finding]) -> list[Finding]:
        """Shows the problems of its fields; gives those that are not here."""
        return self._editor.show_findings(found) if self._editor is not None else list(found)

    def reveal(self, path: Path) -> QWidget | None:
        """Unfolds the field at a path of the element that is shown."""
        rest = path[len(self.path) :]
        if len(rest) < 2 or rest[0] != self._row or rest[1] not in self._others:
            return None
        draft = self._context.model.last_good
        self.head.set_open(True)
        self._show_body(draft)
        return self._editor.reveal(path, draft) if self._editor is not None else None
