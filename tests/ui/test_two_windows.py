"""Windows on two repositories: each finds its own tabs again."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.app import tasks
from studio.app.settings import window_settings
from studio.ui.shell.window import MainWindow
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository


def _tabs(window: MainWindow) -> set[str]:
    return set(window.tabs.keys())


@pytest.mark.long
def test_two_windows_on_two_repositories_keep_their_tabs_apart(tmp_path: Path, open_window: OpenWindow) -> None:
    one, other = write_repository(tmp_path / "a", "alpha", "beta"), write_repository(tmp_path / "b", "gamma", "delta")
    first, second = open_window(one), open_window(other)
    for window, models in ((first, ("alpha", "beta")), (second, ("gamma", "delta"))):
        for name in models:
            window.documents.open_model(name)
    first.layout_state.save(one)
    second.layout_state.save(other)
    again = open_window(one)
    wait_until(lambda: _tabs(again) == {"model:alpha", "model:beta"} and tasks.busy() == 0)
    third = open_window(other)
    wait_until(lambda: _tabs(third) == {"model:gamma", "model:delta"} and tasks.busy() == 0)


@pytest.mark.long
def test_a_state_file_that_lost_a_part_keeps_no_window_from_its_end(tmp_path: Path, open_window: OpenWindow) -> None:
    window_settings().setValue("tabs/lost/open", ["model:x"])
    window_settings().setValue("tabs/odd/closed", "yesterday")
    window_settings().setValue("window/bottom", "")
    one = write_repository(tmp_path / "a", "alpha")
    window = open_window(one)
    window.documents.open_model("alpha")
    window.layout_state.save(one)
    assert window.layout_state.tabs(one).keys == ("model:alpha",)
