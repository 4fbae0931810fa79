"""The button that saves a tensor: forms of file by ending, greyed with the reason where one cannot hold it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QFileDialog, QMenu

from studio.app import notices, tasks
from studio.core.failure import CoreError
from studio.core.inference.requests import Tensor
from studio.core.inference.saving import FORMATS, refusal, save_tensor
from studio.ui.tensors import names
from studio.ui.widgets import IconButton

_AT_ONCE = 20_000
"""Strings that are looked through before the menu opens; more are on another thread."""


class SaveButton(IconButton):
    """Opens a menu of endings, then the system's dialog. What is typed there as ending decides."""

    def __init__(self, tensor: Tensor) -> None:
        super().__init__("download-simple", f"Save {tensor.name} …")
        self.setObjectName(names.Tensors.SAVE)
        self._tensor = tensor
        self.menu_ = QMenu(self)
        self.menu_.setToolTipsVisible(True)
        self.menu_.setObjectName(names.Tensors.SAVE_MENU)
        self.clicked.connect(self.open_menu)

    def set_tensor(self, tensor: Tensor) -> None:
        """What is saved from now on; of the same name."""
        self._tensor = tensor

    def open_menu(self) -> None:
        """Shows the endings; what holds the tensor is found out first."""
        tensor = self._tensor
        if tensor.data_type.size or tensor.array.size <= _AT_ONCE:
            self._open(_refusals(tensor))
        else:
            tasks.run(self, lambda _context: _refusals(tensor), self._open, key="forms")

    def _open(self, refused: dict[str, str]) -> None:
        self.menu_.clear()
        for ending, form in FORMATS.items():
            reason = refused[ending]
            words = reason or form.leaves(self._tensor)
            action = self.menu_.addAction(f"{ending[1:].upper()}: {words or form.title}")
            action.setEnabled(not reason)
            action.setToolTip(words or form.title)
            action.setData(ending)
            action.triggered.connect(partial(self.ask, ending))
        self.menu_.popup(self.mapToGlobal(QPoint(0, self.height())))

    def ask(self, ending: str, _checked: bool = False) -> None:
        """Asks for the file."""
        filters = ";;".join(f"{form.title} (*{each})" for each, form in FORMATS.items())
        suggested = f"{_file_name(self._tensor.name)}{ending}"
        name, _ = QFileDialog.getSaveFileName(
            self.window(), f"Save {self._tensor.name}", suggested, filters, f"{FORMATS[ending].title} (*{ending})"
        )
        if name:
            path = Path(name)
            self.save(path if path.suffix else path.with_name(f"{path.name}{ending}"))

    def save(self, path: Path) -> None:
        """Writes the tensor on another thread; what the ending cannot hold is told, and nothing written."""
        tensor = self._tensor
        if reason := refusal(tensor, path):
            notices.post_failure(CoreError(f"Saving {path.name}", f"{reason}.", "Choose another ending."))
            return
        application = QCoreApplication.instance()
        if application is None:
            return
        # The next answer removes this button; what a person has asked to save is still written.
        tasks.run(
            application,
            lambda context: save_tensor(tensor, path, context.raise_if_cancelled),
            lambda _: notices.post("success", f"Saved {path.name}", str(path.parent)),
        )


def _refusals(tensor: Tensor) -> dict[str, str]:
    return {ending: form.refusal(tensor) for ending, form in FORMATS.items()}


def _file_name(name: str) -> str:
    return "".join("_" if each in '/\\:*?"<>|' or ord(each) < 32 else each for each in name).strip(". ") or "tensor"
