"""Rename what the cursor of the text is at: a tensor or a model wherever it is named; elsewhere the model in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.app.repository import tensor_renames
from studio.core.assist.names import ModelSymbol, TensorSymbol
from studio.ui.editor.in_front import tab_in_front, text_in_front
from studio.ui.room.place import RenameModelPlace, ReviewPlace

if TYPE_CHECKING:
    from studio.app.repository.tensor_renames import TensorUses
    from studio.ui.editor.tensor_rename import TensorRenameDialog
    from studio.ui.room.context import Context


def rename_here(context: Context) -> None:
    """Asks for the new name."""
    text, tab = text_in_front(context), tab_in_front(context)
    if text is None or tab is None:
        return
    text.flush()
    model = tab.model
    found = tensor_renames.named_at(context.session, model.name, model.draft, text.cursor_offset())
    symbol = found.symbol if found is not None else ModelSymbol(model.name)
    if isinstance(symbol, TensorSymbol):
        ask_tensor(context, symbol)
    elif context.show(RenameModelPlace(symbol.model)) is None:
        context.tell("info", f"There is no model {symbol.model} in the repository", "Nothing can be renamed with it.")


def ask_tensor(context: Context, symbol: TensorSymbol, new: str = "") -> TensorRenameDialog:
    """Asks for the name of a tensor, with what it changes; `new` stands there where it is given."""
    from studio.ui.editor.tensor_rename import TensorRenameDialog

    dialog = context.ask(
        lambda window: TensorRenameDialog(
            window, context.session, symbol, lambda uses, name: _rename(context, uses, name)
        )
    )
    if new:
        dialog.field.setText(new)
    dialog.open()
    return dialog


def _rename(context: Context, uses: TensorUses, new: str) -> None:
    """Renames, and says what became of it."""
    done = tensor_renames.rename(context.session, uses, new)
    names = tuple(text.name for text in done.texts)
    old = uses.symbol.tensor
    where = names[0] if len(names) == 1 else f"{len(names)} files"
    late = f"{', '.join(done.late[:3])} changed meanwhile and {'was' if len(done.late) == 1 else 'were'} left alone."
    review = ("Review changes…", lambda: context.show(ReviewPlace(names)))
    actions = (("Undo", done.undo), review) if names else ()
    text = f"{old} is now {new} in {where}" if names else f"{old} was not renamed"
    context.tell("success" if names else "warning", text, late if done.late else "Nothing is saved yet.", actions)
