"""Tab through every page and panel: each control of its head is reached, and the page is left at the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from studio.app import tasks
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import PageHeader
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository
from tests.ui.test_names_everywhere import described, usable

_MOST = 200


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """A window on three models."""
    return open_window(write_repository(tmp_path))


def _heads(root: QWidget) -> list[QWidget]:
    """What takes the keyboard in the heads of a page; all of a panel, which has none."""
    heads = root.findChildren(PageHeader)
    parts = [each for head in heads for each in usable(head)] if heads else usable(root)
    return [each for each in parts if each.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _tabbed(root: QWidget, key: Qt.Key) -> list[QWidget]:
    """What holds the keyboard one after the other, from what a page gives it to at first, until it was all round."""
    root.setFocus()
    seen: list[QWidget] = []
    while (held := QApplication.focusWidget()) is not None and held not in seen and len(seen) < _MOST:
        seen.append(held)
        QTest.keyClick(held, key)
    return seen


def _missed(root: QWidget) -> list[str]:
    wanted = _heads(root)
    found = []
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        seen = _tabbed(root, key)
        found += [f"{key.name} misses {described(each)}" for each in wanted if each not in seen]
        if all(root is each or root.isAncestorOf(each) for each in seen):
            found.append(f"{key.name} never leaves {described(root)}")
    return found


def test_tab_reaches_the_head_of_every_page_and_leaves_it(window: MainWindow) -> None:
    missed, checked = [], 0
    for key in window.pages.keys():  # noqa: SIM118 - no dict
        window.show_activity(key)
        wait_until(lambda: tasks.busy() == 0)
        page = window.pages.page(key)
        checked += len(_heads(page))
        missed += [f"{key}: {each}" for each in _missed(page)]
    assert checked > 10
    assert not missed, "\n".join(missed)


@pytest.mark.parametrize("panel", ["log", "search", "requests"])
def test_tab_reaches_all_of_a_panel_and_leaves_it(window: MainWindow, panel: str) -> None:
    # In the text of a configuration, which is in front at first, Tab indents.
    window.show_activity("served")
    window.docks.bottom.set_folded(False)
    window.panels.show(panel)
    shown = window.panels.panel(panel)
    assert shown is not None
    assert not _missed(shown)
