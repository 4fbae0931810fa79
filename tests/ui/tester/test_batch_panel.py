"""The run over files: what is asked before it begins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import InferRequest
from studio.ui.tester.batch.panel import BatchPanel
from tests.fixtures.waiting import wait_until


@pytest.mark.parametrize(
    ("typed", "told"), [("", "no folder is named"), ("~nobody-of-that-name/x", "home of a user"), (" ", "no folder")]
)
def test_a_folder_of_results_that_is_none_is_said_and_nothing_is_asked(
    typed: str, told: str, tmp_path: Path, session: Session, posted: list[Notice], qtbot: QtBot
) -> None:
    (tmp_path / "a.bin").write_bytes(b"1")
    asked: list[str] = []

    def plan(name: str) -> Callable[[], InferRequest]:
        asked.append(name)
        return lambda: InferRequest("m", ())

    panel = BatchPanel(session, plan)
    qtbot.addWidget(panel)
    panel.offer_folder("m", TensorInfo("x", DATA_TYPES[0], (-1,)), tmp_path)
    wait_until(panel.start.isEnabled)
    panel.results.setText(typed)
    panel.begin()
    assert told in posted[-1].detail
    assert posted[-1].detail.endswith("Type a folder, or choose one.")
    assert not asked
