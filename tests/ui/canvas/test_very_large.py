"""A graph of thousands of steps comes bit by bit, and is in sight once it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.ui.canvas.pane import GraphPane
from studio.ui.editor.model_tab import ModelTab
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow

STEPS = 2100


@pytest.mark.long
def test_it_begins_at_its_left_end_once_all_of_it_is_there(
    tmp_path: Path, open_window: OpenWindow, qtbot: QtBot
) -> None:
    folder = tmp_path / "models" / "net"
    folder.mkdir(parents=True)
    steps = "".join(
        f'step {{ model_name: "m" input_map {{ key: "a" value: "t{index}" }}'
        f' output_map {{ key: "b" value: "t{index + 1}" }} }}\n'
        for index in range(STEPS)
    )
    (folder / "config.pbtxt").write_text(f'platform: "ensemble"\nensemble_scheduling {{\n{steps}}}\n')
    window = open_window(tmp_path / "models")
    page = window.documents.open_model("net")
    assert isinstance(page, ModelTab)
    pane = page.show_view("graph")
    assert isinstance(pane, GraphPane)
    wait_until(lambda: len(pane.scene.nodes) >= STEPS and pane.scene.is_whole)
    extent, seen = pane.scene.extent(), pane.view.seen_area()
    assert seen.left() <= extent.left() <= seen.right()
