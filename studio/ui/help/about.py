"""What the studio is, and what it runs on."""

from __future__ import annotations

import platform

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from studio import __version__
from studio.ui.help import names
from studio.ui.help.licences import LicencesDialog
from studio.ui.look.logo import Logo
from studio.ui.widgets import Label, LinkButton, MonoLabel
from studio.ui.widgets.dialogs import Question
from studio.ui.widgets.structure import Row

_TEXT = "A studio for Triton model repositories. Apache License 2.0."
_NOTE = "Triton Inference Server is a product of NVIDIA. Trireme is not made or endorsed by NVIDIA."


class AboutDialog(Question):
    """Version, licence, and the versions below it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, f"Trireme {__version__}", _TEXT, names.Help.ABOUT)
        self.setWindowTitle("About Trireme")
        self.column.insertWidget(0, Row(Logo(48), "stretch"))
        below = f"Python {platform.python_version()}\nPySide6 {pyside_version}, Qt {qVersion()}\n{platform.platform()}"
        facts = MonoLabel(below, "dim")
        note = Label(_NOTE, "dim", 11)
        note.setWordWrap(True)
        self.column.addWidget(facts)
        self.column.addWidget(note)
        self._licences = LinkButton("Licences of what it is made of", "file-text")
        self._licences.setObjectName(names.Help.TO_LICENCES)
        self._licences.clicked.connect(self._show_licences)
        self.column.addWidget(self._licences)
        self.add_button("yes", "Close", "primary")
        self.finish()

    def _show_licences(self) -> None:
        LicencesDialog(self).open()
