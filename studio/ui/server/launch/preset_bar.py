"""The named launches of the repository: chosen, kept, renamed, deleted, each change with a way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from studio.app.serving.presets import LaunchPresets
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.presets import wrong_preset_name
from studio.ui.server.launch.names import Launch
from studio.ui.server.launch.rows import TITLE
from studio.ui.widgets import Chooser, IconButton, Label, Pill, QuietButton, Row
from studio.ui.widgets.dialogs import prompt

_UNNAMED = "No name"


class PresetBar(QWidget):
    """A chooser, a button that keeps, and a menu with the rest."""

    chosen = Signal(object)
    """LaunchSpec of the launch that was chosen."""

    def __init__(self, presets: LaunchPresets, current: Callable[[], LaunchSpec]) -> None:
        super().__init__()
        self.presets = presets
        self._current = current
        self._name = ""
        self.chooser = Chooser()
        self.chooser.setObjectName(Launch.PRESET)
        self.chooser.setAccessibleName("Launch")
        self.changed_words = Pill("changed", "accent")
        self.save = QuietButton("Save", "floppy-disk", "dense")
        self.save.setObjectName(Launch.SAVE_PRESET)
        self.more = IconButton("dots-three", "More for this launch")
        self.more.setObjectName(Launch.MORE_PRESET)
        self.problem = Label("", "warn", 12)
        self.problem.setWordWrap(True)
        self._build()
        self.chooser.activated.connect(lambda _index: self._choose())
        self.save.clicked.connect(self._save)
        self.more.clicked.connect(self.open_menu)
        presets.changed.connect(self._offer)
        self._offer()

    def _build(self) -> None:
        title = Label("Launch", "dim")
        title.setFixedWidth(TITLE)
        line = Row(title, self.chooser, self.changed_words, self.save, self.more, spacing=8)
        line.box.insertSpacing(1, 8)
        line.box.setStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 12, 4)
        column.setSpacing(4)
        column.addWidget(line)
        column.addWidget(self.problem)

    @property
    def name(self) -> str:
        """The launch that is chosen; empty for none."""
        return self._name

    def set_name(self, name: str) -> None:
        """Shows that launch as the one that is chosen, where there is one of that name."""
        self._name = name if name in self.presets.found.launches else ""
        self._offer()

    def showEvent(self, event: QShowEvent) -> None:
        """Another studio, or git, may have changed the file."""
        super().showEvent(event)
        self.presets.look()

    def refresh(self) -> None:
        """Says whether the settings are those of the launch that is chosen."""
        kept = self.presets.found.launches.get(self._name)
        differs = kept is not None and kept != self._current()
        self.changed_words.setVisible(differs)
        self.save.setEnabled(self.presets.repository is not None and not self.presets.found.problem)
        self.save.setText("Save" if self._name else "Save as…")

    def _offer(self) -> None:
        found = self.presets.found
        if self._name not in found.launches:
            self._name = ""
        self.chooser.clear()
        self.chooser.addItems([_UNNAMED, *found.launches])
        self.chooser.setCurrentIndex(max(self.chooser.findText(self._name), 0) if self._name else 0)
        self.problem.setText(found.problem)
        self.problem.setVisible(bool(found.problem))
        self.setEnabled(self.presets.repository is not None)
        self.refresh()

    def _choose(self) -> None:
        self._name = self.chooser.currentText() if self.chooser.currentIndex() > 0 else ""
        if found := self.presets.found.launches.get(self._name):
            self.chosen.emit(found)
        self.refresh()

    def _save(self) -> None:
        if self._name:
            self.presets.save(self._name, self._current())
        else:
            self.save_as()

    def save_as(self) -> None:
        """Asks for a name and keeps the launch under it."""
        taken = self.presets.found.launches

        def check(name: str) -> str:
            return f"There is a launch “{name}” already." if name in taken else wrong_preset_name(name)

        def keep(name: str) -> None:
            self.presets.save(name, self._current(), lambda: self.set_name(name))

        text = "It lies beside the repository, without secrets, for whoever uses it too."
        prompt(self, "Keep this launch", text, "", "Save", check, keep)

    def rename(self) -> None:
        """Asks for another name."""
        old = self._name

        def check(name: str) -> str:
            taken = name != old and name in self.presets.found.launches
            return f"There is a launch “{name}” already." if taken else wrong_preset_name(name)

        def renamed(name: str) -> None:
            self.presets.rename(old, name, lambda: self.set_name(name))

        prompt(self, f"Rename “{old}”", "", old, "Rename", check, renamed)

    def open_menu(self) -> None:
        """What else can be done with the launch."""
        menu = QMenu(self)
        for text, act, wants_name in (
            ("Save as…", self.save_as, False),
            ("Rename…", self.rename, True),
            ("Delete", lambda: self.presets.delete(self._name), True),
        ):
            action = menu.addAction(text)
            action.triggered.connect(act)
            action.setEnabled(self.save.isEnabled() and (bool(self._name) or not wants_name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
