"""What is slow: the next requests are traced, the slow step is found, seen on the canvas, and written down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace as PerfettoTrace
from PySide6.QtWidgets import QWidget

from studio.app.settings import settings
from studio.core.config.datatypes import data_type
from studio.core.inference.model_index import is_ready
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.ui.canvas.pane import GraphPane
from studio.ui.shell.window import MainWindow
from studio.ui.xray.page import XrayPage
from tests.e2e.hand import Hand, until
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

_TENSORS = """max_batch_size: 4
input [ { name: "IN" data_type: TYPE_FP32 dims: [ 1 ] } ]
output [ { name: "OUT" data_type: TYPE_FP32 dims: [ 1 ] } ]
"""
_STEPS = """platform: "ensemble"
ensemble_scheduling { step [
  { model_name: "quick" model_version: -1 input_map { key: "IN" value: "IN" } output_map { key: "OUT" value: "m" } },
  { model_name: "slow" model_version: -1 input_map { key: "IN" value: "m" } output_map { key: "OUT" value: "OUT" } }
] }
"""
_CODE = """import time
import triton_python_backend_utils as utils

class TritonPythonModel:
    def execute(self, requests):
        time.sleep({sleep})
        given = [utils.get_input_tensor_by_name(each, "IN").as_numpy() for each in requests]
        return [utils.InferenceResponse([utils.Tensor("OUT", values + 1)]) for values in given]
"""
_COUNT, _MOST = 5, 200


def _write(folder: Path) -> Path:
    for name, sleep in (("quick", 0.0), ("slow", 0.06)):
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text('backend: "python"\n' + _TENSORS)
        (folder / name / "1" / "model.py").write_text(_CODE.format(sleep=sleep))
    (folder / "both" / "1").mkdir(parents=True)
    (folder / "both" / "config.pbtxt").write_text(_TENSORS + _STEPS)
    return folder


@pytest.fixture
def window(engine: None, open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """On an ensemble of a quick and a slow step, served."""
    settings().set("ask_models", False)
    folder = _write(tmp_path / "models")
    made = open_window(folder)
    session = made.need_session()
    session.server.consent.ask = lambda _asked, answer: answer(True)
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, folder, ports=Ports(0, 0, 0)))
    until(lambda: is_ready(session.server.models.get("both", ())), 90, "the ensemble is not served")
    # The last rung is requests of the studio's own, which would be traced too.
    until(lambda: session.server.status.rungs[-1].state not in ("wait", "run"), 60, f"{session.server.status.rungs}")
    return made


def _send(window: MainWindow) -> None:
    """Requests as of a client of its own, as long as they are waited for."""
    kind = data_type("FP32")
    assert kind is not None
    tracing = window.need_session().server.current.tracing
    for number in range(_MOST):
        if not tracing.is_recording:
            return
        tensor = Tensor("IN", kind, np.full((1, 1), number, np.float32))
        _ask(window, InferRequest("both", (tensor,), request_id=f"mine-{number}"))


def _ask(window: MainWindow, request: InferRequest) -> None:
    came: list[object] = []
    window.need_session().server.infer(request, came.append, came.append)
    until(lambda: came, 30, "no answer came")


def test_the_slow_step_is_found_and_shown_on_the_canvas_and_the_trace_is_kept(
    window: MainWindow, tmp_path: Path
) -> None:
    hand = Hand(window)
    hand.key("alt+7")
    page = window.context.front()
    assert isinstance(page, XrayPage)
    until(lambda: page.head.trace.isEnabled(), 30, "the server cannot be traced")
    hand.click(page.head.number)
    hand.key("ctrl+a")
    hand.type(str(_COUNT))
    hand.click(hand.find(QWidget, names.Xray.TRACE))
    until(lambda: page.head.pill.text().startswith("waiting"), 30, "it does not wait")
    _send(window)
    until(lambda: page.head.pill.text() == f"{_COUNT} traced", 30, "they were not traced")
    until(lambda: page.content.inspector.title.text() == "slow, compute", 30, "the slow step is not chosen")
    _to_the_canvas_and_back(window, hand, page)
    _exports(page, tmp_path)


def _to_the_canvas_and_back(window: MainWindow, hand: Hand, page: XrayPage) -> None:
    view = page.content.middle.waterfall.view
    line = page.content.middle.waterfall.chosen
    assert line is not None
    hand.click(view.viewport(), view.bar_rect(line.place).center().toPoint())
    hand.key("g")
    pane = part(window, GraphPane, names.Canvas.PANE)
    until(pane.isVisible, 30, "the graph did not come")
    graph = pane.document.graph
    assert graph is not None
    until(lambda: [graph.by_id[node].model for node in pane.scene.selection.nodes] == ["slow"], 30, "not chosen")
    hand.key("x")
    until(page.isVisible, 30, "the X-ray did not come back")
    until(lambda: page.content.inspector.title.text() == "slow", 30, "the span is not chosen")


def _exports(page: XrayPage, folder: Path) -> None:
    page.exports.write_sums(folder / "sums.csv")
    assert "model,slow,1,compute," in (folder / "sums.csv").read_text()
    page.exports.write(folder / "kept.pftrace", "perfetto")
    until((folder / "kept.pftrace").exists, 30, "the trace was not written")
    packets = PerfettoTrace()
    packets.ParseFromString((folder / "kept.pftrace").read_bytes())
    begun = [each.track_event.name for each in packets.packet if each.HasField("track_event")]
    assert sum("slow" in name for name in begun) >= _COUNT
