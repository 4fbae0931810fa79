"""A load is watched as it arrives, its slow step found, and another step of it found to leak memory of a GPU."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from studio.app.serving.sampling.scraping import Scraper
from studio.app.settings import settings
from studio.core.config.datatypes import data_type
from studio.core.inference.model_index import is_ready
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.ui.monitor.page import MonitorPage
from studio.ui.monitor.table_model import FIRST
from studio.ui.monitor.views.deck import Deck
from studio.ui.monitor.views.memory_view import MemoryView
from studio.ui.monitor.views.time_view import TimeView
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import Segmented
from tests.e2e.hand import Hand, spin, until
from tests.e2e.stage import Load
from tests.fixtures import names
from tests.fixtures.gpus import figures as figures
from tests.fixtures.gpus import gpu_engine as gpu_engine
from tests.fixtures.gpus import nvml_library as nvml_library
from tests.fixtures.windows import OpenWindow
from tests.standins.figures import GB, Figures
from tests.ui.onnx_files import write_onnx

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

_TENSORS = """max_batch_size: 4
input [ { name: "IN" data_type: TYPE_FP32 dims: [ 1 ] } ]
output [ { name: "OUT" data_type: TYPE_FP32 dims: [ 1 ] } ]
"""
_ON_CPU = "instance_group [ { kind: KIND_CPU } ]\n"
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
        time.sleep(0.06)
        given = [utils.get_input_tensor_by_name(each, "IN").as_numpy() for each in requests]
        return [utils.InferenceResponse([utils.Tensor("OUT", values + 1)]) for values in given]
"""
_LEAK = 48 << 20


def _write(folder: Path) -> Path:
    for name, config in (
        ("quick", 'backend: "onnxruntime"\n' + _TENSORS + _ON_CPU),
        ("slow", 'backend: "python"\n' + _TENSORS + _ON_CPU),
        ("both", _TENSORS + _STEPS),
    ):
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text(config)
    (folder / "slow" / "1" / "model.py").write_text(_CODE)
    tensor = ("FLOAT", (-1, 1))
    write_onnx(folder / "quick" / "1" / "model.onnx", {"IN": tensor}, {"OUT": tensor})
    return folder


@pytest.fixture
def window(
    gpu_engine: Path, figures: Figures, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """On an ensemble of a quick and a slow step, served on a machine with GPUs."""
    monkeypatch.setenv("TRIREME_ENGINES", str(gpu_engine))
    settings().set("ask_models", False)
    folder = _write(tmp_path / "models")
    made = open_window(folder)
    session = made.need_session()
    session.server.consent.ask = lambda _asked, answer: answer(True)
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, folder, ports=Ports(0, 0, 0), gpus=Gpus(all=True)))
    until(lambda: is_ready(session.server.models.get("both", ())), 90, "the ensemble is not served")
    return made


def test_a_load_is_watched_its_slow_step_found_and_a_leak_measured(window: MainWindow, figures: Figures) -> None:
    hand = Hand(window)
    hand.key("alt+4")
    page = window.context.front()
    assert isinstance(page, MonitorPage)
    until(lambda: page.deck is not None, 30, "the charts did not come")
    _find_the_slow_step(window, hand, page)
    _find_the_leak(window, hand, page, figures)


def _find_the_slow_step(window: MainWindow, hand: Hand, page: MonitorPage) -> None:
    kind = data_type("FP32")
    assert kind is not None
    given = Tensor("IN", kind, np.ones((1, 1), np.float32))
    load = Load(window, [InferRequest("both", (given,))], at_once=2)
    deck = _deck(page)
    throughput = deck.charts.charts["throughput"]
    rising = {"both": 0.0}

    def is_risen() -> bool:
        rising.update({line.name: float(np.nanmax(line.values)) for line in throughput.lines if len(line.values)})
        return rising["both"] > 3

    until(is_risen, 60, "the chart is flat")
    _choose(hand, page, "both")
    _turn(hand, deck, "time")
    view = deck.views["time"]
    assert isinstance(view, TimeView)
    until(lambda: view.words.text().startswith("Of its steps slow takes longest: "), 30, "the slow step is not named")
    load.stop()
    assert load.answered > 3


def _find_the_leak(window: MainWindow, hand: Hand, page: MonitorPage, figures: Figures) -> None:
    server = window.need_session().server.current
    _choose(hand, page, "quick")
    _turn(hand, _deck(page), "memory")
    view = _deck(page).views["memory"]
    assert isinstance(view, MemoryView)
    until(view.leak.isEnabled, 60, f"there is no leak test: {view.leak.toolTip()}")
    changes: list[bool] = []

    def hold(_: object) -> None:
        """The GPU has the model while that is loaded, and keeps a little of each load."""
        is_loaded = is_ready(server.models.get("quick", ()))
        if not changes or changes[-1] is not is_loaded:
            changes.append(is_loaded)
            figures.change(_0_used=str(20 * GB + (GB if is_loaded else 0) + _LEAK * changes.count(False)))

    server.models_changed.connect(hold)
    # Readings as they are each second, five times as fast: the leak test waits for several after each change.
    server.sampler.stop()
    scraper = Scraper(server.status.addresses, launched_here=True)
    hand.click(view.leak)

    def is_told() -> bool:
        spin(200)
        server.sampler.take(scraper.read())
        return "a cycle" in view.found.text()

    until(is_told, 120, "the leak test did not end")
    scraper.end()
    assert view.found.text() == "quick: memory grows, +48.0 MB a cycle (95 %: 48.0 to 48.0)."
    until(lambda: is_ready(server.models.get("quick", ())), 30, "the model was not loaded again")


def _deck(page: MonitorPage) -> Deck:
    assert page.deck is not None
    return page.deck


def _choose(hand: Hand, page: MonitorPage, model: str) -> None:
    """Presses the row of a model."""
    until(lambda: page.model.place((model, "1")) >= 0, 30, f"{model} is not in the table")
    hand.click_row(page.table, page.model.index(page.model.place((model, "1")), FIRST))
    assert page.charted.selected == (model, "1")


def _turn(hand: Hand, deck: Deck, view: str) -> None:
    """Presses the cell of a view."""
    chooser = hand.find(QWidget, names.Monitor.VIEWS)
    assert isinstance(chooser, Segmented)
    hand.click(chooser, QPoint(round(chooser.cell(view).center().x()), chooser.height() // 2))
    until(deck.views[view].isVisible, 30, f"{view} did not come")
