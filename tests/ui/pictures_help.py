"""Pictures of what the studio says of itself: the dialog about it, and the licences."""

from __future__ import annotations

from pathlib import Path

from studio.ui.help.about import AboutDialog
from studio.ui.help.licences import LicencesDialog
from studio.ui.shell.window import MainWindow
from studio.ui.workbench import ROOMS
from tests.fixtures.waiting import wait_until
from tests.ui.shots import example_session, shoot


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    with example_session(theme_name):
        window = MainWindow(ROOMS)
        about, licences = AboutDialog(window), LicencesDialog(window)
        for dialog in (about, licences):
            dialog.show()
        wait_until(lambda: licences.text.toPlainText())
        made = [shoot(about, folder, "about", theme_name)]
        licences.search.setText("mit")
        made.append(shoot(licences, folder, "licences", theme_name))
        for dialog in (about, licences):
            dialog.close()
        window.deleteLater()
        return made
