"""The explorer: its tree, its filter, and what it does to folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.session import Session
from studio.core.files.repository import scan
from studio.core.files.sizes import size_text
from studio.ui.explorer.delegate import state_icon
from studio.ui.explorer.model import NODE, Badges, ExplorerModel
from studio.ui.explorer.panel import ExplorerPanel
from studio.ui.look.backends import backend_badge
from studio.ui.widgets.model_drag import MODELS_MIME, models_from_mime
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_model, write_repository


def _names(model: ExplorerModel, parent: QModelIndex | None = None) -> list[str]:
    above = parent or QModelIndex()
    return [model.index(row, 0, above).data() for row in range(model.rowCount(above))]


def test_the_tree_keeps_what_stays_through_a_new_scan(tmp_path: Path, qtmodeltester: ModelTester) -> None:
    root = write_repository(tmp_path, "alpha", "beta", "delta")
    model = ExplorerModel()
    qtmodeltester.check(model)
    model.set_repository(scan(root))
    kept = QPersistentModelIndex(model.find("delta"))
    inner = QPersistentModelIndex(model.index(1, 0, model.find("delta")))
    write_model(root, "charlie")
    (root / "beta" / "config.pbtxt").unlink()
    (root / "beta" / "1").rmdir()
    (root / "beta").rmdir()
    (root / "delta" / "2").mkdir()
    (root / "delta" / "2" / "model.onnx").write_bytes(b"x" * 2_500_000)
    model.set_repository(scan(root))
    assert _names(model) == ["alpha", "charlie", "delta"]
    assert kept.isValid()
    assert kept.row() == 2
    assert inner.isValid()
    assert _names(model, model.find("delta")) == ["config.pbtxt", "2", "1"]
    model.set_repository(None)
    assert model.rowCount() == 0


def test_rows_tell_screen_readers_what_the_badges_show(tmp_path: Path) -> None:
    model = ExplorerModel()
    model.set_repository(scan(write_repository(tmp_path, "alpha")))
    model.set_badges({"alpha": Badges("onnxruntime", "READY", "", 2, 1, unsaved=True)})
    said = model.find("alpha").data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "alpha, onnxruntime, ready, unsaved, 2 errors, 1 warnings"


def test_models_are_dragged_by_name(tmp_path: Path) -> None:
    model = ExplorerModel()
    model.set_repository(scan(write_repository(tmp_path, "alpha", "beta")))
    index = model.find("alpha")
    assert index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert not model.index(0, 0, index).flags() & Qt.ItemFlag.ItemIsDragEnabled
    data = model.mimeData([index, model.find("beta"), index])
    assert models_from_mime(bytes(data.data(MODELS_MIME).data())) == ("alpha", "beta")
    assert data.text() == "alpha\nbeta"


@pytest.mark.parametrize("data", [b"", b"alpha", b'{"a": 1}', b"[" * 100_000, b"\xff"])
def test_a_drag_of_something_else_brings_no_models(data: bytes) -> None:
    assert models_from_mime(data) == ()


@pytest.mark.parametrize(
    ("badges", "sign"),
    [
        (Badges(), "circle"),
        (Badges(state="READY"), "check-circle-fill"),
        (Badges(state="LOADING"), "spinner"),
        (Badges(state="UNAVAILABLE", reason="no such file"), "x-circle-fill"),
        (Badges(state="UNAVAILABLE", reason="unloaded"), "circle"),
    ],
)
def test_load_states_differ_by_shape(badges: Badges, sign: str) -> None:
    assert state_icon(badges)[0] == sign


def test_words_of_badges_and_sizes() -> None:
    assert backend_badge("onnxruntime") == "ONNX"
    assert backend_badge("somebackend") == "SOME"
    assert [size_text(n) for n in (-1, 12, 97_500_000, 3_100_000_000)] == ["", "12 B", "97.5 MB", "3.1 GB"]


def test_typing_in_the_tree_filters_and_escape_shows_all(tmp_path: Path, session: Session, qtbot: QtBot) -> None:
    panel = ExplorerPanel(session)
    qtbot.addWidget(panel)
    panel.resize(240, 400)
    panel.show()
    session.open_repository(write_repository(tmp_path, "alpha", "beta.x", "gamma"))
    wait_until(lambda: panel.model.rowCount() == 3 and tasks.busy() == 0)
    panel.tree.setFocus()
    QTest.keyClicks(panel.tree, "b")
    wait_until(lambda: panel.proxy.rowCount() == 1)
    QTest.keyClicks(panel.filter, "eta.")
    assert panel.proxy.index(0, 0).data() == "beta.x"
    with qtbot.waitSignal(panel.activated) as heard:
        QTest.keyClick(panel.filter, Qt.Key.Key_Return)
    assert heard.args == ["beta.x"]
    QTest.keyClicks(panel.filter, "zzz")
    assert not panel.empty.isHidden()
    QTest.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert panel.proxy.rowCount() == 3


def test_backends_and_unsaved_work_reach_the_badges(tmp_path: Path, session: Session, qtbot: QtBot) -> None:
    panel = ExplorerPanel(session)
    qtbot.addWidget(panel)
    session.open_repository(write_repository(tmp_path, "alpha"))
    wait_until(lambda: panel.model.badges("alpha").backend == "identity")
    model = session.open_model("alpha")
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    wait_until(lambda: panel.model.badges("alpha").unsaved)
    model.undo_stack.undo()
    wait_until(lambda: not panel.model.badges("alpha").unsaved)


def test_a_press_on_the_caret_opens_a_model_without_activating_it(
    tmp_path: Path, session: Session, qtbot: QtBot
) -> None:
    panel = ExplorerPanel(session)
    qtbot.addWidget(panel)
    panel.resize(240, 400)
    panel.show()
    session.open_repository(write_repository(tmp_path, "alpha"))
    wait_until(lambda: panel.proxy.rowCount() == 1)
    index = panel.proxy.index(0, 0)
    point = panel.tree.visualRect(index).center()
    point.setX(14)
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert panel.tree.isExpanded(index)
    assert panel.current() is None
    assert index.data(NODE).model == "alpha"


def test_rows_tell_the_same_with_a_filter_and_without(tmp_path: Path, session: Session, qtbot: QtBot) -> None:
    """Also while models come and go below it: without a filter the rows are not asked one by one."""
    root = write_repository(tmp_path, "alpha", "beta", "delta")
    panel = ExplorerPanel(session)
    qtbot.addWidget(panel)
    model, proxy = panel.model, panel.proxy

    def check(names: list[str]) -> None:
        rows = [proxy.index(row, 0) for row in range(proxy.rowCount())]
        assert [row.data() for row in rows] == names
        for row in rows:
            below = proxy.mapToSource(row)
            assert (proxy.hasChildren(row), row.flags()) == (model.hasChildren(below), below.flags())
            first = proxy.index(0, 0, row)
            assert first.flags() == proxy.mapToSource(first).flags() != row.flags()

    model.set_repository(scan(root))
    check(["alpha", "beta", "delta"])
    panel.filter.setText("e")
    check(["beta", "delta"])
    (root / "beta").rename(root / "gamma")
    write_model(root, "eta")
    model.set_repository(scan(root))
    check(["delta", "eta"])
    panel.filter.setText("")
    check(["alpha", "delta", "eta", "gamma"])
    (root / "alpha").rename(root / "zeta")
    model.set_repository(scan(root))
    check(["delta", "eta", "gamma", "zeta"])
