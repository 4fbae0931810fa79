"""Which versions the server loads: the latest ones, all, or those that are ticked."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.field_rows import FieldRow
from studio.ui.widgets import ElidedLabel, NumberField, Row, Segmented

_KINDS = (("latest", "Latest"), ("all", "All"), ("specific", "Chosen"))


class VersionsRow(FieldRow):
    """The version policy as one row: a choice, and what belongs to it."""

    def __init__(self, context: FormContext, parent: QWidget | None = None) -> None:
        super().__init__(context, ("version_policy",), "Load", parent)
        self.kind = Segmented(_KINDS, parent=self)
        self.count = NumberField(1, "newest", low=1, high=10_000, width=64, parent=self)
        self.count.setObjectName(names.Form.VERSION_COUNT)
        self.count.setAccessibleName("How many of the newest versions")
        self._ticks = QWidget(self)
        self._tick_row = QHBoxLayout(self._ticks)
        self._tick_row.setContentsMargins(0, 0, 0, 0)
        self._tick_row.setSpacing(12)
        self.state = ElidedLabel("", "dim", 12, parent=self)
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        first = Row(self.kind, self.state, parent=holder)
        first.box.setStretch(1, 1)
        column.addWidget(first)
        self._detail = Row(self.count, self._ticks, "stretch", parent=holder)
        column.addWidget(self._detail)
        self.place(holder, self.kind)
        self.kind.setObjectName(names.Form.POLICY)
        self.kind.changed.connect(self._choose)
        self.count.edited.connect(self._latest)

    def reveal(self, path: Path) -> QWidget | None:
        """The choice, or how many versions it is."""
        if not self.nearness(path):
            return None
        return self.count if path[1:2] == ("latest",) and len(path) > 2 else self

    def _choose(self, kind: str) -> None:
        def change(draft: Draft) -> Draft:
            if kind == "specific":
                chosen = list(self._present()[-1:]) or [1]
                return draft.set("version_policy", "specific", "versions", chosen)
            return draft.set("version_policy", kind, {} if kind == "all" else {"num_versions": 1})

        self.context.edit("Set version policy", change)

    def _latest(self, count: float) -> None:
        path = ("version_policy", "latest", "num_versions")
        self.context.put("Set version policy", path, int(count), merge="form:versions")

    def _tick(self) -> None:
        boxes = self._ticks.findChildren(QCheckBox)
        chosen = [int(box.text()) for box in boxes if box.isChecked()]
        self.context.put("Choose versions", ("version_policy", "specific", "versions"), chosen)

    def _present(self) -> tuple[int, ...]:
        return tuple(sorted(version.number for version in self.context.model.folder.versions))

    def show_draft(self, draft: Draft) -> None:
        """The policy of the file; without one the newest version is loaded."""
        policy = draft.config.version_policy
        self.kind.set_value(policy.kind)
        self.count.setVisible(policy.kind == "latest")
        self.count.set_value(policy.count)
        self._ticks.setVisible(policy.kind == "specific")
        self._detail.setVisible(policy.kind != "all")
        if policy.kind == "specific":
            self._show_ticks(frozenset(policy.numbers))
        self.state.setText("" if draft.has("version_policy") else "default")

    def _show_ticks(self, chosen: frozenset[int]) -> None:
        numbers = sorted({*self._present(), *chosen})
        boxes = self._ticks.findChildren(QCheckBox)
        if [int(box.text()) for box in boxes] != numbers:
            for box in boxes:
                box.setParent(None)
                box.deleteLater()
            boxes = [self._box(number) for number in numbers]
        for box in boxes:
            box.setChecked(int(box.text()) in chosen)

    def _box(self, number: int) -> QCheckBox:
        box = QCheckBox(str(number))
        box.setObjectName(names.Form.VERSION.format(number))
        box.setAccessibleName(f"Version {number}")
        if number not in self._present():
            box.setToolTip("There is no folder for this version")
        box.clicked.connect(self._tick)
        self._tick_row.addWidget(box)
        return box
