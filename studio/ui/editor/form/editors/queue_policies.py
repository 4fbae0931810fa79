"""Queue policies by priority level: what becomes of requests that wait, as one table."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from studio.core.config.draft import Draft
from studio.core.config.fields import free_key
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.element_table import elements_at
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.own_columns import FillAction, OwnColumnsPart

_ACTIONS = {"refuse": "REJECT", "go last": "DELAY"}
_WORDS = {action: word for word, action in _ACTIONS.items()}
_MOST_LEVELS = 100


class QueuePoliciesPart(OwnColumnsPart):
    """A policy for each priority level that has one of its own."""

    noun = "queue policy"

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, parent)
        words = "Add a policy for each priority level that has none"
        self._fill = FillAction(self, "Add queue policies", words, self._missing_policies, ("levels", "Each level"))

    def columns(self) -> tuple[Column, ...]:
        """The level, and what becomes of its requests that wait."""
        return (
            Column("Level", "key", _number, kind="mono"),
            Column("On timeout", parse=_action, choices=tuple(_ACTIONS), at=("value", "timeout_action")),
            Column("Timeout µs", parse=_number, kind="mono", at=("value", "default_timeout_microseconds")),
            Column("Override", parse=_bool, choices=("yes", "no"), at=("value", "allow_timeout_override")),
            Column("Queue size", parse=_number, kind="mono", at=("value", "max_queue_size")),
        )

    def cells(self, element: dict[str, Any], draft: Draft) -> TableRow:
        return _row(element)

    def show_draft(self, draft: Draft) -> None:
        """The policies; there may be none left to add."""
        super().show_draft(draft)
        self._fill.show_draft(draft)

    def _missing(self, draft: Draft) -> list[int]:
        levels = draft.get(*self.path[:-1], "priority_levels")
        present = {each.get("key") for each in elements_at(draft, self.path)}
        last = min(levels, _MOST_LEVELS) if isinstance(levels, int) else 0
        return [level for level in range(1, last + 1) if level not in present]

    def _missing_policies(self, draft: Draft) -> list[dict[str, object]]:
        return [_policy(level) for level in self._missing(draft)]

    def add(self) -> None:
        """One more, for the first level that has none."""
        self.context.edit("Add queue policy", self._appended)
        self.choose(self.table.list_model.rowCount() - 1)

    def _appended(self, draft: Draft) -> Draft:
        level = next(iter(self._missing(draft)), free_key(draft, self.path))
        return draft.append(*self.path, _policy(level))


def _policy(level: object) -> dict[str, object]:
    return {"key": level, "value": {"timeout_action": "REJECT"}}


def _row(entry: dict[str, Any]) -> TableRow:
    held = entry.get("value")
    policy = held if isinstance(held, dict) else {}
    action = str(policy.get("timeout_action") or "REJECT")
    override, after, most = (
        policy.get(name) for name in ("allow_timeout_override", "default_timeout_microseconds", "max_queue_size")
    )
    return (
        Cell(str(entry.get("key") or 0)),
        Cell(_WORDS.get(action, action)),
        Cell(str(after or ""), "" if after else "never"),
        Cell("yes" if override else "no"),
        Cell(str(most or ""), "" if most else "any"),
    )


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise ValueError("it is a whole number from 0.")
    return int(text)


def _action(text: str) -> str:
    action = _ACTIONS.get(text, text)
    if action not in _WORDS:
        raise ValueError(f"it is one of {', '.join(_ACTIONS)}.")
    return action


def _bool(text: str) -> bool:
    return text in ("yes", "true")
