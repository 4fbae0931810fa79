"""The inspector's dock beside a canvas."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from studio.ui.canvas.inspector import GraphInspector
from studio.ui.room.place import ModelPlace, RepositoryPlace
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow


def test_the_dock_keeps_its_width_where_an_ensemble_is_opened(open_window: OpenWindow, repository: Path) -> None:
    window = open_window()
    window.resize(1500, 900)
    window.context.show(RepositoryPlace(repository))
    wait_until(lambda: window.tabs.current() != "")
    dock = window.docks.inspector
    before = dock.width()
    window.context.show(ModelPlace("pipe"))
    wait_until(lambda: isinstance(window.inspector.currentWidget(), GraphInspector) and dock.isVisible())
    QApplication.processEvents()
    assert dock.width() == before
    window.resizeDocks([dock], [before - 40], Qt.Orientation.Horizontal)
    wait_until(lambda: dock.width() == before - 40)
