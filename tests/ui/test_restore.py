"""What comes back at the next start: the repository, its tabs and cursors; and what folds while it is empty."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app import notices, tasks
from studio.app.notices import Notice
from studio.app.repository.hold import RepositoryHold
from studio.app.settings import settings, window_settings
from studio.core.files.example import write_example
from studio.failure import Failure
from studio.ui.editor.model_tab import ModelTab
from studio.ui.requests.panel import RequestsPanel
from studio.ui.room.place import ModelPlace
from studio.ui.shell.window import MainWindow
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow, end_window
from tests.ui.repository import write_repository

pytestmark = pytest.mark.long


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three models on disk."""
    return write_repository(tmp_path)


def put_cursor(page: ModelTab, position: int) -> None:
    cursor = page.show_text().edit.textCursor()
    cursor.setPosition(position)
    page.text.edit.setTextCursor(cursor)


def leave(open_window: OpenWindow, repository: Path) -> None:
    """A window with beta kept and gamma previewed, the cursor of beta in the text, closed."""
    window = open_window(repository)
    wait_until(lambda: window.tabs.current() != "")
    page = window.context.show(ModelPlace("beta"))
    assert isinstance(page, ModelTab)
    put_cursor(page, 60)
    window.context.show(ModelPlace("alpha"))
    window.context.show(ModelPlace("gamma", preview=True))
    window.context.show(ModelPlace("beta"))
    window.close()


_TABS = ["model:alpha", "model:beta", "model:gamma"]


def shown(window: MainWindow) -> list[str]:
    return window.tabs.keys()


def test_the_last_repository_comes_back_with_tabs_and_cursors(open_window: OpenWindow, repository: Path) -> None:
    leave(open_window, repository)
    second = open_window()
    wait_until(lambda: shown(second) == _TABS)
    assert second.tabs.current() == "model:beta"
    assert second.tabs.preview == "model:gamma"
    page = second.tabs.page("model:beta")
    assert isinstance(page, ModelTab)
    assert page.text.edit.textCursor().position() == 60


def test_the_tab_in_front_comes_first_and_the_others_behind_it(open_window: OpenWindow, repository: Path) -> None:
    leave(open_window, repository)
    second = open_window()
    first: list[str] = []
    in_front: list[str] = []
    second.documents.restored.connect(lambda: first.extend(shown(second)))
    second.tabs.current_changed.connect(in_front.append)
    wait_until(lambda: shown(second) == _TABS)
    assert first == ["model:beta"]
    assert set(in_front) - {""} == {"model:beta"}
    page = second.tabs.page("model:gamma")
    assert isinstance(page, ModelTab)
    second.tabs.show_tab("model:gamma")
    assert page.isVisible()


def test_a_window_that_closes_before_all_tabs_are_back_loses_none(open_window: OpenWindow, repository: Path) -> None:
    leave(open_window, repository)
    second = open_window()
    second.documents.restored.connect(second.close)
    wait_until(lambda: not second.isVisible())
    third = open_window()
    wait_until(lambda: shown(third) == _TABS)


def test_what_is_opened_meanwhile_stays_in_front(open_window: OpenWindow, repository: Path) -> None:
    first = open_window(repository)
    wait_until(lambda: first.tabs.current() != "")
    for name in ("alpha", "gamma", "beta"):
        first.context.show(ModelPlace(name))
    first.close()
    second = open_window()
    second.documents.restored.connect(lambda: second.context.show(ModelPlace("alpha", preview=True)))
    wait_until(lambda: "model:gamma" in shown(second))
    assert second.tabs.current() == second.tabs.preview == "model:alpha"
    assert shown(second) == ["model:beta", "model:gamma", "model:alpha"]


def test_a_setting_turns_it_off(open_window: OpenWindow, repository: Path, qtbot: QtBot) -> None:
    leave(open_window, repository)
    settings().set("restore", False)
    second = open_window()
    # What would be opened is looked for in a task; there is none.
    assert second.need_session().repository is None
    qtbot.waitUntil(lambda: second.centre.currentIndex() == 0)
    settings().set("restore", True)


def test_a_repository_that_was_closed_stays_closed(open_window: OpenWindow, repository: Path) -> None:
    first = open_window(repository)
    wait_until(lambda: first.tabs.current() != "")
    first.commands.run("close_repository")
    first.close()
    assert str(window_settings().value("window/repository")) == ""


