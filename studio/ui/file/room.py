"""The room of model files: what a file says of itself, in the inspector and beside the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.context import apply_fix
from studio.ui.room.menus import ContextMenu, Menu
from studio.ui.room.place import ModelFilePlace
from studio.ui.room.room import InspectorView, ModelView, Room, shows

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.app.editing.open_model import OpenModel
    from studio.app.selection import Selected
    from studio.ui.file.panel import FilePanel
    from studio.ui.room.context import Context

_KEY = "file"
_ANY_ROW = frozenset({ContextMenu.MODEL_ROW, ContextMenu.VERSION_ROW, ContextMenu.FILE_ROW})


def _make(context: Context, parent: QWidget | None = None) -> FilePanel:
    from studio.ui.file.panel import FilePanel

    panel = FilePanel(context.session, parent)
    panel.fix_wanted.connect(lambda model, fix: apply_fix(context, model, fix))
    return panel


def _view(context: Context, model: OpenModel, parent: QWidget) -> FilePanel:
    panel = _make(context, parent)
    panel.show_model(model.name)
    return panel


def _show(context: Context, place: ModelFilePlace) -> QWidget | None:
    from studio.ui.file.panel import FilePanel

    panel = context.inspect(_KEY)
    if isinstance(panel, FilePanel):
        panel.show_model(place.model, place.version, place.path)
    return panel


def _begin(context: Context) -> None:
    context.selection.changed.connect(lambda: _follow(context))


def _follow(context: Context) -> None:
    """Follows the explorer: to a version or a file of one, and to other models while a file is shown."""
    from studio.app.editing.open_files import is_model_file

    row = context.selection.row
    if row is not None and row.kind == "file" and row.path is not None and not is_model_file(row.path):
        if context.inspected() == _KEY:
            # A text says nothing of tensors: the help says what it is for.
            context.inspect()
    elif row is not None and (row.kind in ("version", "file") or context.inspected() == _KEY):
        context.show(_place(row))


def _place(row: Selected) -> ModelFilePlace:
    """The file of a row: its own, that of its version, or that of the version that is served."""
    number = row.version if row.kind == "version" else 0
    return ModelFilePlace(row.model, number, row.path if row.kind == "file" and row.version else None)


def show_file(context: Context) -> None:
    """Shows what the selected file, or the file of the selected version or model, says of itself."""
    row, model = context.selection.row, context.selection.model
    if model:
        context.show_inspector()
        context.show(_place(row) if row is not None else ModelFilePlace(model))


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "file_says",
        "What the model file says",
        Menu.MODEL,
        (1, 10),
        show_file,
        (),
        "file-search",
        facts.selected_model,
        context_menus=_ANY_ROW,
    ),
)
ROOM = Room(
    "file",
    "Model file",
    "file-search",
    "What a model file says of itself, beside what the configuration says of it.",
    COMMANDS,
    model_views=(ModelView(_KEY, "Model file", "cube", lambda model: not model.last_good.config.is_ensemble, _view),),
    inspector=(InspectorView(_KEY, "Model file", _make, 20),),
    places=(shows(ModelFilePlace, _show),),
    begin=_begin,
)
