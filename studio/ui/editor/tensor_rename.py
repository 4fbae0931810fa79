"""The new name of a tensor, with each file that it changes shown before it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidgetItem, QWidget

from studio.app.repository import tensor_renames
from studio.app.repository.tensor_renames import TensorUses
from studio.ui.editor import names
from studio.ui.widgets import Label
from studio.ui.widgets.deletion import unless_deleted
from studio.ui.widgets.dialogs import Prompt
from studio.ui.widgets.text.changed_texts import ChangedTexts

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.assist.names import TensorSymbol

_CHANGED = Qt.ItemDataRole.UserRole
_STAYS = "What the model itself calls it stays: its file or its code is not changed."
_INSIDE = "Its name in all maps, and where it is an input or output of the ensemble."


class TensorRenameDialog(Prompt):
    """Asks for the name; what changes in the file that is chosen follows what is typed."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        symbol: TensorSymbol,
        done: Callable[[TensorUses, str], object],
    ) -> None:
        told = _INSIDE if symbol.side == "any" else _STAYS
        super().__init__(window, f"Rename {symbol.tensor}", told, symbol.tensor, "Rename", self._problem)
        self.setObjectName(names.Renaming.DIALOG)
        self._session, self._symbol, self._done = session, symbol, done
        self._uses: TensorUses | None = None
        self._is_agreed = False
        self._build_preview()
        room = window.window().size()
        self.resize(min(880, room.width() - 160), min(560, room.height() - 120))
        self.field.textChanged.connect(self._follow)
        self.changes.list.currentItemChanged.connect(self._show)
        self.accepted.connect(self._rename)
        tensor_renames.find_uses(self, session, symbol, unless_deleted(self, self._take))

    def _problem(self, name: str) -> str:
        return self._uses.problem(name) if self._uses is not None else "" if name else "A tensor needs a name."

    def _build_preview(self) -> None:
        self._count = Label("Looking for what names it …", "dim", 11, 600)
        self.unread = Label("", "warn", 12)
        self.unread.setWordWrap(True)
        self.unread.hide()
        self.changes = ChangedTexts("Files that change", 220, self)
        self.changes.list.setObjectName(names.Renaming.LIST)
        self.changes.view.setObjectName(names.Renaming.TEXT)
        at = self.column.indexOf(self.reason) + 1
        for offset, widget in enumerate((self._count, self.changes, self.unread)):
            self.column.insertWidget(at + offset, widget, 1 if widget is self.changes else 0)

    def _take(self, uses: TensorUses) -> None:
        if not self.isVisible():
            # It was answered before all was found, and is going.
            return
        self._uses = uses
        changed = uses.renamed(self._symbol.tensor)
        for each in changed:
            item = QListWidgetItem(f"{tensor_renames.text_name(self._session, each.text)}   {each.count}")
            item.setData(_CHANGED, each.text)
            self.changes.list.addItem(item)
        places, files = len(uses.places), len(changed)
        self._count.setText(f"{places} place{'' if places == 1 else 's'} in {files} file{'' if files == 1 else 's'}")
        few = ", ".join(uses.unread[:3])
        self.unread.setText(f"Not looked into, since it cannot be read: {few}{' …' if len(uses.unread) > 3 else ''}")
        self.unread.setVisible(bool(uses.unread))
        self.changes.list.setCurrentRow(0)
        self._judge()
        if self._is_agreed:
            self.accept()

    def _follow(self) -> None:
        self._show(self.changes.list.currentItem())

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is None or self._uses is None:
            return
        text = item.data(_CHANGED)
        new = self.field.text().strip() or self._symbol.tensor
        after = next(each for each in self._uses.renamed(new) if each.text is text)
        folder = text.path.relative_to(
            text.path.parents[2] if text.path.parent.name == "configs" else text.path.parents[1]
        )
        detail = f"{after.count} place{'' if after.count == 1 else 's'}"
        self.changes.show_change(folder.as_posix(), detail, text.draft.document.text, after.after)

    def accept(self) -> None:
        # Who is quicker than the look-up is taken at their word once it is over.
        self._is_agreed = self._uses is None
        if not self._is_agreed:
            super().accept()

    def _rename(self) -> None:
        uses, new = self._uses, self.field.text().strip()
        if uses is not None and new != self._symbol.tensor:
            self._done(uses, new)
