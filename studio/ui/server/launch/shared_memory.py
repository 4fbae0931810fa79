"""The shared memory of a container, proposed from the Python instances of the repository."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.serving.doctor import Needs, python_memory
from studio.ui.server import names
from studio.ui.server.launch.names import Launch
from studio.ui.widgets import Label, NumberField, QuietButton, Row

USUAL_MB = 256


def proposed(asked: Needs, image: str) -> int:
    """What leaves room for tensors besides what instances take when they start."""
    count, each = python_memory(asked, image)
    return max(USUAL_MB, 2 * count * each)


class SharedMemoryField(QWidget):
    """A number, the sum that it has to hold, and a button that takes the proposal."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self._asked = Needs()
        self._changed = changed
        self.number = NumberField(1, low=1, high=1 << 20, width=64)
        self.number.setObjectName(names.Serve.SHARED_MEMORY)
        self.number.setAccessibleName("Shared memory in MB")
        self.propose = QuietButton("", size="dense")
        self.propose.setObjectName(Launch.PROPOSE)
        self.words = Label("", "dim", 12)
        self.words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(Row(self.number, Label("MB", "dim"), self.propose, "stretch"))
        column.addWidget(self.words)
        self.number.edited.connect(lambda _value: changed())
        self.propose.clicked.connect(self._take)
        self._image = ""

    def set_needs(self, asked: Needs) -> None:
        """Takes what the models of the repository need."""
        self._asked = asked
        self.refresh(self._image)

    def refresh(self, image: str) -> None:
        """Says the sum for an image, and offers what is enough."""
        self._image = image
        count, each = python_memory(self._asked, image)
        wanted, here = count * each, int(self.number.value() or 0)
        offer = proposed(self._asked, image)
        self.propose.setText(f"Set {offer} MB")
        self.propose.setAccessibleName(f"Set shared memory to {offer} MB")
        self.propose.setVisible(here < wanted)
        self.words.set_role("warn" if here < wanted else "dim")
        many = f"{count} Python instance{'s' if count != 1 else ''}"
        sum_ = f"{many} × {each} MB = {wanted} MB when they start; tensors need room besides."
        self.words.setText(sum_ if count else "No Python model asks for it.")

    def _take(self) -> None:
        self.number.set_value(proposed(self._asked, self._image))
        self._changed()
