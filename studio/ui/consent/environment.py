"""What models get of the person's environment: a few names in a row, and what is held back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.consent.environment import Passed, passed
from studio.core.serving.launch import LaunchSpec
from studio.ui.consent import names
from studio.ui.look.theme import mono_font
from studio.ui.widgets import ElidedLabel, IconLabel, Label, LinkButton, Pill, Row

_ROOM = 84
"""So many letters have room in the row."""
_SECRETS = 3


class EnvironmentPart(QWidget):
    """The environment of a launch, with a way to change it."""

    change_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.change = LinkButton("Change", size="small")
        self.change.setObjectName(names.Consent.CHANGE)
        self.change.setAccessibleName("Change which variables models get")
        self.change.clicked.connect(self.change_asked)
        self.held = ElidedLabel("", "dim", 12)
        self.held.setObjectName(names.Consent.HELD_BACK)
        self._given = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(Row(Label("Environment it gets", weight=600), "stretch", self.change))
        self._column.addWidget(self._given)
        back = Row(IconLabel("eye-slash", "dim", 14), self.held, spacing=6)
        back.box.setStretch(1, 1)
        self._column.addWidget(back)

    def show_spec(self, spec: LaunchSpec) -> None:
        """Shows what a launch passes on."""
        found = passed(spec)
        row = _given(found)
        self._column.replaceWidget(self._given, row)
        self._given.hide()
        self._given.deleteLater()
        self._given = row
        self.held.setText(_held(found))


def _given(found: Passed) -> Row:
    pills: list[QWidget | str] = []
    room = _ROOM
    for name, value in found.given:
        text = f"{name}={value}" if value else name
        room -= len(text) + 3
        if room < 0:
            break
        pill = Pill(text, "dim")
        pill.setFont(mono_font())
        pills.append(pill)
    row = Row(*pills, spacing=6)
    more = len(found.given) - len(pills)
    if more or not pills:
        row.box.addWidget(Label(f"and {more} more" if more else "Nothing of yours.", "dim", 12))
    row.box.addStretch(1)
    row.setToolTip("\n".join(name for name, _ in found.given))
    row.setAccessibleName("Variables: " + ", ".join(name for name, _ in found.given))
    return row


def _held(found: Passed) -> str:
    held = f"{found.held_back} of yours are held back"
    if not found.secrets:
        return held
    more = f" and {len(found.secrets) - _SECRETS} more" if len(found.secrets) > _SECRETS else ""
    one = len(found.secrets) == 1
    looks = "1 looks like a secret" if one else f"{len(found.secrets)} look like secrets"
    return f"{held}; {looks}: {', '.join(found.secrets[:_SECRETS])}{more}"
