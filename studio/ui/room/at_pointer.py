"""Opening the menus at the pointer, and panels that a second press of their key folds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.app.selection import Selected
from studio.ui.room.menus import ContextMenu
from studio.ui.room.place import PanelPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu

    from studio.ui.room.context import Context


def open_menu(
    context: Context, kind: ContextMenu, at: QPoint, more: Callable[[QMenu], object] = lambda _: None
) -> None:
    """Opens the menu of a place of the screen; `more` puts in what holds for this very spot."""
    menu = context.menu(kind)
    more(menu)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)


def open_model_menu(context: Context, model: str, at: QPoint, more: Callable[[QMenu], object] = lambda _: None) -> None:
    """Opens the menu of a model that stands in a table, which is the one that commands are about then."""
    repository = context.session.repository
    folder = repository.model(model) if repository is not None else None
    row = Selected("model", model, folder.path if folder is not None else None)
    context.selection.select(row, [row])
    open_menu(context, ContextMenu.LISTED_MODEL, at, more)


def turn_panel(context: Context, key: str) -> None:
    """Brings a panel at the foot in front, with the keyboard; folds it where it is there already."""
    panel = context.panel(key)
    if panel is not None and panel.isVisible():
        context.run("panel")
        return
    shown = context.show(PanelPlace(key))
    if shown is not None:
        shown.setFocus()
