"""The explorer's item model: it patches itself to a new scan, so that what is open stays open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from studio.ui.explorer.nodes import TreeNode, tree
from studio.ui.widgets.model_drag import MODELS_MIME, models_to_mime

if TYPE_CHECKING:
    from pathlib import Path

    from studio.core.files.repository import Repository

NODE = Qt.ItemDataRole.UserRole + 1
BADGES = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
MODEL_FLAGS = _FLAGS | Qt.ItemFlag.ItemIsDragEnabled


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
        self._nodes: dict[int, TreeNode] = {}
        self._models: dict[str, TreeNode] = {}
        self._badges: Mapping[str, Badges] = {}
        self._seen: dict[str, Badges] = {}

    def node(self, index: Index) -> TreeNode:
        """The row behind an index; the root behind an invalid one."""
        return self._nodes[index.internalId()] if index.isValid() else self._root

    def index_of(self, node: TreeNode) -> QModelIndex:
        """Where a row is."""
        if node.parent is None:
            return QModelIndex()
        self._nodes[id(node)] = node
        return self.createIndex(node.row, 0, id(node))

    def find(self, model: str) -> QModelIndex:
        """The index of a model by name."""
        found = self._models.get(model)
        return self.index_of(found) if found else QModelIndex()

    def find_file(self, path: Path) -> QModelIndex:
        """The index of a file of a model by its path."""
        for top in self._models.values():
            if top.path is not None and top.path in path.parents:
                return self._found_below(top, path)
        return QModelIndex()

    def _found_below(self, node: TreeNode, path: Path) -> QModelIndex:
        for child in node.children:
            if child.path == path:
                return self.index_of(child)
            if child.path is not None and child.path in path.parents:
                return self._found_below(child, path)
        return QModelIndex()

    def set_repository(self, repository: Repository | None) -> None:
        """Takes a new scan; rows that stay keep their place and what is open below them."""
        self._merge(self._root, tree(repository))
        self._models = {node.key: node for node in self._root.children}

    def set_badges(self, badges: Mapping[str, Badges]) -> None:
        """Takes what is known of the models, and repaints those rows that were seen and changed."""
        seen, self._seen, self._badges = self._seen, {}, badges
        for name, before in seen.items():
            if self.badges(name) != before:
                index = self.find(name)
                self.dataChanged.emit(index, index)

    def badges(self, model: str) -> Badges:
        """What is known of one model, worked out when it is first seen."""
        if model not in self._seen:
            self._seen[model] = self._badges.get(model) or Badges()
        return self._seen[model]

    def _merge(self, old: TreeNode, new: TreeNode) -> None:
        if old.made is None and old.folder is not None:
            # Nobody has looked below it yet.
            old.folder = new.folder
            return
        self._drop(old, {child.key for child in new.children})
        held = {child.key: child for child in old.children}
        coming: list[TreeNode] = []
        for row, child in enumerate(new.children):
            known = held.get(child.key)
            if known is None:
                coming.append(child)
                continue
            self._insert(old, row - len(coming), coming)
            coming = []
            self._place(old, known, row)
            self._renew(known, child)
        self._insert(old, len(new.children) - len(coming), coming)

    def _renew(self, held: TreeNode, now: TreeNode) -> None:
        if (held.text, held.size, held.path) != (now.text, now.size, now.path):
            held.text, held.size, held.path = now.text, now.size, now.path
            index = self.index_of(held)
            self.dataChanged.emit(index, index)
        self._merge(held, now)

    def _drop(self, old: TreeNode, wanted: Collection[str]) -> None:
        """Takes away what is not wanted any more, neighbours together."""
        last = len(old.children) - 1
        while last >= 0:
            if old.children[last].key in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and old.children[first - 1].key not in wanted:
                first -= 1
            self.beginRemoveRows(self.index_of(old), first, last)
            gone = old.children[first : last + 1]
            del old.children[first : last + 1]
            old.renumber(first)
            self.endRemoveRows()
            for node in (each for top in gone for each in top.walk()):
                self._nodes.pop(id(node), None)
            last = first - 1

    def _insert(self, old: TreeNode, row: int, coming: list[TreeNode]) -> None:
        if not coming:
            return
        self.beginInsertRows(self.index_of(old), row, row + len(coming) - 1)
        for child in coming:
            child.parent = old
        old.children[row:row] = coming
        old.renumber(row)
        self.endInsertRows()

    def _place(self, old: TreeNode, held: TreeNode, row: int) -> None:
        at = held.row
        if at == row:
            return
        parent = self.index_of(old)
        self.beginMoveRows(parent, at, at, parent, row if row < at else row + 1)
        old.children.insert(row, old.children.pop(at))
        old.renumber(min(at, row))
        self.endMoveRows()

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:
        """Whether anything is below, without making it."""
        return self.node(parent).has_children()

    def has_files(self, row: int) -> bool:
        """Whether anything is below the model in a row."""
        return self._root.children[row].has_children()

    def canFetchMore(self, parent: Index) -> bool:
        """True keeps a filter in between from making the rows only to see whether there are any."""
        return self.node(parent).made is None and self.hasChildren(parent)

    def fetchMore(self, parent: Index) -> None:
        """Nothing: rows are made when they are first asked for."""

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        above = self.node(parent)
        if column != 0 or not 0 <= row < len(above.children):
            return QModelIndex()
        return self.index_of(above.children[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # Qt has two methods of that name
        above = self.node(index).parent if index.isValid() else None
        return self.index_of(above) if above else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
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

    def _tip(self, node: TreeNode) -> str:
        path = str(node.path or "")
        reason = self.badges(node.model).reason if node.kind == "model" else ""
        return f"{path}\n{reason}" if reason else path

    def _said(self, node: TreeNode) -> str:
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
        return MODEL_FLAGS if self._nodes[index.internalId()].kind == "model" else _FLAGS

    def mimeTypes(self) -> list[str]:
        return [MODELS_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        names = list(dict.fromkeys(self.node(index).model for index in indexes))
        data = QMimeData()
        data.setData(MODELS_MIME, models_to_mime(names))
        data.setText("\n".join(names))
        return data
