"""Pictures of the canvas: small with a wire that is refused, medium, wrong, empty, and running."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from studio.app import tasks
from studio.app.session import Session
from studio.core.graph.elements import PortId
from studio.ui.canvas.gestures.draw_wire import DrawWire
from studio.ui.canvas.inspector import GraphInspector
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import of_nodes
from studio.ui.look import theme
from studio.ui.widgets import HairLine
from tests.fixtures.waiting import wait_until
from tests.ui.monitor_load import Load, run_for
from tests.ui.repository import write_model
from tests.ui.shots import example_session, launch, shoot

_NONE = Qt.KeyboardModifier.NoModifier


@contextmanager
def page_of(session: Session, name: str, width: int = 1250, height: int = 780) -> Iterator[tuple[QWidget, GraphPane]]:
    """A canvas with its inspector, as in the window."""
    page = QWidget()
    page.setProperty("kind", "page")
    pane, inspector = GraphPane(session, session.open_model(name), page), GraphInspector(page)
    inspector.setFixedWidth(264)
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(pane, 1)
    row.addWidget(HairLine(vertical=True))
    row.addWidget(inspector)
    page.resize(width, height)
    page.show()
    wait_until(lambda: pane.document.graph is not None and pane.scene.nodes and pane.scene.is_whole, 30)
    inspector.follow(pane)
    yield page, pane
    page.close()
    page.deleteLater()


def node(pane: GraphPane, name: str) -> int:
    """The step of a model, or one of the ensemble's own nodes."""
    assert pane.document.graph is not None
    return next(each.id for each in pane.document.graph.nodes if name in (each.model, each.kind))


def drag_wire(pane: GraphPane, start: tuple[str, str], end: tuple[str, str]) -> None:
    """A wire under way, held over a port."""
    graph = pane.document.graph
    assert graph is not None
    source = PortId(node(pane, start[0]), "out", start[1])
    target = PortId(node(pane, end[0]), "in", end[1])
    place = pane.scene.nodes[target.node].socket(target)
    gesture = DrawWire(pane.controller, pane.scene.nodes[source.node].socket(source), source, graph)
    pane.interaction.begin(gesture)
    gesture.move(place, _NONE)
    pane.view.viewport().update()


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    made = []
    with example_session(theme_name) as session:
        with page_of(session, "image_pipeline") as (page, pane):
            pane.scene.choose(of_nodes((node(pane, "classifier"),)))
            made.append(shoot(page, folder, "canvas-small", theme_name))
            drag_wire(pane, ("preprocess", "pixels"), ("postprocess", "probabilities"))
            made.append(shoot(page, folder, "canvas-refused", theme_name))
            pane.interaction.cancel()
        made.append(_running(session, folder, theme_name))
    with _written(theme_name) as session:
        for name in ("medium", "wrong", "empty"):
            with page_of(session, name) as (page, _):
                made.append(shoot(page, folder, f"canvas-{name}", theme_name))
    return made


def _running(session: Session, folder: Path, theme_name: str) -> Path:
    launch(session)
    assert session.repository is not None
    load = Load(session, session.repository.path.parent)
    load.start(60)
    run_for(6)
    with page_of(session, "image_pipeline") as (page, pane):
        pane.scene.choose(of_nodes((node(pane, "classifier"),)))
        run_for(4)
        pane.fit()
        taken = shoot(page, folder, "canvas-running", theme_name)
    load.stop()
    return taken


@contextmanager
def _written(theme_name: str) -> Iterator[Session]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    session = Session()
    with TemporaryDirectory() as home:
        repository = Path(home) / "models"
        repository.mkdir()
        _write(repository)
        try:
            session.open_repository(repository)
            wait_until(lambda: session.repository is not None and tasks.busy() == 0, 30)
            yield session
        finally:
            session.shutdown()
            session.deleteLater()


def _write(repository: Path) -> None:
    kinds = ("TYPE_FP32", "TYPE_INT32", "TYPE_STRING", "TYPE_UINT8", "TYPE_BOOL")
    for index, kind in enumerate(kinds):
        tensors = "".join(
            f'{way} {{ name: "{letter}{port}" data_type: {kind} dims: [ {4 + index} ] }}\n'
            for way, letter in (("input", "x"), ("output", "y"))
            for port in range(1 + (index + 1) % 3)
        )
        write_model(repository, f"stage_{index}", f'name: "stage_{index}"\nbackend: "identity"\n{tensors}')
    write_model(repository, "medium", _medium(kinds))
    write_model(repository, "wrong", WRONG)
    write_model(repository, "empty", 'name: "empty"\nplatform: "ensemble"\n')


def _medium(kinds: tuple[str, ...]) -> str:
    dice, steps, free = random.Random(3), list[str](), dict[int, list[str]]()
    for index in range(28):
        kind = dice.randrange(len(kinds))
        ports = 1 + (kind + 1) % 3
        there = free.setdefault(kind, [f"in_{kind}"])
        reads = [f'input_map {{ key: "x{port}" value: "{dice.choice(there[-4:])}" }}' for port in range(ports)]
        writes = [f'output_map {{ key: "y{port}" value: "t{index}_{port}" }}' for port in range(ports)]
        there += [f"t{index}_{port}" for port in range(ports)]
        steps.append(f'    {{ model_name: "stage_{kind}" model_version: -1 {" ".join([*reads, *writes])} }}')
    own = "".join(
        f'input {{ name: "in_{k}" data_type: {kinds[k]} dims: [ {4 + k} ] }}\n'
        f'output {{ name: "{free[k][-1]}" data_type: {kinds[k]} dims: [ {4 + k} ] }}\n'
        for k in sorted(free)
    )
    inner = ",\n".join(steps)
    return f'name: "medium"\nplatform: "ensemble"\n{own}ensemble_scheduling {{\n  step [\n{inner}\n  ]\n}}\n'


WRONG = """name: "wrong"
platform: "ensemble"
input { name: "a" data_type: TYPE_FP32 dims: [ 4 ] }
output { name: "z" data_type: TYPE_INT32 dims: [ 5 ] }
ensemble_scheduling {
  step [
    { model_name: "stage_0" model_version: -1
      input_map { key: "x0" value: "a" } input_map { key: "x1" value: "back" }
      output_map { key: "y0" value: "b" } output_map { key: "y1" value: "c" } },
    { model_name: "gone" model_version: -1
      input_map { key: "in" value: "b" } output_map { key: "out" value: "back" } },
    { model_name: "stage_1" model_version: 7
      input_map { key: "x0" value: "c" } output_map { key: "y0" value: "z" } },
    { model_name: "stage_2" model_version: -1
      input_map { key: "x0" value: "c" } output_map { key: "y0" value: "z" } }
  ]
}
"""
