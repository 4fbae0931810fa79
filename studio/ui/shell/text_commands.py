"""What the commands of the text pane do, for whatever tab is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.ui.shell.window import MainWindow


class TextCommands:
    """Commands that go to the text of the model in front; its pane is shown where it is not."""

    _window: MainWindow

    def _text(self) -> Any:
        page: Any = self._window.tabs.page(self._window.tabs.current())
        show = getattr(page, "show_text", None)
        return show() if callable(show) else None

    def review(self) -> None:
        """Shows what is unsaved, the model in front first."""
        from studio.ui.editor.changes.review import review

        self._window.documents.commit_typing()
        front, unsaved = self._window.documents.current_model(), self._window.need_session().unsaved()
        models = sorted(unsaved, key=lambda model: model is not front)
        if models:
            review(self._window, models)

    def suggest(self) -> None:
        """Lists what may be written at the cursor."""
        if (text := self._text()) is not None:
            text.suggesting.ask()

    def format_text(self) -> None:
        """Lays the text out anew, or the fields that are selected."""
        if (text := self._text()) is not None:
            text.format()

    def comment_lines(self) -> None:
        """Comments the selected lines out, or makes them text again."""
        if (text := self._text()) is not None:
            text.toggle_comment()

    def lines_up(self) -> None:
        """Moves the selected lines up."""
        if (text := self._text()) is not None:
            text.move_lines(-1)

    def lines_down(self) -> None:
        """Moves the selected lines down."""
        if (text := self._text()) is not None:
            text.move_lines(1)

    def show_card(self) -> None:
        """Shows what is known of the word at the cursor."""
        if (text := self._text()) is not None:
            text.hovering.show_here()

    def go_to_definition(self) -> None:
        """Opens the model of the step at the cursor."""
        if (text := self._text()) is not None:
            text.hovering.follow()

    def fold(self) -> None:
        """Folds the message or list around the cursor."""
        if (text := self._text()) is not None:
            text.edit.folding.fold_here()

    def unfold(self) -> None:
        """Shows what the line of the cursor opens."""
        if (text := self._text()) is not None:
            text.edit.folding.unfold_here()

    def fold_all(self) -> None:
        """Folds the outermost messages and lists."""
        if (text := self._text()) is not None:
            text.edit.folding.fold_all()

    def unfold_all(self) -> None:
        """Shows everything."""
        if (text := self._text()) is not None:
            text.edit.folding.unfold_all()
