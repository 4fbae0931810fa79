"""How a row of the explorer looks: caret, state, name, unsaved dot, problems, backend."""

from __future__ import annotations

from PySide6.QtCore import QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from studio.core.files.sizes import size_text
from studio.core.inference.requests import ModelState
from studio.ui.explorer.model import BADGES, NODE, Badges, Index
from studio.ui.explorer.nodes import TreeNode
from studio.ui.look.backends import backend_badge
from studio.ui.look.icons import paint_icon
from studio.ui.look.load_state import LOAD_SIGNS, load_state
from studio.ui.look.theme import colour, ui_font
from studio.ui.widgets import paint

ROW = 28
_FILES = {".onnx": "cube", ".pt": "cube", ".plan": "cube", ".py": "terminal-window", ".png": "image", ".jpg": "image"}


def state_icon(badges: Badges) -> tuple[str, str]:
    """The icon and colour of a model's load state; an outlined circle where it is not loaded."""
    return LOAD_SIGNS[load_state(ModelState("", "", badges.state, badges.reason))]


class ExplorerDelegate(QStyledItemDelegate):
    """Paints whole rows, carets included; the view's own indentation is zero."""

    def __init__(self, view: QTreeView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.drop: QPersistentModelIndex | None = None
        """The row that files are held over."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        node: TreeNode = index.data(NODE)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, colour("select"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover", 0.6))
        if self.drop is not None and self.drop == index:
            paint.round_rect(painter, rect.adjusted(2, 1, -2, -1), 3, fill="accent_soft", edge="accent")
        if node.kind == "model":
            self._paint_model(painter, rect, node, index, selected)
        else:
            self._paint_child(painter, rect, node, index, selected)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            paint.round_rect(painter, rect.adjusted(2, 1, -2, -1), 3, edge="accent")

    def caret(self, node: TreeNode) -> float:
        """Where the caret of a row is, from the left; -1 where it has none."""
        if not node.children:
            return -1
        return 8 if node.kind == "model" else 20

    def _paint_caret(self, painter: QPainter, rect: QRectF, node: TreeNode, index: Index) -> None:
        left = self.caret(node)
        if left >= 0:
            name = "caret-down" if self._view.isExpanded(index) else "caret-right"
            box = QRectF(left, rect.center().y() - 6, 12, 12)
            paint_icon(painter, box, name, colour("dim"))

    def _paint_model(self, painter: QPainter, rect: QRectF, node: TreeNode, index: Index, selected: bool) -> None:
        badges: Badges = index.data(BADGES)
        self._paint_caret(painter, rect, node, index)
        sign, role = state_icon(badges)
        paint_icon(painter, QRectF(24, rect.center().y() - 8, 16, 16), sign, colour(role))
        right = self._paint_right(painter, rect, badges)
        font = ui_font(13, 600 if selected else 500)
        room = QRectF(46, rect.top(), max(10.0, right - 46 - (14 if badges.unsaved else 0)), rect.height())
        width = paint.text(painter, room, node.text, font)
        if badges.unsaved:
            paint.dot(painter, QPointF(46 + width + 9, rect.center().y()), 6, "accent")

    def _paint_right(self, painter: QPainter, rect: QRectF, badges: Badges) -> float:
        right = rect.right() - 8
        if badges.backend:
            box = QRectF(right - 42, rect.center().y() - 9, 42, 18)
            paint.badge(painter, box, backend_badge(badges.backend))
        right -= 50
        count = badges.errors or badges.warnings
        if count:
            name, role = ("x-circle", "error") if badges.errors else ("warning", "warn")
            font = ui_font(12, 500)
            width = QFontMetricsF(font).horizontalAdvance(str(count))
            paint.text(painter, QRectF(right - width, rect.top(), width + 2, rect.height()), str(count), font, role)
            right -= width + 17
            paint_icon(painter, QRectF(right, rect.center().y() - 7, 14, 14), name, colour(role))
            right -= 6
        return right

    def _paint_child(self, painter: QPainter, rect: QRectF, node: TreeNode, index: Index, selected: bool) -> None:
        deep = node.kind == "file" and node.parent is not None and node.parent.kind == "version"
        left = 52.0 if deep else 36.0
        painter.fillRect(QRectF(14, rect.top(), 1, rect.height()), colour("line"))
        self._paint_caret(painter, rect, node, index)
        role = "text" if selected else "dim"
        paint_icon(painter, QRectF(left, rect.center().y() - 8, 16, 16), self._sign(node, index), colour(role))
        said, font = self._at_right(node, index), ui_font(11)
        width = QFontMetricsF(font).horizontalAdvance(said) + 2 if said else 0
        right = QRectF(rect.right() - 8 - width, rect.top(), width, rect.height())
        paint.text(painter, right, said, font, role, Qt.AlignmentFlag.AlignRight)
        room = QRectF(left + 22, rect.top(), right.left() - left - 30, rect.height())
        paint.text(painter, room, node.text, ui_font(13))

    def _sign(self, node: TreeNode, index: Index) -> str:
        if node.kind == "config":
            return "sliders-horizontal"
        if node.kind == "version":
            return "folder-open" if self._view.isExpanded(index) else "folder-simple"
        suffix = node.path.suffix.lower() if node.path else ""
        return _FILES.get(suffix, "file-text" if node.size >= 0 else "folder-simple")

    def _at_right(self, node: TreeNode, index: Index) -> str:
        badges: Badges = index.data(BADGES)
        if node.kind == "version":
            return "serving" if node.number in badges.serving else ""
        return size_text(node.size) if node.parent and node.parent.kind == "version" else ""
