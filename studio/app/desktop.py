"""Files and folders that are opened by another program of the desktop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from studio.app import notices


def open_path(path: Path) -> None:
    """Opens a file or folder with the program that the desktop has for it; tells where there is none."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        notices.post("warning", f"Opening {path.name}", f"No program opens it here. It is {path}.")
