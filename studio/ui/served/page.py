"""The models of the server: a table with what each is, why it is not, and what it runs against its file."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from studio.app import notices
from studio.app.serving.loading import keep_trial
from studio.app.serving.served_models.details import ServedDetails
from studio.app.session import Session
from studio.core.checking.findings import Finding
from studio.core.serving.why.facts import Symptom
from studio.ui.room.fixing import apply_fix
from studio.ui.served import names
from studio.ui.served.detail.panel import DetailPanel
from studio.ui.served.foot import ServedFoot
from studio.ui.served.head import ServedHead
from studio.ui.served.rows import served_names, served_row, shown_of, sort_key, states_of
from studio.ui.served.table import ServedTable
from studio.ui.served.table_model import ServedModel, Which
from studio.ui.served.unloading import unload
from studio.ui.served.why.panel import WhyPanel
from studio.ui.widgets import EmptyState
from studio.ui.widgets.layouts.tabbed import TabbedAsRead

_MOST_LOOKED_AT = 200
"""So many of the chosen models tell what can be done with all of them."""


class ServedPage(TabbedAsRead):
    """Follows the current server while it is in sight."""

    menu_asked = Signal(str, QPoint)
    """The model under the pointer, and where on the screen its menu is to open."""
    place_asked = Signal(object)
    chosen_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Served.PAGE)
        self.setProperty("kind", "page")
        self._session = session
        self.details = ServedDetails(session, self)
        self.model = ServedModel(
            lambda name: served_row(session, self.details, name),
            lambda names: states_of(session, names),
            lambda name, column: sort_key(session, self.details, name, column),
            self,
        )
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._build()
        self._connect()
        self.refresh()

    def _build(self) -> None:
        self.head = ServedHead(self._session, self)
        self.table = ServedTable(self.model, self._make_detail, self)
        self.foot = ServedFoot(self._session, self.details, self)
        self.why = WhyPanel(self._session, self.details, self)
        self.empty = EmptyState("cube", "No models", "Open a repository, or attach to a server that has some.")
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(holder, 1)
        left.addWidget(self.foot)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(left, 1)
        body.addWidget(self.why)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(body, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        session, server = self._session, self._session.server
        for signal in (
            server.models_changed,
            server.status_changed,
            server.pending_changed,
            server.guard_changed,
            server.trial_changed,
            server.reload_changed,
            server.switched,
            session.repository_changed,
            session.checker.findings_changed,
            self.details.changed,
        ):
            signal.connect(self._later)
        self.head.filter.textChanged.connect(self._narrow)
        self.head.which.changed.connect(self._narrow)
        self.head.load.clicked.connect(self.load)
        self.head.unload.clicked.connect(self.unload)
        self.table.chosen_changed.connect(self._show_chosen)
        self.table.menu_asked.connect(self.menu_asked)
        self.table.chosen_changed.connect(self.chosen_changed)

    # What is done with what is chosen

    def load(self) -> None:
        """Loads the chosen models, or reloads them."""
        for name in self.table.chosen():
            self._session.server.load(name)

    def unload(self) -> None:
        """Unloads those of the chosen models that are there; asks where others need them."""
        ready = tuple(name for name in self.table.chosen() if shown_of(self._session, name).ready)
        if ready:
            unload(self.window(), self._session, ready)

    def turn(self) -> None:
        """Unfolds the chosen models, or folds them."""
        self.table.turn()

    def ask_why(self, model: str = "", symptom: Symptom | None = None) -> None:
        """Answers why a model is not as it should be: the first chosen one by default; or why there is no server."""
        if symptom == "down" and not model:
            self.why.show_model("", symptom)
            return
        wanted = model or next(iter(self.table.chosen()), "")
        if wanted:
            if model:
                self.table.choose(model)
            self.why.show_model(wanted, symptom)

    def adopt(self) -> None:
        """Takes what the server completed of the chosen models into their texts."""
        for name in self.table.chosen():
            if not self._panel(name).against.adopt():
                detail = "The file says it all: what the server filled in follows from the backend that is named."
                notices.post("info", f"Nothing of {name} to adopt", detail)

    def keep(self) -> None:
        """Saves what is tried of the chosen models."""
        for name in self.table.chosen():
            if self._session.server.trials.of(name) is not None:
                keep_trial(self._session.server.current, self._session.open_model(name))

    def drop(self) -> None:
        """Loads the files of those of the chosen models that are tried."""
        for name in self.table.chosen():
            if self._session.server.trials.of(name) is not None:
                self._session.server.load(name)

    # The quick fix

    def findings_here(self) -> list[Finding]:
        """The problems that the chosen models' failures come from."""
        return [each for name in self.table.chosen() for each in self._panel(name).findings()]

    def fix_spot(self) -> QPoint:
        """Below the chosen row."""
        rect = self.table.visualRect(self.table.currentIndex())
        return self.table.viewport().mapToGlobal(rect.bottomLeft() + QPoint(44, 0))

    # Inside

    def _panel(self, name: str) -> DetailPanel:
        """What a model unfolds to, unfolded where it is not yet."""
        if not self.model.is_open(name):
            self.model.turn(name)
        found = self.table.detail(name)
        if not isinstance(found, DetailPanel):
            raise TypeError(name)
        return found

    def _make_detail(self, name: str, parent: QWidget) -> QWidget:
        panel = DetailPanel(self._session, self.details, name, parent)
        panel.place_asked.connect(self.place_asked)
        panel.fix_asked.connect(lambda finding, fix: apply_fix(self, self._session, finding, fix))
        panel.resized.connect(self.table.fit_heights)
        panel.against.left.connect(self.table.setFocus)
        return panel

    def _later(self, *_changed: object) -> None:
        if self.isVisible():
            self._soon.start()

    def refresh(self) -> None:
        """Shows how everything is now."""
        found = served_names(self._session)
        self.model.show(found)
        self._stack.setCurrentIndex(0 if found else 1)
        self.head.refresh(self.model.counts())
        self._show_chosen()
        self._show_rest()

    def _tick(self) -> None:
        """Shows what goes by the clock: nothing is counted, and nothing moves."""
        self.model.renew()
        self._show_rest()

    def _show_rest(self) -> None:
        for _, name in self.model.details():
            panel = self.table.detail(name)
            if isinstance(panel, DetailPanel):
                panel.refresh()
        self.foot.refresh()
        self.why.refresh()

    def _narrow(self, *_changed: object) -> None:
        self.model.narrow(self.head.filter.text(), cast("Which", self.head.which.value()))

    def _show_chosen(self) -> None:
        chosen = self.table.chosen()
        self.head.show_chosen([shown_of(self._session, name) for name in chosen[:_MOST_LOOKED_AT]], len(chosen))

    def showEvent(self, event: QShowEvent) -> None:
        """Looks at the server again."""
        super().showEvent(event)
        self.details.watch(True)
        self._clock.start()
        self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is asked for a page that nobody sees."""
        super().hideEvent(event)
        self.details.watch(False)
        self._clock.stop()
