"""The image of a container: what it is, from which release; chosen from releases, pinned to its digest, pulled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app import notices
from studio.app.session import Session
from studio.core.checking.profile import NEWEST, OLDEST, version_of
from studio.core.checking.releases import driver_fits, facts, release_in
from studio.core.files.sizes import size_text
from studio.core.serving.launching.image_names import digest_of, pinned, unpinned
from studio.failure import Failure
from studio.ui.server.launch.image_pull import ImagePull, image_chooser
from studio.ui.server.launch.names import Launch
from studio.ui.server.launch.releases import ReleaseDialog
from studio.ui.widgets import IconButton, IconLabel, Label, QuietButton, Row
from studio.ui.widgets.deletion import unless_deleted

if TYPE_CHECKING:
    from studio.app.serving.machine import Machine


class ImageField(QWidget):
    """A name to choose or to type, two buttons, a line of facts, and the pull of what is missing."""

    def __init__(self, session: Session, changed: Callable[[], object]) -> None:
        super().__init__()
        self._session = session
        self._machine: Machine | None = None
        self.chooser = image_chooser()
        self.releases = QuietButton("Releases…", size="dense")
        self.releases.setObjectName(Launch.RELEASES)
        self.pin = IconButton("push-pin", "Pin")
        self.pin.setObjectName(Launch.PIN)
        self.sign = IconLabel("circle", "faint", 14)
        self.facts = Label("", "dim", 12)
        self.facts.setObjectName(Launch.FACTS)
        self.facts.setWordWrap(True)
        self.pull = ImagePull(session)
        self._build()
        self.chooser.currentTextChanged.connect(lambda _text: changed())
        self.releases.clicked.connect(self.choose_release)
        self.pin.clicked.connect(self._pin_or_not)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        first = Row(self.chooser, self.releases, self.pin)
        first.box.setStretch(0, 1)
        self.line = Row(self.sign, self.facts, spacing=6)
        self.line.box.setStretch(1, 1)
        for part in (first, self.line, self.pull):
            column.addWidget(part)

    def value(self) -> str:
        """The image as it is named."""
        return self.chooser.currentText().strip()

    def show_value(self, image: str) -> None:
        """Shows another image than before."""
        self.chooser.setCurrentText(image)
        self._show_beginning()

    def show_machine(self, machine: Machine) -> None:
        """Takes what Docker has; what was typed stands."""
        self._machine = machine
        typed = self.value()
        names = [str(each.name) for each in machine.images]
        self.chooser.blockSignals(True)
        self.chooser.clear()
        self.chooser.addItems(names)
        self.chooser.setCurrentText(typed or (names[0] if names else ""))
        if not self.chooser.hasFocus():
            self._show_beginning()
        self.chooser.blockSignals(False)

    def _show_beginning(self) -> None:
        """The registry and the name come first, and are read first."""
        line = self.chooser.lineEdit()
        if line is not None:
            line.setCursorPosition(0)

    def refresh(self) -> None:
        """Says what is known of the image."""
        image = self.value()
        self.pull.set_image(image, self._machine)
        is_pinned = bool(digest_of(image))
        self.pin.set_icon("push-pin-slash" if is_pinned else "push-pin")
        told = "Back to what the tag names" if is_pinned else "Pin to the digest that the tag names now"
        self.pin.setToolTip(told)
        self.pin.setAccessibleName(told)
        self.pin.setEnabled(bool(image) and (not is_pinned or unpinned(image) != image))
        sign, role, text = self._facts(image)
        self.line.setVisible(bool(text))
        self.sign.set_icon(sign, role)
        self.facts.setText(text)
        self.facts.set_role("warn" if role == "warn_fill" else "dim")

    def _facts(self, image: str) -> tuple[str, str, str]:
        release = release_in(image)
        size = self._size(image)
        if release is None:
            parts = [size, ("its" if size else "Its") + " tag names no release" if image else ""]
            return "info", "dim", " · ".join(each for each in parts if each)
        known = facts(release)
        driver = self._machine.driver if self._machine else ""
        parts = [f"Triton {version_of(release)}" if OLDEST <= release <= NEWEST else "This release is not known"]
        parts += [f"CUDA {known.cuda}" if known.cuda else "", f"Python {known.python}" if known.python else ""]
        fits = driver_fits(driver, release)
        if known.driver:
            here = f", here {driver}" if driver else ""
            parts.append(f"GPUs need driver {known.driver}{here}")
        text = " · ".join(each for each in (*parts, size) if each)
        return ("warning-fill", "warn_fill", text) if fits is False else ("info", "dim", text)

    def _size(self, image: str) -> str:
        """As Docker tells it: an image that is not here has none."""
        found = next((each for each in self._machine.images if each.name == image), None) if self._machine else None
        return f"{size_text(found.size)}, here" if found else ""

    def choose_release(self) -> None:
        """Opens the list of releases."""
        dialog = ReleaseDialog(self, self.value(), self._machine)
        dialog.accepted.connect(lambda: self.show_value(dialog.image()))
        dialog.open()

    def _pin_or_not(self) -> None:
        image = self.value()
        if digest_of(image):
            self.show_value(unpinned(image))
            return

        def found(digest: str) -> None:
            if self.value() == image:
                self.show_value(pinned(image, digest))
            self.pin.setEnabled(True)

        def failed(failure: Failure) -> None:
            self.pin.setEnabled(True)
            notices.post_failure(failure)

        self.pin.setEnabled(False)
        self._session.server.digest(image, unless_deleted(self, found), unless_deleted(self, failed))
