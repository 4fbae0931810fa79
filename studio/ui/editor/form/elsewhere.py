"""The fields of a section that the file sets and no part stands for: each leads to its place in the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.draft import Draft
from studio.core.help import dotted, field_help
from studio.text.document import find
from studio.text.tree import Message, Path
from studio.ui import names
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.part import FormPart
from studio.ui.widgets import ElidedLabel, Label, LinkButton, Row

_NAME = 180


def uncovered(draft: Draft, roots: Sequence[Path], covered: Iterable[Path]) -> list[Path]:
    """The fields in the text that none of the covered paths stands for, as deep as the covered ones go."""
    found = _inside(draft.document.root, (), tuple(covered))
    return [path for path in found if any(path[: len(root)] == root for root in roots)]


def _inside(message: Message, above: Path, covered: tuple[Path, ...]) -> list[Path]:
    left: list[Path] = []
    for name in dict.fromkeys(field.name for field in message.fields):
        path = (*above, name)
        deeper = [other for other in covered if other[: len(path)] == path and len(other) > len(path)]
        if not deeper:
            left += [] if path in covered else [path]
            continue
        value = next(field.value for field in message.fields if field.name == name)
        left += _inside(value, path, covered) if isinstance(value, Message) else []
    return left


class Elsewhere(FormPart):
    """A link for each such field."""

    def __init__(self, context: FormContext, roots: Sequence[Path], covered: Iterable[Path], parent: QWidget) -> None:
        super().__init__(context, roots, parent)
        self._covered = tuple(covered)
        self._shown: list[tuple[Path, int]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 0, 12, 0)
        self._column.setSpacing(2)

    def applies(self, draft: Draft) -> bool:
        """Only where there is such a field."""
        return bool(uncovered(draft, self.paths, self._covered))

    def show_draft(self, draft: Draft) -> None:
        """Shows the fields of a draft."""
        wanted = [(path, self._line(draft, path)) for path in uncovered(draft, self.paths, self._covered)]
        if wanted == self._shown:
            return
        self._shown = wanted
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for path, line in wanted:
            self._column.addWidget(self._row(path, line))

    @staticmethod
    def _line(draft: Draft, path: Path) -> int:
        found = find(draft.document, path)
        return draft.document.line_column(found.span.start)[0] if found else 0

    def _row(self, path: Path, line: int) -> QWidget:
        link = LinkButton(dotted(path))
        link.setObjectName(names.Form.ELSEWHERE.format(dotted(path)))
        link.setAccessibleName(f"Show {dotted(path)} in the text")
        link.setMinimumWidth(_NAME)
        link.clicked.connect(lambda: self.context.text_wanted.emit(path))
        help_ = field_help(path)
        row = Row(link, ElidedLabel(help_.what if help_ else "", "dim", 12), Label(f"line {line}", "dim", 12))
        row.box.setStretch(1, 1)
        row.setFixedHeight(28)
        return row
