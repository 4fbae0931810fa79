"""Messages and lists of the text folded to their first and last line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from studio.ui.editor.text.brackets import closing_block, closing_lines, left_open


class Folding(QObject):
    """Which lines of an editor are folded. The anchors move with the text; a cursor in a fold opens it."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._anchors: list[QTextCursor] = []
        self._ends: dict[int, int] = {}
        self._count = edit.blockCount()
        edit.document().contentsChange.connect(self._note_change)
        edit.cursorPositionChanged.connect(self._reveal_cursor)

    @staticmethod
    def is_foldable(block: QTextBlock) -> bool:
        """Whether a line opens something that goes on below."""
        following = block.next()
        return bool(left_open(block.text())) and following.isValid() and following.text().strip()[:1] not in ("}", "]")

    def is_folded(self, block: QTextBlock) -> bool:
        """Whether what a line opens is hidden."""
        return bool(self._anchors) and block.blockNumber() in self._ends

    def seen(self, bottom: float) -> Iterator[tuple[QTextBlock, QRectF]]:
        """The lines of the editor that can be seen down to `bottom`, with where they stand.

        Counts heights up itself: Qt walks from the first line for each one that it is asked about.
        """
        edit = self._edit
        block = edit.firstVisibleBlock()
        area = edit.blockBoundingGeometry(block).translated(edit.contentOffset())
        while block.isValid() and area.top() <= bottom:
            if block.isVisible():
                yield block, area
            end = self._ends.get(block.blockNumber()) if self._ends else None
            block = block.next() if end is None else edit.document().findBlockByNumber(end)
            if block.isValid():
                height = edit.blockBoundingRect(block).height() if block.isVisible() else 0.0
                area = QRectF(area.left(), area.bottom(), area.width(), height)

    def toggle(self, block: QTextBlock) -> None:
        """Folds what a line opens, or shows it."""
        if self.is_folded(block):
            self._unfold(block)
        else:
            self._fold(block)

    def fold_here(self) -> None:
        """Folds the innermost message or list around the cursor."""
        block = self._around(self._edit.textCursor().block())
        if block is not None:
            self._fold(block)

    def unfold_here(self) -> None:
        """Shows what the line of the cursor opens."""
        self._unfold(self._edit.textCursor().block())

    def fold_all(self) -> None:
        """Folds the outermost messages and lists."""
        document, closing = self._edit.document(), self._closing()
        self._anchors = []
        line = 0
        for start in sorted(closing):
            block = document.findBlockByNumber(start)
            if start < line or not self.is_foldable(block):
                continue
            line = closing[start]
            self._anchors.append(QTextCursor(block))
            self._leave(block, document.findBlockByNumber(line))
        self._apply(closing)

    def unfold_all(self) -> None:
        """Shows every line that is folded away."""
        if self._anchors or self._ends:
            self._anchors = []
            self._apply()

    def _around(self, block: QTextBlock) -> QTextBlock | None:
        start = block
        while block.isValid():
            end = closing_block(block) if self.is_foldable(block) and not self.is_folded(block) else None
            if end is not None and end.blockNumber() >= start.blockNumber():
                return block
            block = block.previous()
        return None

    def _fold(self, block: QTextBlock) -> None:
        end = closing_block(block)
        if end is None or end == block.next() or self.is_folded(block):
            return
        self._leave(block, end)
        self._anchors.append(QTextCursor(block))
        self._apply()

    def _unfold(self, block: QTextBlock) -> None:
        left = [anchor for anchor in self._anchors if anchor.block() != block]
        if len(left) < len(self._anchors):
            self._anchors = left
            self._apply()

    def _leave(self, start: QTextBlock, end: QTextBlock) -> None:
        """The cursor goes to the line that stays."""
        cursor = self._edit.textCursor()
        if start.blockNumber() < cursor.blockNumber() < end.blockNumber():
            cursor.setPosition(start.position() + start.length() - 1)
            self._edit.setTextCursor(cursor)

    def _note_change(self) -> None:
        """Where lines came or went, what is folded is looked for anew."""
        if self._anchors and self._count != self._edit.blockCount():
            self._apply()

    def _reveal_cursor(self) -> None:
        block = self._edit.textCursor().block()
        if block.isVisible():
            return
        number = block.blockNumber()
        self._anchors = [a for a in self._anchors if not self._hides(a.block(), number)]
        self._apply()

    @staticmethod
    def _hides(start: QTextBlock, number: int) -> bool:
        end = closing_block(start)
        return end is not None and start.blockNumber() < number < end.blockNumber()

    def _closing(self) -> dict[int, int]:
        """The line that closes what a line opens, for each that opens something, by block numbers."""
        # Not `toPlainText`: that makes lines of the separators that may stand inside one block.
        return closing_lines(self._edit.document().toRawText().replace("\u2029", "\n"))

    def _apply(self, closing: Mapping[int, int] | None = None) -> None:
        """Hides what the anchors fold, and nothing else."""
        ends = self._folded(closing)
        same_lines = self._count == self._edit.blockCount()
        before = self._ends if same_lines else None
        self._ends, self._count = ends, self._edit.blockCount()
        self._anchors = [anchor for anchor in self._anchors if anchor.blockNumber() in ends]
        # After lines came or went nobody knows which of them are hidden: each is looked at.
        lines = range(self._count) if before is None else _changed(before, ends)
        if self._set_visible(lines, _hidden(ends)):
            layout = self._edit.document().documentLayout()
            layout.documentSizeChanged.emit(layout.documentSize())
            self._edit.viewport().update()
            self._edit.updateRequest.emit(self._edit.viewport().rect(), 0)

    def _folded(self, closing: Mapping[int, int] | None) -> dict[int, int]:
        """First and last line of all that the anchors fold."""
        if not self._anchors:
            return {}
        found = self._closing() if closing is None else closing
        starts = {anchor.blockNumber() for anchor in self._anchors if self.is_foldable(anchor.block())}
        return {start: found[start] for start in starts if start in found}

    def _set_visible(self, lines: Iterable[int], hidden: Collection[int]) -> bool:
        """Hides or shows lines, given in their order; whether any was not as it should be."""
        document = self._edit.document()
        block, last, changed = QTextBlock(), -2, False
        for line in lines:
            block = block.next() if line == last + 1 else document.findBlockByNumber(line)
            last, wanted = line, line not in hidden
            if block.isVisible() != wanted:
                block.setVisible(wanted)
                block.setLineCount(1 if wanted else 0)
                changed = True
        return changed


def _hidden(ends: Mapping[int, int]) -> set[int]:
    return {line for start, end in ends.items() for line in range(start + 1, end)}


def _changed(before: Mapping[int, int], after: Mapping[int, int]) -> list[int]:
    """The lines that one set of folds hides and the other does not."""
    return sorted(_hidden(before) ^ _hidden(after))
