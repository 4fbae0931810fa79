"""One model's tab: its configuration as form and text, side by side or alone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.editing.forecast import Forecast
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.app.settings import window_settings
from studio.core.assist.places import path_at, span_of
from studio.core.checking.findings import Finding
from studio.text.tree import Path, Span
from studio.ui.editor import names
from studio.ui.editor.changes.conflict import ConflictBar
from studio.ui.editor.changes.gone import GoneBar
from studio.ui.editor.changes.picked import PickedBar
from studio.ui.editor.changes.trial import TrialBar
from studio.ui.editor.effective.pane import EffectivePane
from studio.ui.editor.form.finder import FieldFinder
from studio.ui.editor.form.pane import FormPane
from studio.ui.editor.other_views import Makers, OtherViews
from studio.ui.editor.problems_here import ProblemsHere
from studio.ui.editor.tab_header import TabHeader
from studio.ui.editor.text.text_pane import TextPane
from studio.ui.editor.view_split import ViewSplit
from studio.ui.widgets import HairLine, Segmented

if TYPE_CHECKING:
    from studio.ui.room.room import ModelView

_VIEWS = (
    ("form", "Form", "list-bullets"),
    ("text", "Text", "brackets-curly"),
    ("effective", "Effective", "circle-half"),
)
_FORM_WIDTH, _TEXT_WIDTH, _EFFECTIVE_WIDTH = 360, 240, 400
_ROOM_FOR_THREE = 1280


class ModelTab(QWidget):
    """Form and text of one model keep their place together; the field under the cursor is told for its help."""

    field_focused = Signal(str, object)
    shown = Signal()
    text_made = Signal(object)
    """TextPane"""

    def __init__(
        self,
        session: Session,
        model: OpenModel,
        parent: QWidget | None = None,
        more: Makers = (),
    ) -> None:
        """`more` are the views that other rooms have of a model."""
        super().__init__(parent)
        self.setObjectName(names.Editor.TAB)
        self.setAccessibleName(f"Configuration of {model.name}")
        self._session = session
        self.model = model
        self.split = ViewSplit(self)
        self.forecast = Forecast.of(session, model)
        self.form = FormPane(session, model, self.split)
        self.conflict = ConflictBar(model)
        self._others = OtherViews(model, more, self.split)
        self._here = ProblemsHere(model, self.form, self._others, lambda: self.text, lambda: self._is_in_text)
        self._gave_way: set[str] = set()
        self._build()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    @cached_property
    def text(self) -> TextPane:
        """The text; made when it is first wanted, and where it is to be seen in a turn of its own."""
        pane = TextPane(self._session, self.model, self.split)
        pane.setMinimumWidth(_TEXT_WIDTH)
        pane.cursor_moved.connect(self._text_moved)
        pane.setVisible("text" in self.views.values())
        self.split.take(pane, 1)
        self.text_made.emit(pane)
        return pane

    def _show_text(self) -> None:
        self.text.setVisible("text" in self.views.values())

    @property
    def _is_in_text(self) -> bool:
        """Whether the text has the keyboard."""
        return "text" in self.__dict__ and self.text.edit.hasFocus()

    @cached_property
    def effective(self) -> EffectivePane:
        """What the server will make of the file; made when it is first looked at."""
        pane = EffectivePane(self.model, self.forecast, self.split)
        pane.setMinimumWidth(_EFFECTIVE_WIDTH)
        pane.field_wanted.connect(self.go_to_field)
        pane.focused.connect(self._form_focused)
        sizes = self.split.sizes()
        self.split.addWidget(pane)
        self.split.setSizes([*sizes, max(sizes)])
        return pane

    @cached_property
    def finder(self) -> FieldFinder:
        """The search for a field; made when it is first wanted."""
        made = FieldFinder(self.model, self)
        made.chosen.connect(self.add_field)
        return made

    def _build(self) -> None:
        self.setProperty("kind", "page")
        self.views = Segmented(self._items(), many=True)
        self.views.setObjectName(names.Editor.VIEWS)
        self.views.setAccessibleName("Views of the configuration")
        self.form.setMinimumWidth(_FORM_WIDTH)
        self.split.addWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = TabHeader(self._session, self.model, self.views, self)
        trial = TrialBar(self._session, self.model)
        bars = PickedBar(self._session, self.model), GoneBar(self.model), self.conflict, trial
        for each in (self.header, HairLine(), *bars, self.split):
            column.addWidget(each, each is self.split)
        self.setFocusProxy(self.split)

    def _connect(self) -> None:
        self.views.changed.connect(lambda _key: self._show_views())
        self.form.focused.connect(self._form_focused)
        self.form.text_wanted.connect(self.reveal)
        self.form.finder_wanted.connect(self.find_field)
        self.model.changed.connect(self._offer_views)
        self._restore_views()

    def _restore_views(self) -> None:
        lead = self.lead()
        usual = [lead.key] if lead else ["form", "text"]
        chosen = window_settings().value(self._views_key, usual)
        self.views.set_values([str(key) for key in chosen] if isinstance(chosen, list) else usual)
        self._show_views(store=False)

    @property
    def _views_key(self) -> str:
        return "editor/ensemble_views" if self.lead() else "editor/views"

    def _items(self) -> tuple[tuple[str, str, str], ...]:
        return (*_VIEWS, *((view.key, view.title, view.icon) for view in self._others.offered))

    def lead(self) -> ModelView | None:
        """The view that is shown at first in place of form and text."""
        return self._others.lead()

    def _offer_views(self) -> None:
        """A model that becomes an ensemble while it is open gets another view."""
        if self._others.renew():
            self.views.set_items(self._items())

    def _show_views(self, store: bool = True) -> None:
        """At least one view is always shown."""
        keys = self.views.values()
        if not keys:
            self.views.set_values(["form"])
            keys = ("form",)
        self.form.setVisible("form" in keys)
        if "text" in self.__dict__:
            self._show_text()
        elif "text" in keys:
            QTimer.singleShot(1, self, self._show_text)
        if "effective" in keys or "effective" in self.__dict__:
            self.effective.setVisible("effective" in keys)
        self._others.show(keys)
        self.split.share(keys)
        if store:
            # A look at the values of one model is not how a person wants every other to open.
            window_settings().setValue(self._views_key, [key for key in keys if key != "effective"] or list(keys))

    def _form_focused(self, path: Path) -> None:
        self.field_focused.emit(self.model.name, path)
        span = span_of(self.model.draft.document, path)
        if span and not self._is_in_text and "text" in self.__dict__ and self.text.isVisible():
            self.text.reveal(span, select=False)

    def _text_moved(self, offset: int) -> None:
        if not self._is_in_text:
            return
        path = path_at(self.model.draft.document, offset)
        self.field_focused.emit(self.model.name, path)
        if path and self.form.isVisible():
            self.form.reveal(path)

    def reveal(self, target: Span | Path | None) -> None:
        """Goes to a place of the text, or to a field."""
        span = target if isinstance(target, Span) else span_of(self.model.draft.document, target or ())
        if span:
            self._want("text")
            self.text.edit.setFocus()
            self.text.reveal(span)
            self.form.reveal(path_at(self.model.draft.document, span.start))

    def cursor_offset(self) -> int:
        """The character of the text at the cursor, or of what has the keyboard; typing becomes an edit."""
        return self._here.offset()

    def findings_here(self) -> list[Finding]:
        """The problems of the field, the line or the step that has the keyboard."""
        return self._here.findings()

    def fix_spot(self) -> QPoint:
        """The place on the screen below what has the keyboard."""
        return self._here.spot()

    def find_field(self) -> None:
        """Looks a field up, to add it or to go to it."""
        document, is_in_text = self.model.draft.document, self._is_in_text
        self.finder.open(path_at(document, self.text.edit.textCursor().position()) if is_in_text else self.form.at)

    def add_field(self, path: Path) -> None:
        """Adds a field in the form, and gives it the keyboard."""
        self._want("form")
        self.form.add_field(path)

    def go_to_field(self, path: Path) -> None:
        """Gives a field of the form the keyboard."""
        self._want("form")
        control = self.form.reveal(path)
        if control is not None:
            control.setFocus()

    def show_effective(self) -> None:
        """Shows what the server will make of the file, or hides it."""
        shown = set(self.views.values()) ^ {"effective"}
        if "effective" not in shown:
            shown |= self._gave_way
            self._gave_way = set()
        elif self.width() < _ROOM_FOR_THREE and {"form", "text"} <= shown:
            # Three beside one another would leave none of them room: the text comes back with the next press.
            self._gave_way = {"text"}
            shown -= self._gave_way
        self.views.set_values(list(shown))
        self._show_views()
        if self.effective.isVisible():
            self.effective.setFocus()

    def clear_field(self) -> None:
        """Takes the field of the form that has the keyboard out of the file."""
        self.form.clear_current()

    def _want(self, view: str) -> None:
        if view not in self.views.values():
            self.views.set_values([*self.views.values(), view])
            self._show_views()

    def help_here(self) -> None:
        """Tells the field of the card at the pointer, if one is shown."""
        if path := self.text.hover.shown_path():
            self.field_focused.emit(self.model.name, path)

    def show_text(self) -> TextPane:
        """The text, shown, with the keyboard."""
        self._want("text")
        self.text.edit.setFocus()
        return self.text

    def show_view(self, key: str) -> QWidget | None:
        """Shows a view of another room, with the keyboard; None where the model has none such."""
        if not self._others.has(key):
            return None
        self._want(key)
        made = self._others.get(key)
        if made is not None:
            made.setFocus()
        return made

    def view(self, key: str) -> QWidget | None:
        """A view of another room, where it was shown."""
        return self._others.get(key)

    def kept_place(self) -> str:
        """Where the cursor of the text is and what is scrolled to; "" where it was not looked at."""
        return self.text.kept_place() if "text" in self.__dict__ else ""

    def take_place(self, place: str) -> None:
        """Goes back to a place that `kept_place` gave."""
        self.text.take_place(place)

    def open_find_bar(self, *, replacing: bool = False) -> None:
        """Opens the find bar of the text."""
        self._want("text")
        self.text.find_bar.open(replacing=replacing)
