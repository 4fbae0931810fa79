"""An image that is chosen and not on this machine: said, and pulled where the person asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from studio.app.session import Session
from studio.ui.server import names
from studio.ui.widgets import Chooser, IconLabel, Label, QuietButton, Row
from studio.ui.widgets.installation import Installation

if TYPE_CHECKING:
    from studio.app.serving.machine import Machine


def image_chooser() -> Chooser:
    """What names the image: one that Docker has, or any other as it is typed."""
    made = Chooser()
    made.setEditable(True)
    made.setObjectName(names.Serve.IMAGE)
    made.setAccessibleName("Image")
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    made.setMinimumContentsLength(12)
    line = made.lineEdit()
    if line is not None:
        line.setPlaceholderText("A Triton image that Docker has, as name:tag")
    return made


class ImagePull(QWidget):
    """One line below the choice of the image, and the progress of a pull; hidden where there is nothing to pull."""

    pulled = Signal()
    """The image is there."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._image = ""
        self._is_missing = False
        self.button = QuietButton("Pull", "download-simple", "dense")
        self.button.setObjectName(names.Serve.PULL)
        self._words = Label("It is not on this machine.", "dim", 12)
        self._line = Row(IconLabel("warning-fill", "warn_fill", 14), self._words, self.button, "stretch", spacing=6)
        self.pulling = Installation(
            lambda *told: session.server.pull(self._image, *told),
            "the image",
            names.Serve.PULL_PROGRESS,
            names.Serve.CANCEL_PULL,
        )
        self.pulling.ended.connect(self._ended)
        self.button.clicked.connect(self.begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._line)
        column.addWidget(self.pulling)
        self._show()

    def begin(self) -> None:
        """Pulls the image that is chosen."""
        self.pulling.begin()
        self._show()

    def set_image(self, image: str, machine: Machine | None) -> None:
        """Takes the image that is chosen, and what Docker has."""
        can_tell = machine is not None and not machine.docker.problem and bool(image)
        self._is_missing = can_tell and machine is not None and not machine.has_image(image)
        if not self.pulling.is_running:
            self._image = image
            self.button.setAccessibleName(f"Pull {image}")
        self._show()

    def _ended(self, pulled: str | None) -> None:
        self._show()
        if pulled is not None:
            self.pulled.emit()

    def _show(self) -> None:
        self._line.setVisible(self._is_missing and not self.pulling.is_running)
        self.setVisible(self._is_missing or self.pulling.is_running)
