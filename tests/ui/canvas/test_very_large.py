"""A graph of thousands of steps comes bit by bit, and is in sight once it is whole."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from studio.ui.canvas.pane import GraphPane
from tests.fixtures.sessions import OpenSession
from tests.fixtures.windows import OpenTab

STEPS = 2100


def test_the_window_goes_on_while_its_items_are_made(
    tmp_path: Path, open_session: OpenSession, open_tab: OpenTab, qtbot: QtBot
) -> None:
    folder = tmp_path / "models" / "net"
    folder.mkdir(parents=True)
    steps = "".join(
        f'step {{ model_name: "m" input_map {{ key: "a" value: "t{index}" }}'
        f' output_map {{ key: "b" value: "t{index + 1}" }} }}\n'
        for index in range(STEPS)
    )
    (folder / "config.pbtxt").write_text(f'platform: "ensemble"\nensemble_scheduling {{\n{steps}}}\n')
    tab = open_tab(open_session(tmp_path / "models"))
    pane = tab.show_view("graph")
    assert isinstance(pane, GraphPane)
    seen: list[int] = []
    pane.document.changed.connect(lambda *_: seen.append(len(pane.scene.nodes)))
    qtbot.waitUntil(lambda: len(pane.scene.nodes) >= STEPS, timeout=60_000)
    qtbot.waitUntil(lambda: pane.scene.is_whole, timeout=60_000)
    assert not seen or seen[0] < STEPS, "all items were made in one turn of the event loop"
    assert pane.view.seen_area().intersects(pane.scene.extent())
