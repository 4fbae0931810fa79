"""The explorer: the repository's models with a filter above them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, QPoint, QSortFilterProxyModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMenu, QStackedLayout, QVBoxLayout, QWidget

from studio.ui.explorer import names
from studio.ui.explorer.badges import KnownBadges
from studio.ui.explorer.model import MODEL_FLAGS, NODE, ExplorerModel, Index
from studio.ui.explorer.nodes import TreeNode
from studio.ui.explorer.view import ExplorerTree
from studio.ui.widgets import EmptyState, IconButton, QuietButton, SearchField
from studio.ui.widgets.drops import DropBox

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.session import Session
    from studio.core.inference.requests import ModelState


_NO_MODELS = "A model is a folder with a folder for each version in it."


class _ModelFilter(QSortFilterProxyModel):
    """Keeps models by name, and all that is below a model that stays."""

    def __init__(self, models: ExplorerModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._keeps_all = True
        self.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setAutoAcceptChildRows(True)
        self.setSourceModel(models)

    def narrow(self, words: str) -> None:
        """Keeps the models with the words in their names; all for ""."""
        self._keeps_all = False
        self.setFilterFixedString(words)
        self._keeps_all = not words

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:
        """Asked of each of thousands of models for one layout of the tree: without a filter their rows are the same."""
        if self._keeps_all and parent.isValid() and not parent.parent().isValid():
            return self._models.has_files(parent.row())
        return super().hasChildren(parent)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What can be done with a row; asked as often."""
        if self._keeps_all and index.isValid() and not index.parent().isValid():
            return MODEL_FLAGS
        return super().flags(index)


