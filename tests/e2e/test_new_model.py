"""Serve my model: a file dragged out of another program becomes a model that a real server answers with."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit

from studio.core.config.datatypes import data_type
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.core.serving.launch import State
from studio.failure import Failure
from studio.resources import resource
from studio.ui.new_model.dialog import NewModelDialog
from studio.ui.shell.window import MainWindow
from tests.e2e.hand import Hand, until
from tests.e2e.stage import question
from tests.fixtures import names
from tests.fixtures.panels import explorer_of
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one small model."""
    found = tmp_path / "models"
    shutil.copytree(resource("templates", "identity"), found / "identity")
    return found


@pytest.fixture
def window(engine: None, open_window: OpenWindow, root: Path) -> MainWindow:
    """The real window on the repository."""
    return open_window(root, "light", (1360, 860))


def everything(root: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes; folders as empty ones."""
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else b"" for p in sorted(root.rglob("*"))}


def answered(window: MainWindow, request: InferRequest) -> InferResult:
    """What the server answers to a request."""
    came: list[InferResult | Failure] = []
    window.need_session().server.infer(request, came.append, came.append)
    until(lambda: came, 60, "no answer came")
    assert isinstance(came[0], InferResult), came[0]
    return came[0]


def states(window: MainWindow, model: str) -> list[str]:
    """What the server says of a model's versions."""
    return [row.state for row in window.need_session().server.models.get(model, ())]


def offered(window: MainWindow, title: str) -> list[QAbstractButton]:
    """The buttons of that title on notices."""
    first = window.findChildren(QAbstractButton, names.Shell.TOAST_ACTION.format(0))
    return [each for each in first if each.text() == title and each.isVisible()]


def launch(window: MainWindow, hand: Hand) -> None:
    """F5, and the server is ready with what is there, once its code may run."""
    server = window.need_session().server
    hand.key("F5")
    question(window)
    hand.key("Return")
    until(lambda: server.status.state is State.READY, 90, f"not ready: {server.status}")
    until(lambda: "READY" in states(window, "identity"), 60, "the model that is there was not loaded")


def shown_dialog(window: MainWindow) -> NewModelDialog:
    """The dialog of a new model, once it is there."""
    until(lambda: window.findChild(NewModelDialog) is not None, 60, "no dialog came")
    dialog = window.findChild(NewModelDialog)
    assert dialog is not None
    return dialog


def test_serve_my_model(window: MainWindow, root: Path, tmp_path: Path) -> None:
    file = Path(
        shutil.copyfile(resource("example", "models", "classifier", "1", "model.onnx"), tmp_path / "anchors.onnx")
    )
    hand = Hand(window)
    session = window.need_session
    until(lambda: window.session is not None and session().repository is not None, 60, "the repository did not open")
    until(lambda: window.docks.is_restored and window.isActiveWindow(), 60, "the window did not come up")
    before = everything(root)
    launch(window, hand)
    hand.key("alt+1")
    until(lambda: explorer_of(window).drop.isVisible(), 60, "the explorer did not come back")

    hand.drop_file(file, explorer_of(window).drop)
    dialog = shown_dialog(window)
    until(lambda: dialog.form.isVisible(), 60, "the file was not read")
    until(dialog.isActiveWindow, 60, "the dialog did not get the keyboard")
    shown = hand.find(QPlainTextEdit, names.NewModel.TEXT).toPlainText()
    assert "max_batch_size: 8" in shown
    field = hand.find(QLineEdit, names.NewModel.FIELD.format("name"))
    hand.click(field)
    hand.key("ctrl+a")
    hand.type("harbour")
    until(lambda: field.text() == "harbour", 60, "the name was not typed")
    create = hand.find(QAbstractButton, names.NewModel.CREATE)
    until(create.isEnabled, 60, "it cannot be created")
    hand.click(create)
    until(lambda: window.tabs.current() == "model:harbour", 60, "the new model was not opened")

    new = {
        "harbour": b"",
        "harbour/1": b"",
        "harbour/1/model.onnx": file.read_bytes(),
        "harbour/config.pbtxt": shown.replace("anchors", "harbour").encode(),
    }
    assert everything(root) == before | new
    until(lambda: offered(window, "Load"), 60, "Load was not offered")
    hand.click(offered(window, "Load")[0])
    until(lambda: "READY" in states(window, "harbour"), 60, "the server did not load it")

    kind = data_type("FP32")
    assert kind is not None
    pixels = np.zeros((3, 3, 64, 64), np.float32)
    result = answered(window, InferRequest("harbour", (Tensor("pixels", kind, pixels),)))
    (output,) = result.outputs
    assert output.array.shape == (3, 10)
    assert np.allclose(np.asarray(output.array, np.float64).sum(axis=1), 1, atol=1e-4)
    assert everything(root) == before | new


def test_a_template_is_made_by_keyboard_alone(window: MainWindow, root: Path) -> None:
    hand = Hand(window)
    until(lambda: window.docks.is_restored and window.isActiveWindow(), 60, "the window did not come up")
    hand.key("ctrl+n")
    dialog = shown_dialog(window)
    until(dialog.isActiveWindow, 60, "the dialog did not get the keyboard")
    card = dialog.choose.cards[0]
    for _ in range(8):
        if card.hasFocus():
            break
        hand.key("Tab")
    assert card.hasFocus()
    hand.key("Return")
    until(dialog.form.isVisible, 60, "the template was not shown")
    # The name is free: a model of the template's own name is there already.
    assert dialog.form.name.text() == "identity_2"
    hand.key("ctrl+Return")
    until(lambda: window.tabs.current() == "model:identity_2", 60, "the new model was not opened")
    assert (root / "identity_2" / "1" / "model.py").read_bytes() == (root / "identity" / "1" / "model.py").read_bytes()
