"""The explorer's item model: it patches itself to a new scan, so that what is open stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from studio.core.dragging import MODELS_MIME, models_to_mime
from studio.ui.explorer.nodes import Node, tree

if TYPE_CHECKING:
    from studio.core.repository import Repository

NODE = Qt.ItemDataRole.UserRole + 1
BADGES = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Badges:
    """What is known of a model besides its files. `state` is Triton's word, "" where no server runs."""

    backend: str = ""
    state: str = ""
    reason: str = ""
    errors: int = 0
    warnings: int = 0
    unsaved: bool = False
    serving: tuple[int, ...] = ()


class ExplorerModel(QAbstractItemModel):
    """Models, and below each its configuration, files and versions."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = tree(None)
        self._nodes: dict[int, Node] = {}
        self._badges: dict[str, Badges] = {}

    def node(self, index: Index) -> Node:
        """The row behind an index; the root behind an invalid one."""
        return self._nodes[index.internalId()] if index.isValid() else self._root

    def index_of(self, node: Node) -> QModelIndex:
        """Where a row is."""
        if node.parent is None:
            return QModelIndex()
        self._nodes[id(node)] = node
        return self.createIndex(node.row(), 0, id(node))

    def find(self, model: str) -> QModelIndex:
        """The index of a model by name."""
        found = next((n for n in self._root.children if n.key == model), None)
        return self.index_of(found) if found else QModelIndex()

    def set_repository(self, repository: Repository | None) -> None:
        """Takes a new scan; rows that stay keep their place and what is open below them."""
        self._merge(self._root, tree(repository))

    def set_badges(self, badges: Mapping[str, Badges]) -> None:
        """Takes what is known of the models, and repaints those rows that changed."""
        before, self._badges = self._badges, dict(badges)
        for row, node in enumerate(self._root.children):
            if before.get(node.key) != self._badges.get(node.key):
                index = self.index(row, 0)
                self.dataChanged.emit(index, index)

    def badges(self, model: str) -> Badges:
        """What is known of one model."""
        return self._badges.get(model, Badges())

    def _merge(self, old: Node, new: Node) -> None:
        wanted = {child.key: child for child in new.children}
        self._drop(old, wanted)
        for row, child in enumerate(new.children):
            held = next((n for n in old.children if n.key == child.key), None)
            if held is None:
                self._insert(old, row, child)
                continue
            self._place(old, held, row)
            if (held.text, held.size, held.path) != (child.text, child.size, child.path):
                held.text, held.size, held.path = child.text, child.size, child.path
                index = self.index_of(held)
                self.dataChanged.emit(index, index)
            self._merge(held, child)

    def _drop(self, old: Node, wanted: Mapping[str, Node]) -> None:
        for row in reversed(range(len(old.children))):
            if old.children[row].key not in wanted:
                self.beginRemoveRows(self.index_of(old), row, row)
                gone = old.children.pop(row)
                self.endRemoveRows()
                for node in gone.walk():
                    self._nodes.pop(id(node), None)

    def _insert(self, old: Node, row: int, child: Node) -> None:
        self.beginInsertRows(self.index_of(old), row, row)
        child.parent = old
        old.children.insert(row, child)
        self.endInsertRows()

    def _place(self, old: Node, held: Node, row: int) -> None:
        at = old.children.index(held)
        if at == row:
            return
        parent = self.index_of(old)
        self.beginMoveRows(parent, at, at, parent, row if row < at else row + 1)
        old.children.insert(row, old.children.pop(at))
        self.endMoveRows()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        above = self.node(parent)
        if column != 0 or not 0 <= row < len(above.children):
            return QModelIndex()
        return self.index_of(above.children[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        above = self.node(index).parent if index.isValid() else None
        return self.index_of(above) if above else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return node.text
        if role == NODE:
            return node
        if role == BADGES:
            return self.badges(node.model)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(node)
        return self._said(node) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def _tip(self, node: Node) -> str:
        path = str(node.path or "")
        reason = self.badges(node.model).reason if node.kind == "model" else ""
        return f"{path}\n{reason}" if reason else path

    def _said(self, node: Node) -> str:
        if node.kind != "model":
            return node.text
        badges = self.badges(node.model)
        parts = [node.text, badges.backend, badges.state.lower(), "unsaved" if badges.unsaved else ""]
        parts += [f"{badges.errors} errors" if badges.errors else ""]
        parts += [f"{badges.warnings} warnings" if badges.warnings else ""]
        return ", ".join(part for part in parts if part)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsDragEnabled if self.node(index).kind == "model" else usual

    def mimeTypes(self) -> list[str]:
        return [MODELS_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        names = list(dict.fromkeys(self.node(index).model for index in indexes))
        data = QMimeData()
        data.setData(MODELS_MIME, models_to_mime(names))
        data.setText("\n".join(names))
        return data
