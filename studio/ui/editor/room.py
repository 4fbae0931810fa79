"""The editor's room: the tab of a model, the help of its fields, and the commands on what is in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from studio.ui.editor.commands import COMMANDS
from studio.ui.room.at_pointer import open_menu
from studio.ui.room.menus import ContextMenu, Scope
from studio.ui.room.place import FieldHelpPlace, FilePlace, ModelPlace, RenameTensorPlace, ReviewPlace
from studio.ui.room.room import InspectorView, ModelView, Room, StatusItem, shows

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.app.editing.open_file import OpenFile
    from studio.app.editing.open_model import OpenModel
    from studio.ui.editor.field_inspector import FieldInspector
    from studio.ui.editor.files.file_tab import FileTab
    from studio.ui.editor.model_tab import ModelTab
    from studio.ui.editor.text.pane import EditorPane
    from studio.ui.editor.text.text_pane import TextPane
    from studio.ui.room.context import Context


def _tab(context: Context, model: OpenModel, views: Sequence[ModelView], parent: QWidget) -> ModelTab:
    from studio.ui.editor.model_tab import ModelTab

    def maker(view: ModelView) -> Callable[[QWidget], QWidget]:
        return partial(view.make, context, model)

    tab = ModelTab(context.session, model, parent, [(view, maker(view)) for view in views])
    tab.field_focused.connect(lambda name, path: context.show(FieldHelpPlace(name, path)))
    tab.shown.connect(lambda: _follow(context, model.name))
    tab.header.model_wanted.connect(lambda name: context.show(ModelPlace(name)))
    tab.header.file_wanted.connect(lambda path: context.show(FilePlace(path)))
    tab.text_made.connect(lambda text: _follow_text(context, text))
    return tab


def _serve_keys(context: Context, text: EditorPane) -> None:
    """Gives any text its keys and its menu at the pointer."""
    context.bind_keys(text.edit, Scope.TEXT)
    text.edit.menu_asked.connect(lambda at: open_menu(context, ContextMenu.TEXT, at))


def _follow_text(context: Context, text: TextPane) -> None:
    _serve_keys(context, text)
    text.model_wanted.connect(lambda name: context.show(ModelPlace(name)))


def _help(context: Context) -> FieldInspector:
    from studio.ui.editor.field_inspector import FieldInspector

    made = FieldInspector(context.session)
    made.field_wanted.connect(lambda name, path: context.show(ModelPlace(name, path)))
    return made


def _follow(context: Context, model: str) -> None:
    """Lets the help tell of the model in front, where it was shown before."""
    from studio.ui.editor.field_inspector import FieldInspector

    made = context.inspector_view("help")
    if isinstance(made, FieldInspector):
        made.follow(model)


def _tell_file(context: Context, file: OpenFile) -> None:
    """Lets the help tell of the text file in front, where it was shown before."""
    from studio.ui.editor.field_inspector import FieldInspector

    made = context.inspector_view("help")
    if isinstance(made, FieldInspector):
        made.show_file(file.path, file.name)


def _unsaved(context: Context) -> QWidget:
    from studio.ui.editor.unsaved_status import UnsavedEntry

    return UnsavedEntry(context)


def _show_help(context: Context, place: FieldHelpPlace) -> QWidget | None:
    from studio.ui.editor.field_inspector import FieldInspector

    shown = context.inspect("help")
    if isinstance(shown, FieldInspector) and place.model:
        shown.show_field(place.model, place.path)
    return shown


def _review(context: Context, place: ReviewPlace) -> QWidget | None:
    from studio.ui.editor.changes.review import review

    texts = context.session.texts()
    unsaved = [texts[name] for name in place.models if name in texts]
    return context.ask(lambda window: review(window, unsaved)) if unsaved else None


def _rename_tensor(context: Context, place: RenameTensorPlace) -> QWidget:
    from studio.core.assist.names import TensorSymbol
    from studio.ui.editor.rename import ask_tensor

    return ask_tensor(context, TensorSymbol(place.model, "any", place.tensor), place.new)


def _file_tab(context: Context, file: OpenFile, parent: QWidget) -> FileTab:
    from studio.ui.editor.files.file_tab import FileTab

    tab = FileTab(file, parent)
    tab.shown.connect(lambda: _tell_file(context, file))
    _serve_keys(context, tab.text)
    return tab


ROOM = Room(
    "editor",
    "Editor",
    "cube",
    "A model's configuration as form, text, graph and as the server will take it.",
    COMMANDS,
    model_page=_tab,
    file_page=_file_tab,
    inspector=(InspectorView("help", "Field help", _help, 10),),
    status=(StatusItem(_unsaved, 94, True),),
    places=(
        shows(FieldHelpPlace, _show_help),
        shows(ReviewPlace, _review),
        shows(RenameTensorPlace, _rename_tensor),
    ),
)
