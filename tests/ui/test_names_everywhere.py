"""Every widget that a person can use has an `objectName` and an accessible name, on every page, and a page that was
closed is not spoken to again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.ui.look import theme
from studio.ui.shell.window import MainWindow
from tests.fixtures import names
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow

pytestmark = pytest.mark.long


@pytest.fixture
def window(open_window: OpenWindow, example: Path) -> MainWindow:
    """The whole program on the example."""
    return open_window(example, "light")


def usable(root: QWidget) -> list[QWidget]:
    """The visible, enabled widgets that take the keyboard or a press."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and not isinstance(widget, QMenu | QLabel)
        and (widget.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(widget, QAbstractButton))
        # Parts that Qt makes inside its own controls are reached through those.
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parentWidget(), QComboBox)
    ]


def described(widget: QWidget) -> str:
    """Which one it is, for the message."""
    path: list[str] = []
    here: QWidget | None = widget
    while here is not None and len(path) < 5:
        path.append(here.objectName() or type(here).__name__)
        here = here.parentWidget()
    return " < ".join(path)


def said(widget: QWidget) -> str:
    """What a screen reader says."""
    text = getattr(widget, "text", None)
    return widget.accessibleName() or (str(text()) if isinstance(widget, QAbstractButton) and text else "")


def test_every_page_names_what_can_be_used(window: MainWindow) -> None:
    session = window.need_session()
    pages = ["models", "ensemble", *window.pages.keys()]
    unnamed: set[str] = set()
    silent: set[str] = set()
    checked = 0
    for page in pages:
        if page == "ensemble":
            window.documents.open_model("image_pipeline")
        else:
            window.show_activity(page)
        wait_until(lambda: tasks.busy() == 0)
        found = usable(window)
        checked += len(found)
        unnamed |= {f"{page}: {described(w)}" for w in found if not w.objectName()}
        silent |= {f"{page}: {described(w)}" for w in found if not said(w)}
    assert session.repository is not None
    assert checked > 100
    assert not unnamed, "\n".join(sorted(unnamed))
    assert not silent, "\n".join(sorted(silent))


def test_a_closed_page_is_left_alone(window: MainWindow, qtbot: QtBot, qapp: QApplication) -> None:
    """What goes wrong in a slot of a deleted page is reported by pytest-qt and fails the test."""
    session = window.need_session()
    for page in window.pages.keys():  # noqa: SIM118 - no dict
        window.show_activity(page)
    window.documents.open_model("classifier")
    wait_until(lambda: tasks.busy() == 0)
    for key in list(window.tabs.keys()):
        window.documents.close_tab(key)
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete: the pages are really gone
    session.server.status_changed.emit(session.server.status)
    session.server.models_changed.emit({})
    session.checker.findings_changed.emit(session.findings)
    session.repository_changed.emit(session.repository)
    session.sampler.sampled.emit(session.sampler.last)
    session.server.current.log_appended.emit([])
    theme.apply(qapp, "dark")
    qtbot.wait(300)
    for page in window.pages.keys():  # noqa: SIM118 - no dict
        window.show_activity(page)
    qtbot.wait(100)
    assert window.findChild(QWidget, names.Serve.PAGE) is not None
