"""Tags to choose from, as pills that are on or off."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from studio.ui.look import theme
from studio.ui.tester.saved import names
from studio.ui.widgets.layouts.flow_layout import FlowLayout


class TagRow(QWidget):
    """Hidden where there is no tag."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pills: dict[str, QPushButton] = {}
        self._flow = FlowLayout(self, 4)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    @property
    def chosen(self) -> frozenset[str]:
        """The tags that are on."""
        return frozenset(tag for tag, pill in self._pills.items() if pill.isChecked())

    def show_tags(self, tags: tuple[str, ...]) -> None:
        """Offers these; what was on stays on."""
        if tags == tuple(self._pills):
            return
        on = self.chosen
        for pill in self._pills.values():
            self._flow.removeWidget(pill)
            pill.hide()
            pill.deleteLater()
        self._pills = {tag: self._pill(tag, tag in on) for tag in tags}
        self.setVisible(bool(tags))
        self.updateGeometry()
        if on != self.chosen:
            self.changed.emit()

    def _pill(self, tag: str, on: bool) -> QPushButton:
        pill = QPushButton(tag)
        pill.setObjectName(names.Saved.TAG.format(tag))
        pill.setAccessibleName(f"Tag {tag}")
        pill.setProperty("kind", "tag")
        pill.setFont(theme.ui_font(11, 500))
        pill.setCheckable(True)
        pill.setChecked(on)
        pill.toggled.connect(lambda _on: self.changed.emit())
        self._flow.addWidget(pill)
        pill.show()
        return pill
