"""What stands around the canvas: inspector, menu, exports, minimap, and the ensembles made from a selection."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.ui.canvas.inspector import GraphInspector
from studio.ui.canvas.layout.alignment import arranged
from studio.ui.canvas.new_models import make_ensemble
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import of_nodes, of_port, of_wire
from studio.ui.canvas.scene.wire_item import curve
from tests.fixtures.waiting import wait_until
from tests.ui.canvas.conftest import node, port, text


def inspector(pane: GraphPane, qtbot: QtBot) -> GraphInspector:
    """An inspector that follows a canvas."""
    made = GraphInspector()
    qtbot.addWidget(made)
    made.resize(264, 600)
    made.show()
    made.follow(pane)
    return made


def test_the_inspector_follows_the_choice_and_edits_the_step(pane: GraphPane, qtbot: QtBot) -> None:
    shown, titles = inspector(pane, qtbot), list[str]()
    shown.titled.connect(titles.append)
    assert shown.ensemble.isVisible()
    pane.scene.choose(of_nodes((node(pane, "second"),)))
    assert shown.step.isVisible()
    assert titles[-1] == "Step 2 of 2"
    shown.step.version.setCurrentIndex(shown.step.version.findData(1))
    shown.step.version.activated.emit(1)
    assert pane.model.draft.config.steps[1].model_version == 1
    shown.step.namespace.setText("elsewhere")
    shown.step.namespace.editingFinished.emit()
    assert pane.model.draft.config.steps[1].model_namespace == "elsewhere"


def test_the_inspector_renames_a_wire_and_retypes_an_input(pane: GraphPane, qtbot: QtBot) -> None:
    shown = inspector(pane, qtbot)
    assert pane.document.graph is not None
    pane.scene.choose(of_wire(pane.document.graph.wires_at(port(pane, "first", "b"))[0].id))
    assert shown.wire.isVisible()
    shown.wire.name.setText("inner")
    shown.wire.name.editingFinished.emit()
    wait_until(lambda: text(pane).count('"inner"') == 2 and shown.wire.name.text() == "inner")
    pane.scene.choose(of_port(port(pane, "inputs", "x")))
    shown.port.dims.setText("[2, 2]")
    shown.port.dims.editingFinished.emit()
    assert pane.model.draft.config.inputs[0].dims == (2, 2)
    shown.port.dims.setText("many")
    shown.port.dims.editingFinished.emit()
    assert "whole numbers" in shown.port.dims.toolTip()


def test_the_menu_offers_what_fits_the_place(pane: GraphPane) -> None:
    def words(at: QPointF) -> list[str]:
        menu = pane.menu.open(at, QPoint(0, 0))
        found = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
        menu.close()
        return found

    on_node = words(pane.scene.nodes[node(pane, "first")].area().center() - QPointF(0, 40))
    assert "Duplicate steps" in on_node
    assert pane.scene.selection.nodes == {node(pane, "first")}
    assert "Export the graph…" in words(QPointF(-900, -900))
    found = port(pane, "inputs", "x")
    assert "Optional" in words(pane.scene.nodes[found.node].socket(found))


def test_mermaid_and_a_python_model(pane: GraphPane, session: Session, repository: Path) -> None:
    pane.canvas_actions.exports.copy_mermaid()
    assert "first" in QGuiApplication.clipboard().text()
    pane.canvas_actions.exports.make_bls("pipe_bls")
    wait_until(lambda: session.repository is not None and session.repository.model("pipe_bls") is not None)
    assert "first" in (repository / "pipe_bls" / "1" / "model.py").read_text()


def test_a_picture_is_written_as_its_name_says(pane: GraphPane, tmp_path: Path) -> None:
    for name, start in (("graph.svg", b"<?xml"), ("graph.png", b"\x89PNG")):
        path = tmp_path / name
        pane.canvas_actions.exports.write_picture(path)
        wait_until(partial(_has_content, path))
        assert path.read_bytes().startswith(start)


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def test_an_ensemble_of_selected_models_is_wired(session: Session, repository: Path) -> None:
    make_ensemble(session, "made", ["first", "third"], lambda: None)
    wait_until(lambda: session.repository is not None and session.repository.model("made") is not None)
    written = (repository / "made" / "config.pbtxt").read_text()
    assert 'model_name: "first"' in written
    assert 'model_name: "third"' in written
    assert (repository / "made" / "1").is_dir()


def test_a_press_on_the_map_goes_there(pane: GraphPane) -> None:
    pane.view.set_zoom(2.0)
    pane.view.go_to(QPointF(-600, -600))
    QTest.mouseClick(pane.map, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pane.map.rect().center())
    assert pane.scene.extent().contains(pane.view.seen_area().center())


def test_nodes_are_spread_with_the_same_gaps(pane: GraphPane) -> None:
    areas = {key: item.area() for key, item in pane.scene.nodes.items()}
    spread = arranged("distribute_across", areas)
    order = sorted(spread, key=lambda key: spread[key][0])
    gaps = [spread[b][0] - spread[a][0] - areas[a].width() for a, b in pairwise(order)]
    assert max(gaps) - min(gaps) <= 2
    assert len({x for x, _ in arranged("align_left", areas).values()}) == 1


def test_a_wire_to_the_left_goes_below_its_ends() -> None:
    back = curve(QPointF(500, 100), QPointF(0, 140))
    assert back.boundingRect().bottom() > 200
    assert curve(QPointF(0, 0), QPointF(200, 0)).boundingRect().height() < 1
