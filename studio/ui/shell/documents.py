"""What is open: the repository, its models' tabs, and how they close without losing work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.room.context import Context
from studio.ui.room.page import KeepsPlace
from studio.ui.room.place import ReviewPlace
from studio.ui.room.room import ModelView, Room
from studio.ui.shell.file_tabs import FILE, FileTabs, leaves
from studio.ui.shell.frame.tab_history import TabHistory
from studio.ui.shell.frame.tabs import TabArea
from studio.ui.shell.last_repository import KeptLayout, LastRepository
from studio.ui.shell.layout_state import LayoutState
from studio.ui.shell.pages import MODELS, Pages
from studio.ui.shell.tab_restoring import TabRestoring

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.editing.open_text import OpenText
    from studio.app.session import Session
    from studio.core.files.repository import Repository

MODEL = "model:"
"""What the key of a model's tab begins with."""


class Documents(QObject):
    """The open models of one window."""

    changed = Signal()
    """An open model changed, or another one is open."""
    restored = Signal()
    """The tab that was in front in the last run is open again; others may follow behind it."""

    def __init__(
        self, rooms: Sequence[Room], tabs: TabArea, pages: Pages, layout_state: LayoutState, context: Context
    ) -> None:
        super().__init__(tabs)
        self._makers = [room.model_page for room in rooms if room.model_page is not None]
        self._views: list[ModelView] = [view for room in rooms for view in room.model_views]
        self._tabs = tabs
        self._pages = pages
        self._layout_state = layout_state
        self._context = context
        self.history = TabHistory(tabs)
        self._last = LastRepository(layout_state, self)
        self._kept = KeptLayout(self.save_layout, layout_state.window, tabs)
        self._restoring = TabRestoring(tabs, self._open_again)
        self._places: dict[str, str] = {}
        self.files = FileTabs(rooms, tabs, context, self.close_now)
        self.files.changed.connect(self.changed)
        self._session: Session | None = None
        self._path: Path | None = None

    def bind(self, session: Session) -> None:
        """Listens to a session."""
        self._session = session
        session.repository_changed.connect(self._take_repository)
        session.model_closed.connect(lambda name: self.drop(MODEL + name))
        session.files.closed.connect(lambda name: self.drop(FILE + name))
        self._tabs.close_requested.connect(self.close_tab)

    # Repository

    def open_repository(self, path: Path) -> None:
        """Opens a repository in place of the one that is open, with the tabs that it had."""
        self.when_settled(lambda: self._open_repository(path))

    def _open_repository(self, path: Path) -> None:
        self.save_layout()
        self._context.session.open_repository(path)

    def reopen_last(self) -> None:
        """Opens what was open when a studio ended last."""
        self._last.reopen(lambda path: self._path or self._context.session.open_repository(path))

    def close_repository(self) -> None:
        """Closes the repository, after asking about unsaved work."""
        self.when_settled(self._close_repository)

    def _close_repository(self) -> None:
        self._kept.hold()
        self.save_layout()
        self.close_tabs()
        self._context.session.close_repository()

    def save_layout(self) -> None:
        """Keeps the layout and the open tabs for the next start."""
        for key in self.open_keys():
            self._keep_place(key)
        # Until all tabs are open again, what is kept of them holds.
        self._layout_state.save(None if self._restoring.is_running else self._path, self._places)

    def leave(self) -> None:
        """The window closes: what it holds is kept, and another studio may bring the repository back."""
        self._kept.hold()
        self.save_layout()
        self._last.release()

    def _take_repository(self, repository: Repository | None) -> None:
        path = repository.path if repository else None
        is_other, self._path = path != self._path, path
        if is_other:
            self._last.note(path)
            self._kept.hold()
            self._restoring.stop()
            self._places = {}
        if repository is None:
            return
        for name, model in self._context.session.models().items():
            # What is unsaved of it is all that is left.
            if model.is_gone and not model.is_unsaved:
                self._close_model(MODEL + name)
        if is_other:
            self.history.forget()
            # In a turn of its own: the explorer and the rest of the window have just been filled in this one. Qt would
            # take one of 0 ms in the same turn.
            QTimer.singleShot(1, self, lambda: self._restore_tabs(repository))

    def _restore_tabs(self, repository: Repository) -> None:
        kept = self._layout_state.tabs(repository.path)
        self._places = dict(kept.places)
        self._restoring.begin(kept)
        if not self.open_keys() and repository.models:
            self.open_model(repository.models[0].name, preview=True)
        self._kept.go_on()
        self.restored.emit()

    def _open_again(self, key: str, *, preview: bool = False) -> bool:
        """Opens a tab that was open before; false where what it showed is gone."""
        if key in self._pages.keys():  # noqa: SIM118 - no dict
            self._pages.page(key)
            return True
        repository, name = self._context.session.repository, key.removeprefix(MODEL)
        if repository is not None and repository.model(name) is not None:
            return self.open_model(name, preview=preview) is not None
        return self.files.restore(key, preview=preview)

    # Models

    def open_model(self, name: str, *, preview: bool = False) -> QWidget | None:
        """Opens a model's tab or brings it to the front; None where it cannot be opened.

        A preview takes the place of the one before; without it the tab is kept.
        """
        from studio.app import notices
        from studio.app.failure import AppError

        key = MODEL + name
        if not self._tabs.has(key):
            try:
                model = self._context.session.open_model(name)
            except AppError as failure:
                notices.post_failure(failure, leaves(self._context.session, name, self.open_model))
                return None
            self._add_tab(key, model, preview=preview)
        elif not preview:
            self._tabs.keep(key)
        self._tabs.show_tab(key)
        return self._tabs.page(key)

    def _add_tab(self, key: str, model: OpenModel, *, preview: bool) -> None:
        page = self._makers[0](self._context, model, self._views, self._tabs.pages)
        model.unsaved_changed.connect(self._mark_unsaved)
        model.changed.connect(self.changed)
        fitting = [view.icon for view in self._views if view.leads and view.fits(model)]
        if isinstance(page, KeepsPlace) and key in self._places:
            page.take_place(self._places[key])
        old = self._tabs.add(key, model.name, fitting[0] if fitting else "cube", page, preview=preview)
        if old:
            self.close_now(old)
        self._mark_unsaved()

    def _mark_unsaved(self, *_: object) -> None:
        for name, model in self._context.session.models().items():
            self._tabs.set_unsaved(MODEL + name, model.is_unsaved)
            if model.is_unsaved:
                self._tabs.keep(MODEL + name)

    def show_models(self) -> None:
        """Brings the models to the front: the one whose tab is the last, where none and no file of one is in front."""
        if (models := self.open_keys()) and not self._tabs.current().startswith((MODEL, FILE)):
            self._tabs.show_tab(models[-1])
        self._pages.set_activity(MODELS)

    def tab_count(self) -> int:
        """How many tabs are open."""
        return len(self._tabs.keys())

    def has_preview(self) -> bool:
        """Whether the tab in front only previews."""
        return bool(self._tabs.preview) and self._tabs.preview == self._tabs.current()

    def unsaved_keys(self) -> frozenset[str]:
        """The tabs of models and files with unsaved edits."""
        names = (each.name for each in self._context.session.unsaved())
        return frozenset(f"{FILE if '/' in name else MODEL}{name}" for name in names)

    def open_keys(self) -> list[str]:
        """The tabs that hold models, from left to right."""
        return [key for key in self._tabs.keys() if key.startswith(MODEL)]  # noqa: SIM118 - no dict

    def current_name(self) -> str:
        """The name of the model whose tab is in front; empty where there is none."""
        key = self._tabs.current()
        return key.removeprefix(MODEL) if key.startswith(MODEL) else ""

    def front(self) -> QWidget | None:
        """The page in front."""
        return self._tabs.page(self._tabs.current())

    def current_model(self) -> OpenModel | None:
        """The model whose tab is in front."""
        return self._session.models().get(self.current_name()) if self._session is not None else None

    def current_text(self) -> OpenText | None:
        """The model or the file whose tab is in front."""
        return self.current_model() or (self.files.current() if self._session is not None else None)

    # Closing

    def close_tab(self, key: str) -> None:
        """Closes a tab; unsaved work in it is asked about."""
        self.close_all([key])

    def close_all(self, keys: Sequence[str]) -> None:
        """Closes tabs; unsaved work in them is asked about, all at once."""
        texts = self._context.session.texts()
        named = [texts[name] for key in keys if (name := key.partition(":")[2]) in texts]
        unsaved = [each for each in named if each.is_unsaved]
        if unsaved:
            self._ask_about(unsaved, lambda: self._close(keys))
        else:
            self._close(keys)

    def _close(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.history.note_closed(key)
            self.close_now(key)

    def close_now(self, key: str) -> None:
        """Closes a tab without asking."""
        if key.startswith(MODEL):
            self._close_model(key)
            return
        self.drop(key)
        if key.startswith(FILE):
            self._context.session.files.close(key.removeprefix(FILE))

    def reopen(self) -> None:
        """Opens the tab again that was closed last."""
        while (key := self.history.take_closed()) and not self._open_again(key):
            pass
        if key in self._pages.keys():  # noqa: SIM118 - no dict
            self._pages.show(key)

    def _keep_place(self, key: str) -> None:
        page = self._tabs.page(key)
        if isinstance(page, KeepsPlace) and (place := page.kept_place()):
            self._places[key] = place

    def _close_model(self, key: str) -> None:
        self._keep_place(key)
        self.drop(key)
        self._context.session.close_model(key.removeprefix(MODEL))

    def drop(self, key: str) -> None:
        """Takes a tab away without asking; the one that was used before it comes in front."""
        if self._tabs.has(key):
            if key == self._tabs.current() and (other := self.history.next_to(key)):
                self._tabs.show_tab(other)
            self._tabs.remove(key)
        self.changed.emit()

    def close_tabs(self) -> None:
        """Closes every tab without asking."""
        self._restoring.stop()
        for key in self._tabs.keys():  # noqa: SIM118 - no dict
            self.close_now(key)

    def when_settled(self, then: Callable[[], object]) -> None:
        """Does something once no unsaved work is left: it is saved, or given up by a person's word."""
        unsaved = self._session.unsaved() if self._session is not None else []
        if unsaved:
            self._ask_about(unsaved, then)
        else:
            then()

    def _ask_about(self, models: Sequence[OpenText], then: Callable[[], object]) -> None:
        from studio.ui.shell.unsaved_question import ask_about

        place = ReviewPlace(tuple(model.name for model in models))
        self._context.ask(lambda window: ask_about(window, models, then, lambda: self._context.show(place)))