class ExplorerPanel(QWidget):
    """Models of the repository. A click previews a model or a text; a double click or Enter opens it for good."""

    activated = Signal(str)
    previewed = Signal(str)
    file_activated = Signal(Path)
    file_previewed = Signal(Path)
    selected = Signal(str)
    files_dropped = Signal(str, object)
    """The model that files were dropped on, "" for none, and their paths."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._states: dict[str, tuple[ModelState, ...]] = {}
        self.menu_actions: Callable[[TreeNode | None], QMenu] | None = None
        self.setObjectName(names.Explorer.PANEL)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._connect()
        self.refresh()

    def _build(self) -> None:
        self.model = ExplorerModel(self)
        self.proxy = _ModelFilter(self.model, self)
        self.filter = SearchField("Filter models", "funnel-simple")
        self.filter.setObjectName(names.Explorer.FILTER)
        self.tree = ExplorerTree()
        self.tree.setModel(self.proxy)
        self.new = QuietButton("New model…", "plus")
        self.new.setObjectName(names.Explorer.EMPTY_NEW)
        self.empty = EmptyState("cube", "No models", _NO_MODELS, self.new)
        self.empty.setObjectName(names.Explorer.EMPTY)
        self.drop = DropBox(names.Explorer.DROP, "Drop a model file to add it", short="Drop a model", parent=self)
        self._lay_out()
        self.setTabOrder(self.filter, self.tree)
        self.setFocusProxy(self.tree)
        self._build_tools()
        # Many facts come at once: the badges are gathered once for all of them.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(30)

    def _lay_out(self) -> None:
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.empty)
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(8, 0, 8, 8)
        column.addWidget(self.filter)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(top)
        whole.addWidget(body, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(8, 8, 8, 8)
        foot.addWidget(self.drop)
        whole.addLayout(foot)

    def _build_tools(self) -> None:
        self.new_tool = IconButton("plus", "New model (Ctrl+N)")
        self.new_tool.setObjectName(names.Explorer.NEW)
        self.rescan_tool = IconButton("arrow-clockwise", "Read the folder again")
        self.rescan_tool.setObjectName(names.Explorer.RESCAN)
        self.more_tool = IconButton("dots-three", "More for the selected model")
        self.more_tool.setObjectName(names.Explorer.MENU)
        self.more_tool.clicked.connect(self._drop_menu)

    def tools(self) -> list[QWidget]:
        """What belongs into the header of the panel."""
        return [self.new_tool, self.rescan_tool, self.more_tool]

    def open_search(self) -> None:
        """Gives the keyboard to the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _drop_menu(self) -> None:
        if self.menu_actions is not None:
            menu = self.menu_actions(self.current())
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.more_tool.mapToGlobal(self.more_tool.rect().bottomLeft()))

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._narrow)
        self.filter.returnPressed.connect(self._take_first)
        self.tree.activated.connect(self._activate)
        self.tree.clicked.connect(self._preview)
        self.tree.doubleClicked.connect(self._activate)
        self.tree.typed.connect(self._type)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.tree.selectionModel().currentChanged.connect(self._tell_selected)
        self.tree.selectionModel().selectionChanged.connect(self._tell_selection)
        self.tree.files_dropped.connect(self._tell_dropped)
        self._later.timeout.connect(self._gather)
        session = self._session
        session.repository_changed.connect(self.refresh)
        session.checker.findings_changed.connect(self._soon)
        session.server.models_changed.connect(self._take_states)
        session.model_opened.connect(self._watch)
        session.model_closed.connect(self._soon)
        for model in session.models().values():
            self._watch(model)

    def _watch(self, model: OpenModel) -> None:
        model.unsaved_changed.connect(self._soon)
        model.saved.connect(self._soon)
        self._soon()

    def _soon(self, *_: object) -> None:
        if not self._later.isActive():
            self._later.start()

    def refresh(self, *_: object) -> None:
        """Takes the session's repository as it is now."""
        self.model.set_repository(self._session.repository)
        self._gather()
        self._show_emptiness()

    def _gather(self) -> None:
        self.model.set_badges(KnownBadges(self._session, self._states))

    def _take_states(self, states: dict[str, tuple[ModelState, ...]]) -> None:
        self._states = states
        self._soon()

    def _narrow(self, text: str) -> None:
        self.proxy.narrow(text)
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        if self.model.rowCount() and not self.proxy.rowCount():
            self.empty.set_text(f"No model is called “{self.filter.text()}”", "Escape shows all of them.")
        else:
            self.empty.set_text("No models", _NO_MODELS)
        self.new.setVisible(not self.model.rowCount())
        self._stack.setCurrentIndex(0 if self.proxy.rowCount() else 1)

    def _type(self, text: str) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.setText(self.filter.text() + text)

    def _take_first(self) -> None:
        index = self.proxy.index(0, 0)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self._activate(index)

    def current(self) -> TreeNode | None:
        """The row that is selected."""
        index = self.tree.currentIndex()
        return index.data(NODE) if index.isValid() else None

    def selection(self) -> list[TreeNode]:
        """Every row that is selected, from the top."""
        rows = sorted(self.tree.selectedIndexes(), key=lambda index: self.tree.visualRect(index).top())
        return [index.data(NODE) for index in rows]

    def follow(self, model: str) -> None:
        """Selects the model that came in front, if one did."""
        if model:
            self.select(model)

    def follow_file(self, path: Path) -> None:
        """Selects the row of the file that came in front."""
        held = self.current()
        if held is not None and held.path == path:
            return
        index = self.proxy.mapFromSource(self.model.find_file(path))
        if index.isValid():
            self.tree.scrollTo(index)
            self.tree.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def select(self, model: str) -> None:
        """Selects a model's row without activating it; a row below it stays selected."""
        held = self.current()
        if held is not None and held.model == model:
            return
        index = self.proxy.mapFromSource(self.model.find(model))
        self.tree.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _tell_selected(self, current: QModelIndex) -> None:
        node = current.data(NODE) if current.isValid() else None
        self.selected.emit(node.model if node else "")

    def _tell_selection(self, *_: object) -> None:
        self._tell_selected(self.tree.currentIndex())

    def _tell_dropped(self, index: QModelIndex, paths: list[Path]) -> None:
        node = index.data(NODE) if index.isValid() else None
        self.files_dropped.emit(node.model if node else "", paths)

    def _activate(self, index: QModelIndex) -> None:
        node: TreeNode = index.data(NODE)
        if node.kind in ("model", "config"):
            self.activated.emit(node.model)
        elif node.kind == "version":
            self.tree.setExpanded(index, not self.tree.isExpanded(index))
        elif node.path is not None:
            self.file_activated.emit(node.path)

    def _preview(self, index: QModelIndex) -> None:
        """A click without Ctrl or Shift, which select several."""
        node: TreeNode = index.data(NODE)
        if QApplication.keyboardModifiers():
            return
        if node.kind in ("model", "config"):
            self.previewed.emit(node.model)
        elif node.kind == "file" and node.path is not None:
            self.file_previewed.emit(node.path)

    def _open_menu(self, point: QPoint) -> None:
        index = self.tree.indexAt(point)
        if self.menu_actions is not None:
            menu = self.menu_actions(index.data(NODE) if index.isValid() else None)
            menu.exec(self.tree.viewport().mapToGlobal(point))
            menu.deleteLater()
