"""The options of a request, and what is shown of answers that are odd or large, without a server."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.config.datatypes import data_type, of_array
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, StageTimes, Tensor
from studio.ui.tester.inputs import InputsSide
from studio.ui.tester.options.names import Options
from studio.ui.tester.outputs import MOST_SHOWN, OutputsSide
from studio.ui.tester.sources.held import HeldSource
from studio.ui.widgets import IconButton, InlineProblem, Label
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until

REQUEST = InferRequest("m", ())


def _info(name: str, kind: str, *shape: int, optional: bool = False) -> TensorInfo:
    found = data_type(kind)
    assert found is not None
    return TensorInfo(name, found, shape, optional)


Shown = Callable[..., InputsSide]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    """Shows the inputs of a model that was made up."""

    def show(*inputs: TensorInfo, outputs: tuple[TensorInfo, ...] = (), traits: Traits | None = None) -> InputsSide:
        side = InputsSide()
        qtbot.addWidget(side)
        side.resize(460, 700)
        side.show_model(ModelMetadata("m", ("1",), "", inputs, outputs), traits or Traits(), is_here=True)
        side.show()
        return side

    return show


def test_defaults_are_a_plain_request(shown: Shown) -> None:
    side = shown(_info("x", "FP32", -1, 2), outputs=(_info("y", "FP32", -1, 2),))
    assert side.options.fill(REQUEST) == REQUEST
    assert side.options.delivery.head.detail.text() == "defaults"
    assert side.options.outputs.head.detail.text() == "all 1"


def test_parameters_are_typed_and_a_wrong_one_is_named(shown: Shown) -> None:
    panel = shown(_info("x", "FP32", 1)).options
    panel.parameters.add.click()
    row = panel.parameters.rows[0]
    for kind, text, value in (
        ("integer", "5", 5),
        ("double", "0.25", 0.25),
        ("boolean", "true", True),
        ("text", "5", "5"),
    ):
        row.show_parameter("top_k", value)
        assert row.kind.currentText() == kind
        assert (row.value.text(), panel.fill(REQUEST).parameters) == (text, (("top_k", value),))
    row.kind.setCurrentText("integer")
    row.value.setText("many")
    assert row.value.property("state") == "error"
    with pytest.raises(CoreError, match=r"'top_k'.*“many” is not a whole number"):
        panel.fill(REQUEST)
    remove = part(panel, IconButton, Options.REMOVE_PARAMETER.format(0))
    remove.click()
    assert panel.fill(REQUEST).parameters == ()


def test_outputs_are_chosen_and_asked_for_as_classes(shown: Shown) -> None:
    outputs = (_info("scores", "FP32", -1, 10), _info("text", "BYTES", -1, 1), _info("more", "INT32", 1))
    choice = shown(_info("x", "FP32", 1), outputs=outputs).options
    rows = choice.outputs.rows
    rows[0].classes.set_value(3)
    assert choice.fill(REQUEST).classes == (("scores", 3),)
    assert set(choice.fill(REQUEST).asked_outputs) == {"scores", "text", "more"}
    rows[1].wanted.setChecked(False)
    assert choice.fill(REQUEST).outputs == ("scores", "more")
    assert choice.outputs.head.detail.text() == "2 of 3, 1 as classes"
    for row in rows:
        row.wanted.setChecked(False)
    with pytest.raises(CoreError, match="no output is asked for"):
        choice.fill(REQUEST)


def test_how_a_request_goes_and_what_the_server_makes_of_it(shown: Shown) -> None:
    traits = Traits(priority_levels=3, default_priority=2)
    delivery = shown(_info("x", "FP32", 1), traits=traits).options.delivery
    assert part(delivery, Label, Options.PRIORITY_WORDS).text() == "1 (first) to 3; 2 where none is given"
    assert "ignores it" in part(delivery, Label, Options.TIMEOUT_WORDS).text()
    full = InferRequest(
        "m", (), request_id="r-1", priority=1, timeout_us=500, headers=(("key", "a: b"),), compression="gzip"
    )
    delivery.show_request(full)
    assert delivery.fill(REQUEST) == full
    assert delivery.head.detail.text() == "id, priority, timeout, headers, gzip"
    delivery.headers.setPlainText("no colon")
    with pytest.raises(CoreError, match="“no colon” is not name: value"):
        delivery.fill(REQUEST)
    delivery.show_traits(traits, is_here=False)
    assert not delivery.shared_memory.isEnabled()


def test_an_optional_input_is_left_out_until_it_is_wanted(shown: Shown) -> None:
    side = shown(_info("x", "FP32", -1, 2), _info("extra", "FP32", -1, 2, optional=True))
    assert [tensor.name for tensor in side.plan()()] == ["x"]
    wait_until(lambda: side.head.detail.text() == "1 of 2   8 B")
    switch = side.inputs[1].switch
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert [tensor.name for tensor in side.plan()()] == ["x", "extra"]
    wait_until(lambda: side.head.detail.text() == "2   16 B")


def test_a_batch_can_be_empty(shown: Shown) -> None:
    side = shown(_info("x", "FP32", -1, 2))
    side.batch.field.selectAll()
    QTest.keyClicks(side.batch.field, "0")
    assert side.plan()()[0].array.shape == (0, 2)


def test_what_a_limit_says_stands_there_before_it_is_sent(shown: Shown) -> None:
    side = shown(_info("x", "INT8", -1, 1024))
    words = part(side, InlineProblem, Options.SIZE)
    side.set_protocol("http")
    # What such a tensor is measured as; it is not made here.
    side.inputs[0].wire_bytes = 70_000_000
    side.inputs[0].measured.emit()
    assert not words.isHidden()
    assert "70.0 MB" in words.message.text()
    assert "64 MB" in words.message.text()
    side.set_protocol("grpc")
    assert words.isHidden()


def test_hex_json_and_the_clipboard_fill_an_input(shown: Shown) -> None:
    side = shown(_info("x", "FP32", -1, 2))
    card = side.inputs[0]
    titles = [card.chooser.itemText(i) for i in range(card.chooser.count())]
    card.chooser.setCurrentIndex(titles.index("Hex"))
    part(card, QPlainTextEdit, names.Tester.HEX.format("x")).setPlainText("0000803f 00000040")
    assert side.plan()()[0].array.tolist() == [[1, 2]]
    card.chooser.setCurrentIndex(titles.index("JSON"))
    part(card, QPlainTextEdit, names.Tester.JSON.format("x")).setPlainText("[[1, 2], [3, 4]]")
    assert side.plan()()[0].array.tolist() == [[1, 2], [3, 4]]
    card.chooser.setCurrentIndex(titles.index("Tensor"))
    with pytest.raises(CoreError, match="no tensor is held"):
        side.plan()
    QApplication.clipboard().setText("5\t6\n7\t8\n")
    part(card, QPushButton, names.Tester.PASTE.format("x")).click()
    wait_until(lambda: part(card, HeldSource).array is not None)
    assert side.plan()()[0].array.tolist() == [[5, 6], [7, 8]]


def test_the_picture_that_an_input_holds_is_shown(shown: Shown) -> None:
    """Of the bytes of an image file, or of a tensor that is one; text has none."""
    side = shown(_info("file", "BYTES", -1, 1), _info("pixels", "FP32", -1, 3, 8, 10))
    written = io.BytesIO()
    Image.new("RGB", (10, 8), "red").save(written, "PNG")
    as_file, as_tensor = (part(card, HeldSource) for card in side.inputs)
    as_file.hold(np.array([[written.getvalue()]], object), "from before")
    as_tensor.hold(np.ones((1, 3, 8, 10), np.float32), "from before")
    wait_until(lambda: not as_file.preview.isHidden() and not as_tensor.preview.isHidden())
    for held in (as_file, as_tensor):
        assert (held.preview.image.width(), held.preview.image.height()) == (10, 8)
    as_file.hold(np.array([[b"text"]], object), "from before")
    assert as_file.preview.isHidden()


def test_another_request_fills_the_form(shown: Shown) -> None:
    side = shown(_info("x", "FP32", -1, 2), _info("extra", "FP32", -1, 2, optional=True))
    side.inputs[1].switch.setChecked(True)
    held = Tensor("x", side.inputs[0].info.data_type, np.array([[3, 4]], np.float32))
    side.show_request(InferRequest("m", (held,), parameters=(("a", 1),)), "from before")
    assert [(each.name, each.array.tolist()) for each in side.plan()()] == [("x", [[3, 4]])]
    assert side.options.fill(REQUEST).parameters == (("a", 1),)


def test_another_model_begins_without_the_options_of_the_one_before(shown: Shown) -> None:
    side = shown(_info("x", "FP32", -1, 2))
    side.options.parameters.add_row().show_parameter("top_k", 5)
    other = ModelMetadata("other", ("1",), "", (_info("y", "FP32", 1),), ())
    side.show_model(other, Traits())
    assert side.options.fill(REQUEST) == REQUEST


def _answer(count: int) -> InferResult:
    array = np.array([np.nan, 1], np.float32)
    outputs = tuple(Tensor(f"OUT_{n}", of_array(array), array) for n in range(count))
    return InferResult("m", "1", outputs, StageTimes(1))


def test_thousands_of_outputs_are_listed_and_opened_when_asked_for(session: Session, qtbot: QtBot) -> None:
    side = OutputsSide(session)
    qtbot.addWidget(side)
    side.show()
    side.show_result(_answer(5000), REQUEST)
    wait_until(lambda: len(side.outputs) == MOST_SHOWN)
    assert len(side.rest.model.tensors) == 5000 - MOST_SHOWN
    row = side.rest.model.index(0, 0)
    side.rest.table.setCurrentIndex(row)
    side.rest.table.setFocus()
    QTest.keyClick(side.rest.table, Qt.Key.Key_Return)
    assert side.outputs[-1].tensor.name == f"OUT_{MOST_SHOWN}"
    assert len(side.rest.model.tensors) == 5000 - MOST_SHOWN - 1
    side.show_result(_answer(1), REQUEST)
    assert side.rest.isHidden()
    wait_until(lambda: side.odd.found)
    assert side.odd.found[0].words == "OUT_0 holds 1 NaN among its 2 values."
    assert side.odd.isVisible()
