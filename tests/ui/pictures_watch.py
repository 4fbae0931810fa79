"""Pictures of values on a canvas: watched wires, the card at the pointer, a step that failed, figures on the steps."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from studio.app import tasks
from studio.app.requests.past import Past
from studio.app.session import Session
from studio.client.failure import ClientError
from studio.core.graph.edits.steps import remove_steps
from studio.core.graph.elements import WireId
from studio.core.inference.asking.probing import Probe, ProbeStep, Ran
from studio.core.inference.images import decode
from studio.core.inference.requests import Array, InferRequest, InferResult, StageTimes
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import Selection, of_wire
from studio.ui.canvas.side_by_side import SideBySide
from tests.fixtures.waiting import wait_until
from tests.ui.monitor_recorded import Recorder, ready, served
from tests.ui.pictures_canvas import node, page_of
from tests.ui.shots import example_session, settle, shoot
from tests.ui.tensor_samples import strings, tensor

_STEPS = (("preprocess", "1", 0.4), ("classifier", "2", 3.2), ("postprocess", "1", 0.2))
_FAILED = (
    "in ensemble 'image_pipeline', Failed to process the request(s) for model instance 'postprocess_0_0', message: "
    "ValueError: probabilities hold NaN or infinity\n\nAt:\n  /models/postprocess/1/model.py(35): execute\n"
)


def _request(session: Session, number: int) -> InferRequest:
    assert session.repository is not None
    images = sorted((session.repository.path.parent / "samples" / "images").glob("*.png"))
    raw = images[number % len(images)].read_bytes()
    named = strings(raw, name="image")
    return InferRequest("image_pipeline", (tensor(named.array.reshape(1, 1), "BYTES", "image"),))


def _pixels(session: Session, number: int) -> Array:
    assert session.repository is not None
    images = sorted((session.repository.path.parent / "samples" / "images").glob("*.png"))
    found = decode(images[number % len(images)])
    step = found.shape[0] // 64
    return np.moveaxis(found[::step, ::step][:64, :64].astype(np.float32) / 255, -1, 0)[None]


def _scores(number: int, *, is_odd: bool) -> Array:
    scores = np.random.default_rng(number).random((1, 10)).astype(np.float32) ** 6
    scores[0, 3] += 4
    return np.full((1, 10), np.nan, np.float32) if is_odd else scores / scores.sum()


def _send(session: Session, number: int, *, fails: bool = False) -> None:
    """One request with the values of its inner wires, as a probe finds them."""
    request, wires = _request(session, number), session.requests.wires
    label = strings(b"anchor", name="label")
    outputs = (
        tensor(label.array.reshape(1, 1), "BYTES", "label"),
        tensor(np.array([[0.99]], np.float32), name="score"),
    )
    result = None if fails else InferResult("image_pipeline", "1", outputs, StageTimes(1))
    at = time.time() - 2 - 3 * (8 - number)
    session.requests.past.add(Past(at, request, result, ClientError("Send", _FAILED) if fails else None))
    last = wires.last_request("image_pipeline")
    assert last is not None
    pixels = tensor(_pixels(session, 0) * (0 if number == 4 else 1), name="pixels")
    scores = tensor(_scores(number, is_odd=fails), name="probabilities")
    steps = tuple(ProbeStep(name, "", {}, {}) for name, *_ in _STEPS)
    ran = tuple(
        Ran(InferResult(name, "1", (), StageTimes(1)), (given,))
        for name, given in (("preprocess", pixels), ("classifier", scores))
    )
    wires.take_probe(Probe("probabilities", steps, ran), request, last.name, at)


def _run(session: Session, pane: GraphPane) -> None:
    """A server with figures of the last minute."""
    keys = [*((name, version) for name, version, _ in _STEPS), ("image_pipeline", "1")]
    served(session, ready(*keys))
    recorder = Recorder(session.sampler, time.monotonic() - 10)
    for _ in range(6):
        recorder.count(keys[-1], 5)
        for name, version, queue in _STEPS:
            recorder.count((name, version), 5, queue_ms=queue, failures=1 if name == "postprocess" else 0)
        recorder.tick()
    pane.node_figures.choose("share" if pane.node_figures.figure != "share" else "queue")
    pane.node_figures.choose("share")


def _wire(pane: GraphPane, tensor_name: str) -> WireId:
    assert pane.document.graph is not None
    return next(wire.id for wire in pane.document.graph.wires if wire.tensor == tensor_name)


def _settle(_: GraphPane) -> None:
    wait_until(lambda: tasks.busy() == 0, 30)
    QApplication.processEvents()
    settle(250)


def _watch(pane: GraphPane, *tensors: str) -> None:
    for each in tensors:
        pane.watch.watches.toggle(_wire(pane, each))
    _settle(pane)


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    made = []
    with example_session(theme_name) as session:
        session.requests.renewal.set_on(on=False)
        with page_of(session, "image_pipeline") as (page, pane):
            pane.fit()
            inner = [each.wire.tensor for each in pane.scene.wires.values()]
            pixels = next(name for name in inner if "pixels" in name)
            scores = next(name for name in inner if "probabilities" in name)
            hover = pane.watch.hover
            hover.show_wire(_wire(pane, pixels), pane.scene.wires[_wire(pane, pixels)].path.pointAtPercent(0.5))
            made.append(shoot(page, folder, "watch-unseen", theme_name))
            hover.leave()
            session.requests.renewal.set_on(on=True)
            _watch(pane, "image", scores, pixels)
            for number in range(8):
                _send(session, number, fails=number == 7)
            _run(session, pane)
            _settle(pane)
            pane.scene.choose(of_wire(_wire(pane, pixels)))
            made.append(shoot(page, folder, "watch-failed", theme_name))
            pane.watch.watches.remove(pixels)
            hover.show_wire(_wire(pane, pixels), pane.scene.wires[_wire(pane, pixels)].path.pointAtPercent(0.5))
            _settle(pane)
            made.append(shoot(page, folder, "watch-hover", theme_name))
            hover.leave()
            pane.node_figures.choose("failures")
            pane.scene.choose(Selection())
            made.append(shoot(page, folder, "watch-failures", theme_name))
            page.resize(980, 600)
            pane.fit()
            pane.scene.choose(of_wire(_wire(pane, scores)))
            made.append(shoot(page, folder, "watch-small", theme_name))
        with page_of(session, "image_pipeline") as (page, pane):
            graph = pane.document.graph
            assert graph is not None
            pane.controller.make(lambda: remove_steps(graph, {node(pane, "postprocess")}))
            dialog = SideBySide(pane.document, page)
            dialog.show()
            wait_until(lambda: dialog.list.count() > 0, 30)
            made.append(shoot(dialog, folder, "watch-compare", theme_name))
            dialog.close()
    return made
