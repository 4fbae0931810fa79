"""What of the editor is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.ui.editor.files.file_tab import FileTab
    from studio.ui.editor.model_tab import ModelTab
    from studio.ui.editor.text.pane import EditorPane
    from studio.ui.editor.text.text_pane import TextPane
    from studio.ui.room.context import Context


def tab_in_front(context: Context) -> ModelTab | None:
    """The model's tab in front."""
    from studio.ui.editor.model_tab import ModelTab

    page = context.front()
    return page if isinstance(page, ModelTab) else None


def file_in_front(context: Context) -> FileTab | None:
    """The tab of a text file in front."""
    from studio.ui.editor.files.file_tab import FileTab

    page = context.front()
    return page if isinstance(page, FileTab) else None


def editor_in_front(context: Context) -> EditorPane | None:
    """The text of the model or of the file in front, shown and with the keyboard."""
    tab = file_in_front(context)
    if tab is None:
        return text_in_front(context)
    tab.text.edit.setFocus()
    return tab.text


def text_in_front(context: Context) -> TextPane | None:
    """The text of the model in front, shown and with the keyboard."""
    tab = tab_in_front(context)
    return tab.show_text() if tab is not None else None
