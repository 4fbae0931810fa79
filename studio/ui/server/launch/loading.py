"""Which models a server loads at its start: all of them, or those that are ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.ui.look.theme import ui_font
from studio.ui.server.launch import fields
from studio.ui.server.launch.names import Launch
from studio.ui.widgets import ElidedLabel, Row

_KINDS = (("all", "All"), ("some", "Chosen"))
_ROW = 24
_ROWS = 8


class LoadChoice(QWidget):
    """A choice, and the models of the repository to tick; names that it has not stay among them."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed
        self._names: tuple[str, ...] = ()
        self._unlisted: set[str] | None = set()
        """What is chosen while the list is still empty: thousands of models are listed for who chooses among them."""
        self.kind = fields.segmented("load", "Models to load at the start", _KINDS, self._choose)
        self.words = ElidedLabel("", "dim", 12)
        self.list = QListWidget()
        self.list.setObjectName(Launch.OPTION.format("load_names"))
        self.list.setAccessibleName("Models to load")
        self.list.setFont(ui_font(13))
        self.list.setStyleSheet(f"QListWidget::item {{ height: {_ROW}px; }}")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        line = Row(self.kind, self.words)
        line.box.setStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(line)
        column.addWidget(self.list)
        self.list.itemChanged.connect(lambda _item: self._ticked())
        self._refresh()

    def value(self) -> tuple[str, ...]:
        """The names; none is all of them."""
        return self._chosen() if self.kind.value() == "some" else ()

    def show_value(self, names: tuple[str, ...]) -> None:
        """Shows other names."""
        self.kind.set_value("some" if names else "all")
        self._fill(self._names, set(names))

    def set_models(self, names: Sequence[str]) -> None:
        """Takes the models of the repository; what is ticked stays so."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._fill(self._names, set(self._chosen()))

    def _chosen(self) -> tuple[str, ...]:
        if self._unlisted is not None:
            return tuple(sorted(self._unlisted))
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(each.text() for each in items if each.checkState() is Qt.CheckState.Checked)

    def _fill(self, names: tuple[str, ...], chosen: set[str]) -> None:
        if self._unlisted is not None and self.kind.value() != "some":
            self._unlisted = chosen
            self._refresh()
            return
        self._unlisted = None
        self.list.blockSignals(True)
        self.list.clear()
        for name in (*names, *sorted(chosen - set(names))):
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setFixedHeight(_ROW * min(max(self.list.count(), 1), _ROWS) + 2 * self.list.frameWidth())
        self._refresh()

    def _choose(self) -> None:
        """Begins with all of them, so that those are taken away that should not load."""
        if self.kind.value() == "some" and (self._unlisted is not None or not self._chosen()):
            self._fill(self._names, set(self._chosen()) or set(self._names))
        self._ticked()

    def _ticked(self) -> None:
        self._refresh()
        self._changed()

    def _refresh(self) -> None:
        some = self.kind.value() == "some"
        self.list.setVisible(some)
        chosen = len(self._chosen())
        told = f"{chosen} of {self.list.count()} chosen" if chosen else "none is chosen: all load"
        self.words.setText(told if some else "Each model of the repository.")
