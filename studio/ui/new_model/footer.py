"""The foot of the dialog: how far the work is, what is to be said, and the buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from studio.ui.new_model import names
from studio.ui.widgets import ElidedLabel, KeyHint, PrimaryButton, QuietButton
from studio.ui.widgets.structure import Row


class Footer(Row):
    """`go` creates, `cancel` leaves."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(margins=20, parent=parent)
        self.setFixedHeight(52)
        self._progress = QProgressBar(self)
        self._progress.setObjectName(names.NewModel.PROGRESS)
        self._progress.setAccessibleName("Progress")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setFixedWidth(160)
        self._said = ElidedLabel("", "dim", 12, parent=self)
        self.cancel = QuietButton("Cancel", parent=self)
        self.cancel.setObjectName(names.NewModel.CANCEL)
        self.go = PrimaryButton("Create", parent=self)
        self.go.setObjectName(names.NewModel.CREATE)
        self.go.setDefault(True)
        self._keys = KeyHint("Ctrl Enter", self)
        for widget in (self._progress, self._said, self.cancel, self.go, self._keys):
            self.box.addWidget(widget, int(widget is self._said))

    def offer(self, can_create: bool) -> None:
        """Whether there is something to create."""
        self.go.setVisible(can_create)
        self._keys.setVisible(can_create)

    def title(self, verb: str) -> None:
        """The words on the button that creates."""
        self.go.setText(verb)
        self.go.setAccessibleName(verb)

    def said(self) -> str:
        """The line of words that it shows."""
        return self._said.text()

    def say(self, text: str, role: str = "dim") -> None:
        """Tells something, whole in the tool tip where the room lacks."""
        self._said.setText(text)
        self._said.set_role(role)

    def work(self, said: str) -> None:
        """Shows the progress bar and these words; nothing else can be created meanwhile."""
        self._progress.setValue(0)
        self._progress.show()
        self.say(said)
        self.go.setEnabled(False)

    def show_progress(self, fraction: float, text: str) -> None:
        """Shows how far the work is, from 0 to 1."""
        self._progress.setValue(round(fraction * 1000))
        self.say(text)

    def rest(self) -> None:
        """Hides the progress: no work runs any more."""
        self._progress.hide()
        self.say("")
        self.go.setEnabled(True)
