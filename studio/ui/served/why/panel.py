"""*Why?* of one model: the cause, the layers that were looked at, and where to look next."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.app.serving.served_models.details import ServedDetails
from studio.app.serving.served_models.elsewhere import elsewhere
from studio.app.serving.served_models.evidence import ask_server, facts_of, symptom_of
from studio.app.session import Session
from studio.core.serving.why.answer import LAYERS, Look, Why
from studio.core.serving.why.explain import why
from studio.core.serving.why.facts import Facts, Seen, Symptom
from studio.ui.look.theme import colour
from studio.ui.served import names
from studio.ui.served.why.layers import Layers
from studio.ui.widgets import HairLine, IconButton, Label, LinkButton, QuietButton, Segmented

_WORDS: dict[Symptom, str] = {
    "failed": "did not load",
    "dead": "does not answer",
    "wrong": "answers",
    "slow": "is slow",
    "refused": "refused a request",
    "elsewhere": "works elsewhere",
    "down": "has no server",
}
_CHOICES: dict[Symptom, str] = {
    "failed": "Did not load",
    "dead": "Dead",
    "refused": "Refused",
    "wrong": "Wrong",
    "slow": "Slow",
    "elsewhere": "Works elsewhere",
    "down": "No server",
}
_ICONS = {
    "config": "file-text",
    "code": "file-text",
    "files": "folder-open",
    "log": "terminal-window",
    "monitor": "activity",
    "model": "question",
}
_WIDTH = 360


class WhyPanel(QWidget):
    """It asks the server when it is opened, and again at a press; what is told goes on meanwhile."""

    closed = Signal()
    look_asked = Signal(object)
    """A Look that was pressed."""

    def __init__(self, session: Session, details: ServedDetails, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Served.WHY)
        self.setAccessibleName("Why?")
        self.setFixedWidth(_WIDTH)
        self._session, self._details = session, details
        self.model = ""
        self._chosen: Symptom | None = None
        self._facts: Facts | None = None
        self._live: Seen | None = None
        self._links: list[LinkButton] = []
        self.answer: Why | None = None
        """What is shown."""
        self._build()
        self.hide()

    def _build(self) -> None:
        self.subject = Label("", "dim", parent=self)
        self.again = IconButton("arrow-clockwise", "Ask it again", parent=self)
        self.again.setObjectName(names.Served.WHY_AGAIN)
        self.close_ = IconButton("x", "Close", parent=self)
        self.close_.setObjectName(names.Served.WHY_CLOSE)
        head = QWidget(self)
        head.setFixedHeight(36)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(8)
        for widget, stretch in ((Label("Why?", weight=600), 0), (self.subject, 1), (self.again, 0), (self.close_, 0)):
            row.addWidget(widget, stretch)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._body())
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        for part in (head, HairLine(parent=self), area):
            column.addWidget(part)
        self.again.clicked.connect(self.ask)
        self.close_.clicked.connect(self.shut)

    def _body(self) -> QWidget:
        body = QWidget()
        body.setProperty("kind", "page")
        self.symptom = Segmented(tuple(_CHOICES.items()), dense=True, parent=body)
        self.symptom.setObjectName(names.Served.WHY_SYMPTOM)
        self.symptom.setAccessibleName("What is asked about")
        self.title = Label("", px=16, weight=600, parent=body)
        self.summary = Label("", "dim", 12, parent=body)
        for label in (self.title, self.summary):
            label.setWordWrap(True)
        self.layers = Layers(LAYERS, body)
        self.looks = QVBoxLayout()
        self.looks.setContentsMargins(16, 4, 12, 8)
        self.looks.setSpacing(4)
        self.copy = QuietButton("Copy as report", "copy", "dense", body)
        self.copy.setObjectName(names.Served.WHY_COPY)
        self.look_at = Label("Look at", "dim", 11, 500, body)
        self.look_at.setContentsMargins(16, 10, 0, 0)
        self._lay_out(body)
        self.copy.clicked.connect(self._copy)
        self.symptom.changed.connect(self._choose)
        return body

    def _lay_out(self, body: QWidget) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 12, 12)
        top.setSpacing(4)
        for widget in (self.symptom, self.title, self.summary):
            top.addWidget(widget)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 4, 12, 12)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        for part in (HairLine(parent=body), self.layers, self.look_at):
            column.addWidget(part)
        column.addLayout(self.looks)
        column.addLayout(foot)
        column.addStretch(1)

    # What is asked

    def show_model(self, model: str, symptom: Symptom | None = None) -> None:
        """Answers for a model, or for the server where none is named, and opens."""
        self.model, self._chosen, self._live = model, symptom, None
        self.show()
        self.ask()

    def ask(self) -> None:
        """Asks the server, and shows at once what is known without."""
        self.refresh()
        facts = self._facts
        if facts is not None and facts.model and self._session.server.status.is_running:
            ask_server(self._session, facts, self._told)

    def refresh(self) -> None:
        """Shows what is known now; a model that has mended since gets another answer."""
        if self.isHidden():
            return
        if not self.model:
            self._show_server()
            return
        detail = self._details.all.get(self.model)
        found = symptom_of(self._session, self.model, detail)
        offered = _offered(found, elsewhere(self._session, self.model) is not None)
        # A choice of a person's holds only while nothing else is seen.
        chosen = self._chosen if self._chosen in offered else found
        facts = facts_of(self._session, self.model, detail, chosen)
        self.symptom.set_items(tuple((key, _CHOICES[key]) for key in offered))
        self.symptom.setVisible(len(offered) > 1)
        if self._live is not None and facts.gone is None:
            facts = replace(facts, live=self._live)
        self._show(facts)

    def _show_server(self) -> None:
        """Answers for the server itself; one that runs and answers again is no question any more."""
        facts = facts_of(self._session, "", None)
        self.symptom.hide()
        if facts.gone is None:
            self.shut()
        else:
            self._show(facts)

    def shut(self) -> None:
        """Closes the panel."""
        self.model = ""
        self.hide()
        self.closed.emit()

    def _told(self, facts: Facts) -> None:
        if facts.model == self.model:
            self._live = facts.live
            self._show(facts)

    def _choose(self, key: str) -> None:
        self._chosen = cast("Symptom", key)
        self.refresh()

    # What is shown

    def _show(self, facts: Facts) -> None:
        self._facts = facts
        answer = why(facts)
        self.subject.setText(f"{facts.model} {_WORDS[facts.symptom]}" if facts.model else "The server")
        if facts.model:
            self.symptom.set_value(facts.symptom)
        before, self.answer = self.answer, answer
        self.title.setText(answer.title)
        self.summary.setText(answer.summary)
        self.layers.show_layers(answer.layers)
        if before is None or before.looks != answer.looks:
            self._show_looks(answer.looks)

    def _show_looks(self, looks: tuple[Look, ...]) -> None:
        for old in self._links:
            self.looks.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._links.clear()
        for place, look in enumerate(looks):
            button = LinkButton(look.words, _ICONS[look.kind], "small")
            button.setObjectName(names.Served.WHY_LOOK.format(place))
            button.clicked.connect(lambda _=False, look=look: self.look_asked.emit(look))
            self.looks.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self._links.append(button)

    def _copy(self) -> None:
        if self.answer is not None:
            QGuiApplication.clipboard().setText(self.answer.report)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line at its left."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("panel"))
            painter.fillRect(0, 0, 1, self.height(), colour("line"))


def _offered(found: Symptom, works_elsewhere: bool) -> tuple[Symptom, ...]:
    """What may be asked about a model of which this was seen."""
    here: tuple[Symptom, ...] = ("wrong", "slow") if found in ("wrong", "slow") else (found,)
    return (*here, "elsewhere") if works_elsewhere and found != "down" else here
