"""What is open: the repository, its models' tabs, and how they close without losing work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.session import Session
    from studio.core.checking.findings import Finding, Fix
    from studio.core.files.repository import ModelFolder, Repository
    from studio.ui.canvas.pane import GraphPane
    from studio.ui.explorer.nodes import TreeNode
    from studio.ui.shell.window import MainWindow

PAGES = ("serve", "test", "monitor", "settings")
MODEL = "model:"


class Documents(QObject):
    """The open models of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._path: Path | None = None
        self._awaited = ""

    def bind(self, session: Session) -> None:
        """Listens to a session."""
        session.repository_changed.connect(self._take_repository)
        session.model_closed.connect(self._drop_model)

    @property
    def _session(self) -> Session:
        return self._window.need_session()

    # Repository

    def open_repository(self, path: Path) -> None:
        """Opens a repository in place of the one that is open, with the tabs that it had."""
        self.when_settled(lambda: self._open_repository(path))

    def _open_repository(self, path: Path) -> None:
        self._window.layout_state.save()
        self._session.open_repository(path)

    def close_repository(self) -> None:
        """Closes the repository, after asking about unsaved work."""
        self.when_settled(self._close_repository)

    def _close_repository(self) -> None:
        self._window.layout_state.save()
        self.close_tabs()
        self._session.close_repository()

    def _take_repository(self, repository: Repository | None) -> None:
        path = repository.path if repository else None
        is_other, self._path = path != self._path, path
        if repository is None:
            return
        there = {folder.name for folder in repository.models}
        self._open_awaited(there)
        for key in self.open_keys():
            if key.removeprefix(MODEL) not in there:
                self._close_model(key)
        if is_other:
            # In a turn of its own: the explorer and the rest of the window have just been filled in this one.
            QTimer.singleShot(0, self._window, lambda: self._restore_tabs(repository, there))

    def _restore_tabs(self, repository: Repository, there: set[str]) -> None:
        keys, current = self._window.layout_state.tabs(str(repository.path))
        for key in keys:
            if key in PAGES:
                self._window.page(key)
            elif key.removeprefix(MODEL) in there:
                self.open_model(key.removeprefix(MODEL))
        if not self.open_keys() and repository.models:
            self.open_model(repository.models[0].name)
        if self._window.tabs.has(current):
            self._window.tabs.show_tab(current)
        self._window.explorer.tree.setFocus()

    # Models

    def open_model(self, name: str) -> QWidget | None:
        """Opens a model's tab or brings it to the front; None where it cannot be opened."""
        from studio.app import notices
        from studio.app.failure import AppError

        key = MODEL + name
        if not self._window.tabs.has(key):
            try:
                model = self._session.open_model(name)
            except AppError as failure:
                notices.post_failure(failure)
                return None
            self._add_tab(key, model)
        self._window.tabs.show_tab(key)
        return self._window.tabs.page(key)

    def open_when_there(self, name: str) -> None:
        """Opens a model once the repository has it."""
        self._awaited = name

    def _open_awaited(self, there: set[str]) -> None:
        if self._awaited in there:
            name, self._awaited = self._awaited, ""
            self.open_model(name)

    def _add_tab(self, key: str, model: OpenModel) -> None:
        from studio.ui.editor.model_tab import ModelTab

        window = self._window
        page = ModelTab(self._session, model, window.tabs.pages)
        page.field_focused.connect(window.help.show_field)
        page.field_focused.connect(window.inspecting.show_help)
        page.graph_shown.connect(self._watch_graph)
        if page.graph is not None:
            self._watch_graph(page.graph)
        page.text.model_wanted.connect(self.open_model)
        page.fix_wanted.connect(self.apply_edit)
        model.unsaved_changed.connect(self._mark_unsaved)
        # Later, since the stack has not taken the step in yet while the draft changes.
        model.changed.connect(window.feed.soon)
        sign = "flow-arrow" if model.draft.config.is_ensemble else "cube"
        window.tabs.add(key, model.name, sign, page)
        self._mark_unsaved()

    def _watch_graph(self, pane: GraphPane) -> None:
        self._window.inspecting.watch(pane)
        pane.model_wanted.connect(self.open_model)
        pane.step_clicked.connect(self._show_in_monitor)

    def _show_in_monitor(self, name: str, version: str) -> None:
        """The model of a step becomes the one that the monitor, where it is open, is about."""
        page: Any = self._window.tabs.page("monitor")
        if page is not None:
            page.choose((name, version))

    def _mark_unsaved(self, *_: object) -> None:
        for name, model in self._session.models().items():
            self._window.tabs.set_unsaved(MODEL + name, model.is_unsaved)

    def _drop_model(self, name: str) -> None:
        self.drop(MODEL + name)

    def open_keys(self) -> list[str]:
        """The tabs that hold models, from left to right."""
        return [key for key in self._window.tabs.keys() if key.startswith(MODEL)]  # noqa: SIM118

    def current_model(self) -> OpenModel | None:
        """The model whose tab is in front."""
        key, session = self._window.tabs.current(), self._window.session
        if session is None or not key.startswith(MODEL):
            return None
        return session.models().get(key.removeprefix(MODEL))

    def selected_model(self) -> str:
        """The model that commands are about: the one selected in the explorer, else the one in front."""
        node = self._window.explorer.current() if self._window.session is not None else None
        if node is not None and node.model:
            return node.model
        model = self.current_model()
        return model.name if model else ""

    def selected_models(self) -> list[str]:
        """Every model that commands are about, in the explorer's order."""
        nodes = self._window.explorer.selection() if self._window.session is not None else []
        return list(dict.fromkeys(node.model for node in nodes if node.model)) or [
            name for name in (self.selected_model(),) if name
        ]

    def selected_folders(self) -> list[TreeNode]:
        """The models and versions that are selected; the model in front where none is."""
        nodes = [node for node in self._window.explorer.selection() if node.kind in ("model", "version")]
        found = self._window.explorer.model.find(self.selected_model())
        return nodes or ([self._window.explorer.model.node(found)] if found.isValid() else [])

    def folder(self, name: str) -> ModelFolder | None:
        """A model's folder by name."""
        repository = self._session.repository
        return next((f for f in repository.models if f.name == name), None) if repository else None

    def apply_edit(self, name: str, fix: Fix) -> None:
        """Makes the edit of a fix in a model's tab, as one step to undo."""
        self.open_model(name)
        model = self._session.models().get(name)
        if model is not None and fix.edit is not None:
            model.edit(fix.title, fix.edit)

    def show_file(self) -> None:
        """Shows what the model file of the selected row says."""
        found = self._window.explorer.model.find(self.selected_model())
        node = self._window.explorer.current() or self._window.explorer.model.node(found)
        if node.model:
            self._window.show_dock("inspector", shown=True)
            self._window.inspecting.show_file(node)

    def compare(self) -> None:
        """Compares what is selected: two versions, two models, or one with the one before it."""
        from studio.ui.compare.dialog import CompareDialog

        nodes = self._window.explorer.selection() or self.selected_folders()
        if nodes:
            CompareDialog(self._window, self._session, nodes).open()

    # Problems

    def finding_at_cursor(self) -> Finding | None:
        """The problem of the field or line that has the keyboard, where the page in front knows it."""
        ask: Any = getattr(self._window.tabs.page(self._window.tabs.current()), "finding_at_cursor", None)
        return ask() if callable(ask) else None

    def open_fixes(self) -> bool:
        """Opens the menu of fixes where the text in front has the keyboard; False where it has not, or none fits."""
        ask: Any = getattr(self._window.tabs.page(self._window.tabs.current()), "open_fixes", None)
        return bool(callable(ask) and ask())

    def reveal(self, finding: Finding) -> None:
        """Shows the place of a problem."""
        if self.folder(finding.model) is None:
            return
        page: Any = self.open_model(finding.model)
        is_there = finding in self._session.findings_in_text(finding.model)
        if page is not None and is_there and (finding.span or finding.path):
            page.reveal(finding.span or finding.path)

    # Closing

    def commit_typing(self) -> None:
        """Ends what is being typed in a field, so that it becomes an edit before a save."""
        finish: Any = getattr(QApplication.focusWidget(), "editingFinished", None)
        if finish is not None:
            finish.emit()

    def close_tab(self, key: str) -> None:
        """Closes a tab; a model with unsaved work is asked about."""
        from studio.ui.shell.leaving import ask_about

        model = self._session.models().get(key.removeprefix(MODEL)) if key.startswith(MODEL) else None
        if model is not None and model.is_unsaved:
            ask_about(self._window, [model], lambda: self._close_model(key))
        elif key.startswith(MODEL):
            self._close_model(key)
        else:
            self.drop(key)

    def _close_model(self, key: str) -> None:
        self.drop(key)
        self._session.close_model(key.removeprefix(MODEL))

    def drop(self, key: str) -> None:
        """Takes a tab away."""
        if self._window.tabs.has(key):
            self._window.tabs.remove(key)
        self._window.refresh_facts()

    def close_tabs(self) -> None:
        """Closes every tab without asking."""
        for key in self._window.tabs.keys():  # noqa: SIM118
            if key.startswith(MODEL):
                self._close_model(key)
            else:
                self.drop(key)

    def when_settled(self, then: Callable[[], object]) -> None:
        """Does something once no unsaved work is left: it is saved, or given up by a person's word."""
        from studio.ui.shell.leaving import ask_about

        unsaved = self._window.session.unsaved() if self._window.session else []
        if unsaved:
            ask_about(self._window, unsaved, then)
        else:
            then()
