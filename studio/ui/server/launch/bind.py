"""The address on which a server is reached; one that others reach has to be typed once more."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.serving.launching.bind import LOOPBACK, is_open, who_reaches, wrong_bind
from studio.ui.server.launch import fields
from studio.ui.server.launch.names import Launch
from studio.ui.widgets import Label, Row, TextField


class BindField(QWidget):
    """An address, and below it the same once more where that is wanted."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self.address = fields.text("bind", "Address", LOOPBACK, changed)
        self.confirm = TextField(mono=True)
        self.confirm.setObjectName(Launch.CONFIRM_BIND)
        self.confirm.setAccessibleName("The same address again")
        self.confirm.textEdited.connect(lambda _text: changed())
        self.warning = Label("", "warn", 12)
        self.warning.setWordWrap(True)
        self.again = Row(Label("Again", "dim", 12), self.confirm)
        self.again.box.setStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.address, self.warning, self.again):
            column.addWidget(part)
        self.show_value(LOOPBACK)

    def value(self) -> str:
        """The address; an empty field is this machine's own."""
        return self.address.text().strip() or LOOPBACK

    def show_value(self, address: str, *, confirmed: bool = False) -> None:
        """Shows another address; one of a server that runs was confirmed already."""
        self.address.setText("" if address == LOOPBACK else address)
        self.confirm.setText(address if confirmed and is_open(address) else "")
        self.refresh()

    def refresh(self) -> None:
        """Asks for the address again where others reach it."""
        address = self.value()
        asks = is_open(address)
        self.warning.setVisible(asks)
        self.again.setVisible(asks)
        self.warning.setText(f"The server has no password, and is reached {who_reaches(address)}.")
        self.confirm.setPlaceholderText(f"Type {address} once more")

    def problem(self) -> str:
        """Why it cannot be launched so; empty where it can."""
        address = self.value()
        if wrong_bind(address) or not is_open(address) or self.confirm.text().strip() == address:
            return ""
        return f"Type {address} once more: others than you will reach the server."
