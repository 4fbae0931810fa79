"""Rows that say what is in force without them: switches of a block of their own, the graph level."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.editors.backend import backend_in
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.field_rows import NumberRow, SwitchRow

_LEVELS = {
    "onnxruntime": {-1: "basic ones only", 0: "all", 1: "basic and extended", 2: "none"},
    "tensorflow": {-1: "none", 0: "TensorFlow's default", 1: "XLA, where it helps", 2: "XLA, more of it"},
}


class OnlySwitchRow(SwitchRow):
    """A block that holds one switch: the block comes with it, and `usual` is in force without the block."""

    def __init__(
        self, context: FormContext, path: Path, field: str, label: str, usual: bool, parent: QWidget | None
    ) -> None:
        super().__init__(context, (*path, field), label, parent=parent)
        self.paths = (path,)
        self._usual = usual

    def show_draft(self, draft: Draft) -> None:
        """A block that does not say so is off."""
        is_set = draft.has(*self.paths[0])
        on = bool(draft.get(*self.path)) if is_set else self._usual
        self.switch.setChecked(on)
        self.state.setText(f"{'on' if on else 'off'}{'' if is_set else ' (default)'}")


def pinned_row(context: FormContext, path: Path, parent: QWidget) -> OnlySwitchRow:
    """Whether copies go through pinned memory: on unless the file switches it off."""
    label = "Pinned inputs" if path[-1] == "input_pinned_memory" else "Pinned outputs"
    return OnlySwitchRow(context, path, "enable", label, True, parent)


def decoupled_row(context: FormContext, path: Path, parent: QWidget) -> OnlySwitchRow:
    """Whether a request may have any number of answers."""
    return OnlySwitchRow(context, path, "decoupled", "Decoupled", False, parent)


class GraphLevelRow(NumberRow):
    """How far the backend may change the graph, with what the number means to it."""

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, "Level", low=-(2**31), parent=parent)

    def meaning(self, draft: Draft, value: float | None) -> str:
        """The meaning differs from backend to backend."""
        return _LEVELS.get(backend_in(self.context, draft), {}).get(int(value or 0), "")
