"""What completion, hover cards and markers need of the text pane."""

from __future__ import annotations

from typing import Protocol

from studio.ui.editor.text.code_edit import CodeEdit


class EditedText(Protocol):
    """A text in an editor. Offsets count characters of the text, positions those of the editor, which has no CRLF."""

    @property
    def edit(self) -> CodeEdit:
        """The editor that shows it and takes what is typed."""

    @property
    def has_typing(self) -> bool:
        """Whether something was typed that is no edit of the model yet."""

    def flush(self) -> None:
        """What was typed becomes an edit of the model now."""

    def shown_text(self) -> str:
        """The text as it stands in the editor, typing included."""

    def offset_of(self, position: int) -> int:
        """The character of the text at a position of the editor."""

    def position_of(self, offset: int) -> int:
        """The editor's position of a character of the text."""

    def cursor_offset(self) -> int:
        """The character of the text at the cursor."""
