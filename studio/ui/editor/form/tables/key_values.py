"""A map of texts as a table: key, value, and what a key means where that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from studio.core.config.draft import Draft
from studio.core.config.parameters import Parameter
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.element_table import elements_at
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.own_columns import OwnColumnsPart
from studio.ui.widgets import LinkButton

_MOST_SHOWN = 60


def parse_key(text: str) -> str:
    """A key as it was typed; raises ValueError for none."""
    if not text:
        raise ValueError("it cannot be empty.")
    return text


class KeyValuesPart(OwnColumnsPart):
    """Keys and values of one map; subclasses know what the keys mean and what goes with them."""

    noun = "key"
    key_title, value_title, told_title = "Key", "Value", "What it does"

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        self._known: Mapping[str, Parameter] = {}
        super().__init__(context, path, parent)
        self._offer: LinkButton | None = None
        self._find_known(context.model.last_good)

    def known(self, draft: Draft) -> Mapping[str, Parameter]:
        """What is known of keys that could stand here."""
        del draft
        return {}

    def keys_offered(self, row: int) -> tuple[str, ...]:
        """Keys to choose from in a row."""
        del row
        return tuple(self._known)

    def values_offered(self, row: int) -> tuple[str, ...]:
        """Values to choose from in a row."""
        told = self._known.get(self._key_of(row))
        return told.values if told else ()

    def _key_of(self, row: int) -> str:
        return str(self.context.model.last_good.get(*self.path, row, "key") or "")

    def columns(self) -> tuple[Column, ...]:
        """Key, value, and what the key means."""
        return (
            Column(self.key_title, "key", parse_key, offers=self.keys_offered),
            Column(self.value_title, "value", str, kind="mono", offers=self.values_offered),
            *((Column(self.told_title, kind="told"),) if self.told_title else ()),
        )

    def cells(self, element: dict[str, Any], draft: Draft) -> TableRow:
        key, value = str(element.get("key") or ""), str(element.get("value") or "")
        told = self._known.get(key)
        return (Cell(key), Cell(value), *((Cell(told.what if told else ""),) if self.told_title else ()))

    def show_draft(self, draft: Draft) -> None:
        """The entries; what is known may change with the backend or the name above."""
        self._find_known(draft)
        super().show_draft(draft)

    def _find_known(self, draft: Draft) -> None:
        self._known = self.known(draft)
        if self._known and self._offer is None:
            self._offer = self.add_action("known", "Known", f"Add one that is known to {self.key_title.lower()}s")
            self._offer.set_icon_name("caret-down")
            self._offer.clicked.connect(self._open)
        if self._offer is not None:
            self._offer.setVisible(bool(self._missing(draft)))

    def _missing(self, draft: Draft) -> list[Parameter]:
        present = {each.get("key") for each in elements_at(draft, self.path)}
        return [each for key, each in self._known.items() if key not in present]

    def known_menu(self) -> QMenu:
        """A line for each known key that is not there; what it does stands in its tool tip."""
        menu = QMenu(self)
        menu.setObjectName(names.Form.STARTERS_MENU)
        menu.setToolTipsVisible(True)
        for each in self._missing(self.context.model.last_good)[:_MOST_SHOWN]:
            action = menu.addAction(each.key)
            action.setToolTip(each.what)
            action.setData(each.key)
        menu.triggered.connect(lambda action: self._add_known(str(action.data())))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open(self) -> None:
        if self._offer is not None:
            self.known_menu().popup(self._offer.mapToGlobal(self._offer.rect().bottomLeft()))

    def _add_known(self, key: str) -> None:
        entry = {"key": key, "value": self._known[key].start}
        self.context.edit(f"Add {key}", lambda draft: draft.append(*self.path, entry))
        self.choose(self.table.list_model.rowCount() - 1)


class TagsPart(KeyValuesPart):
    """Keys and values that are free: nothing is known of them."""

    told_title = ""