def test_a_folder_that_is_gone_is_told_in_one_line(open_window: OpenWindow, repository: Path) -> None:
    leave(open_window, repository)
    shutil.rmtree(repository)
    told: list[Notice] = []
    notices.notices().posted.connect(told.append)
    second = open_window()
    line = f"{repository}, which was open last, is gone."
    wait_until(lambda: line in [notice.text for notice in told])
    assert second.need_session().repository is None
    assert str(window_settings().value("window/repository")) == ""


def test_of_two_studios_one_brings_it_back(open_window: OpenWindow, repository: Path) -> None:
    leave(open_window, repository)
    second = open_window()
    wait_until(lambda: second.tabs.current() != "")
    third = open_window()
    assert third.need_session().repository is None
    end_window(third)
    assert str(window_settings().value("window/repository")) == str(repository)


def test_a_hold_is_one_studios_until_it_lets_go(tmp_path: Path) -> None:
    one, other = RepositoryHold(), RepositoryHold()
    assert one.take(tmp_path)
    assert not other.take(tmp_path)
    assert other.take(tmp_path / "another")
    assert one.take(None)
    assert other.take(tmp_path)
    other.release()
    assert one.take(tmp_path)
    one.release()


def test_a_closed_tab_comes_back_to_its_cursor(open_window: OpenWindow, repository: Path) -> None:
    window = open_window(repository)
    wait_until(lambda: window.tabs.current() != "")
    page = window.context.show(ModelPlace("beta"))
    assert isinstance(page, ModelTab)
    put_cursor(page, 40)
    window.commands.run("close_tab")
    window.commands.run("reopen_tab")
    again = window.tabs.page("model:beta")
    assert isinstance(again, ModelTab)
    assert again.text.edit.textCursor().position() == 40


def test_an_empty_panel_folds_and_unfolds_with_what_it_gets(open_window: OpenWindow, repository: Path) -> None:
    window = open_window(repository, size=(1440, 900))
    bottom = window.docks.bottom
    bottom.show_page("requests")
    assert not bottom.is_folded
    window.show_activity("monitor")
    assert bottom.is_folded
    panel = window.panels.panel("requests")
    assert isinstance(panel, RequestsPanel)
    panel.add_failure(window.need_session().servers.current, "beta", Failure("Ask", "no server"))
    assert not bottom.is_folded
    assert not bottom.wants_folded


def test_no_problems_take_no_room_of_a_page(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(write_example(tmp_path / "example"), size=(1440, 900))
    bottom = window.docks.bottom
    bottom.show_page("problems")
    wait_until(lambda: not tasks.busy())
    assert window.need_session().findings == ()
    for activity in ("serve", "monitor", "test", "served"):
        window.show_activity(activity)
        assert bottom.is_folded, activity
    window.show_activity("models")
    assert not bottom.is_folded


def test_a_low_window_shows_a_page_first_and_a_person_may_insist(open_window: OpenWindow, repository: Path) -> None:
    window = open_window(repository, size=(1280, 720))
    bottom = window.docks.bottom
    window.commands.run("find_everywhere")
    assert not bottom.is_folded
    for activity in ("serve", "monitor", "test", "settings"):
        window.show_activity(activity)
        assert bottom.is_folded, activity
        page = window.tabs.page(activity)
        focus = QApplication.focusWidget()
        assert page is not None
        assert focus is not None
        assert page is focus or page.isAncestorOf(focus)
    QTest.mouseClick(bottom.fold_button, Qt.MouseButton.LeftButton)
    assert not bottom.is_folded
    window.show_activity("models")
    assert not bottom.is_folded


def test_tabs_are_kept_while_the_studio_runs(open_window: OpenWindow, repository: Path) -> None:
    window = open_window(repository)
    wait_until(lambda: window.tabs.current() != "")
    window.context.show(ModelPlace("beta"))
    window.context.show(ModelPlace("alpha"))
    state = window.layout_state
    wait_until(lambda: state.tabs(repository).keys == tuple(shown(window)))
    assert state.tabs(repository).current == "model:alpha"
    window.commands.run("close_repository")
    assert state.tabs(repository).keys == ("model:alpha", "model:beta"), "closing is not leaving"
