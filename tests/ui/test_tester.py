"""The tester against a real server: choose, fill, send, look; what fails says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPlainTextEdit, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.session import Session
from studio.core.config.datatypes import data_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.requests import InferResult, StageTimes, StepTimes
from studio.ui.look import theme
from studio.ui.tensors.labels import Bars
from studio.ui.tester import page as tester
from studio.ui.tester.card import InputCard
from studio.ui.tester.sources.file_source import FileSource
from studio.ui.tester.sources.generator import Generator
from studio.ui.tester.sources.typed import Grid
from studio.ui.tester.timing import TimingPanel
from studio.ui.widgets import NumberField, StageBar
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until

FP32 = data_type("FP32")
BYTES = data_type("BYTES")


@pytest.fixture
def page(served: Session, qtbot: QtBot, qapp: QApplication) -> tester.TesterPage:
    """The page on the running example."""
    theme.apply(qapp, "dark")
    made = tester.TesterPage(served)
    qtbot.addWidget(made)
    made.resize(1150, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _choose(page: tester.TesterPage, model: str) -> list[InputCard]:
    page.select(model)
    wait_until(lambda: page.header.send.isEnabled() and page.metadata and page.metadata.name == model)
    return page.inputs.inputs


def _send(page: tester.TesterPage) -> None:
    page.send_request()
    wait_until(lambda: not page.is_busy)


def _status(page: tester.TesterPage) -> str:
    label = page.findChild(QLabel, names.Tester.STATUS)
    assert isinstance(label, QLabel)
    return label.text()


@pytest.mark.engine
def test_image_through_the_pipeline(page: tester.TesterPage, example: Path, served: Session) -> None:
    """A picture dropped on the page is answered with its label, its scores and where the time went."""
    _choose(page, "image_pipeline")
    picture = sorted((example.parent / "samples" / "images").glob("*.png"))[0]
    _drop(page, picture)
    source = page.inputs.inputs[0].sources[0]
    assert isinstance(source, FileSource)
    wait_until(lambda: "RGB" in source.facts.text())
    _send(page)
    assert _status(page).startswith("answered by version 1 in ")
    label = picture.stem.rsplit("-", 1)[0]
    text = page.findChild(QPlainTextEdit, names.Tensors.TEXT)
    assert isinstance(text, QPlainTextEdit)
    assert text.toPlainText() == label
    scores = page.findChild(QFrame, names.Tensors.VIEW.format("probabilities"))
    assert isinstance(scores, QFrame)
    bars = part(scores, Bars, names.Tensors.LABELS)
    assert bars.ranked[0].label == label
    assert page.timing.breakdown.isVisible()
    page.timing.breakdown.choose(1)
    assert len([bar for bar in page.timing.findChildren(StageBar) if bar.isVisible()]) == 3
    _check_by_step(page, served)


def _check_by_step(page: tester.TesterPage, served: Session) -> None:
    """What is sent while *By step* is chosen is recorded by the server, and its steps are drawn on one axis."""
    tracing = served.server.current.tracing
    wait_until(lambda: not tracing.why_not)
    _send(page)
    wait_until(lambda: page.timing.open_trace.isVisible())
    waterfall = page.timing.waterfall
    assert waterfall is not None
    assert waterfall.isVisible()
    steps = ["image_pipeline", "preprocess", "classifier", "postprocess"]
    assert [line.title for line in waterfall.view.lines if line.title in steps] == steps
    first = waterfall.view.lines
    _send(page)
    wait_until(lambda: page.timing.open_trace.isVisible())
    assert waterfall.view.lines is not first


@pytest.mark.engine
def test_tab_goes_from_the_inputs_through_the_options_to_send(page: tester.TesterPage) -> None:
    _choose(page, "classifier")
    card = page.inputs
    controls = [each for each in card.findChildren(QWidget) if each.isVisible() and not each.focusProxy()]
    focusable = [each for each in controls if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    seen: list[str] = []
    focusable[0].setFocus()
    for _ in range(len(focusable) + 2):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.objectName() if not card.isAncestorOf(focus) else "input")
    assert next(name for name in seen if name != "input") == names.Tester.SEND


@pytest.mark.engine
def test_a_model_just_chosen_cannot_be_asked_before_its_inputs_are_known(page: tester.TesterPage) -> None:
    """Send waits for the metadata, and the answer of the model before no longer stands in the head."""
    _choose(page, "classifier")
    _send(page)
    assert _status(page).startswith("answered")
    page.select("preprocess")
    assert page.metadata is None
    assert not page.header.send.isEnabled()
    assert _status(page) == ""
    wait_until(page.header.send.isEnabled)


@pytest.mark.engine
def test_inputs_that_were_not_told_are_asked_for_again(
    page: tester.TesterPage, served: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(page, "classifier")
    with monkeypatch.context() as broken:
        # A server that fails once cannot be had at will.
        failure = CoreError("Read what preprocess takes", "the server did not answer.")
        broken.setattr(served.server, "metadata", lambda _name, _version, _done, failed: failed(failure))
        page.select("preprocess")
        assert not page.header.send.isEnabled()
    wait_until(lambda: page.metadata is not None and page.metadata.name == "preprocess")
    assert page.header.send.isEnabled()


def _drop(page: tester.TesterPage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = QPoint(20, 20)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    assert page.inputs.inputs[0].property("state") == "target"
    QApplication.sendEvent(page, QDropEvent(at, Qt.DropAction.CopyAction, data, buttons, keys))
    assert page.inputs.inputs[0].property("state") == ""


@pytest.mark.engine
def test_numbers_by_both_protocols_and_in_a_batch(page: tester.TesterPage) -> None:
    """The same answer for each of a batch of zeros."""
    card = _choose(page, "classifier")[0]
    generator = card.sources[card.chooser.currentIndex()]
    assert isinstance(generator, Generator)
    generator.kind.set_value("zeros")
    page.inputs.batch.field.selectAll()
    QTest.keyClicks(page.inputs.batch.field, "3")
    found: list[npt.NDArray[np.float64]] = []
    for protocol in ("grpc", "http"):
        page.header.protocol.set_value(protocol)
        _send(page)
        found.append(page.outputs.outputs[0].tensor.array.astype(np.float64))
    assert found[0].shape == (3, 10)
    np.testing.assert_allclose(found[0][0], found[0][2], rtol=1e-5)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5)


@pytest.mark.engine
def test_what_is_looked_at_in_an_answer_stays_for_the_next_one_like_it(page: tester.TesterPage) -> None:
    card = _choose(page, "classifier")[0]
    _send(page)
    view = page.outputs.outputs[0]
    view.tabs.setCurrentIndex(1)
    before = view.tensor.array
    generator = next(each for each in card.sources if isinstance(each, Generator))
    generator.kind.set_value("zeros")
    _send(page)
    assert page.outputs.outputs == [view]
    assert view.tabs.currentIndex() == 1
    assert not np.array_equal(view.tensor.array, before)
    assert view.counting.counted is not None
    assert view.counting.counted.statistics.maximum == pytest.approx(float(np.max(view.tensor.array)))
    page.inputs.batch.set_value(2)
    page.inputs.batch.edited.emit(2.0)
    _send(page)
    assert page.outputs.outputs[0] is not view
    assert page.outputs.outputs[0].tensor.array.shape[0] == 2


@pytest.mark.engine
def test_a_model_that_goes_and_comes_back_keeps_its_form_and_its_answer(
    page: tester.TesterPage, served: Session
) -> None:
    card = _choose(page, "classifier")[0]
    generator = next(each for each in card.sources if isinstance(each, Generator))
    generator.kind.set_value("ones")
    _send(page)
    view, server = page.outputs.outputs[0], served.server
    server.models_changed.emit({name: rows for name, rows in server.models.items() if name != "classifier"})
    assert page.header.model.currentText() == "classifier"
    assert not page.header.send.isEnabled()
    assert page.header.send.toolTip() == "classifier is not ready on the server."
    described: list[None] = []
    page.described.connect(lambda: described.append(None))
    server.models_changed.emit(server.models)
    wait_until(lambda: described and page.header.send.isEnabled())
    assert page.inputs.inputs == [card]
    assert generator.kind.value() == "ones"
    assert page.outputs.outputs == [view]
    # A reload in place is not seen in the list of models.
    server.reload_changed.emit("classifier")
    wait_until(lambda: len(described) == 2)
    server.models_changed.emit({name: rows for name, rows in server.models.items() if name != "classifier"})
    page.header.model.setCurrentText("preprocess")
    wait_until(lambda: page.metadata is not None and page.metadata.name == "preprocess")
    assert "classifier" in [page.header.model.itemText(at) for at in range(page.header.model.count())]


@pytest.mark.engine
def test_refusal_of_the_server_stands_in_the_page(page: tester.TesterPage) -> None:
    """In its own words, in place of an older answer; the next answer takes it away."""
    card = _choose(page, "preprocess")[0]
    field = part(card, QPlainTextEdit, names.Tester.TEXT.format("image"))
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText("no picture")
    _send(page)
    assert page.outputs.refusal.isVisible()
    assert "neither PNG nor JPEG" in page.outputs.refusal.reason.text()
    assert not page.outputs.outputs
    _choose(page, "classifier")
    _send(page)
    assert not page.outputs.refusal.isVisible()
    assert len(page.outputs.outputs) == 1


@pytest.mark.engine
def test_cancel_gives_the_page_back_at_once(page: tester.TesterPage) -> None:
    """What still comes is dropped."""
    _choose(page, "classifier")
    page.send_request()
    cancel = page.findChild(QPushButton, names.Tester.CANCEL)
    assert isinstance(cancel, QPushButton)
    assert cancel.isVisible()
    cancel.click()
    assert _status(page).startswith("Cancelled")
    assert page.header.send.isEnabled()
    assert not page.outputs.outputs
    answers: list[object] = []
    page.sent.connect(lambda _request, result: answers.append(result))
    _send(page)
    assert len(answers) == 1


@pytest.mark.engine
def test_versions_are_offered_and_asked(page: tester.TesterPage) -> None:
    """The classifier has two."""
    _choose(page, "classifier")
    offered = [page.header.version.itemText(i) for i in range(page.header.version.count())]
    assert offered == ["Latest version", "1", "2"]
    page.header.version.setCurrentText("1")
    page.header.version.activated.emit(1)
    _send(page)
    assert "version 1" in _status(page)


def test_without_a_server_the_page_says_what_to_do(qtbot: QtBot, session: Session) -> None:
    """And Send is off."""
    page = tester.TesterPage(session)
    qtbot.addWidget(page)
    assert page.empty.title.text() == "No server runs"
    assert not page.header.send.isEnabled()
    page.send_request()
    assert not page.is_busy


def _info(name: str, kind: str, *shape: int) -> TensorInfo:
    found = data_type(kind)
    assert found is not None
    return TensorInfo(name, found, shape)


def _made(card: InputCard) -> npt.NDArray[Any]:
    return card.plan()().array


Shown = Callable[[TensorInfo], InputCard]


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Shown:
    """Shows a card."""
    theme.apply(qapp, "dark")

    def show(info: TensorInfo) -> InputCard:
        card = InputCard(info)
        qtbot.addWidget(card)
        card.resize(440, 300)
        card.show()
        return card

    return show


def test_generator_asks_for_open_sizes(shown: Shown) -> None:
    """A -1 behind the batch has a field of its own."""
    card = shown(_info("audio", "FP32", -1, 1, -1))
    generator = next(source for source in card.sources if isinstance(source, Generator))
    part(card, NumberField, names.Tester.SIZE.format("audio", 2)).set_value(160)
    card.set_batch(2)
    assert _made(card).shape == (2, 1, 160)
    generator.kind.set_value("ramp")
    assert _made(card).reshape(-1)[:3].tolist() == [0, 1, 2]


def test_text_has_a_line_for_each_of_the_batch(shown: Shown) -> None:
    """One line stands for all of them."""
    card = shown(_info("text", "BYTES", -1, 1))
    field = part(card, QPlainTextEdit, names.Tester.TEXT.format("text"))
    field.setPlainText("one\ntwo")
    assert _made(card).tolist() == [[b"one"], [b"two"]]
    field.setPlainText("é")
    card.set_batch(2)
    assert _made(card).tolist() == [["é".encode()]] * 2


def test_cells_are_typed_and_the_wrong_one_is_named(shown: Shown, qtbot: QtBot) -> None:
    """The card says so before anything is sent."""
    card = shown(_info("x", "INT32", -1, 3))
    place = next(i for i, source in enumerate(card.sources) if isinstance(source, Grid))
    card.chooser.setCurrentIndex(place)
    table = part(card, QTableWidget, names.Tester.GRID.format("x"))
    cells = [table.item(0, column) for column in range(3)]
    assert cells[1]
    assert cells[2]
    cells[1].setText("7")
    assert _made(card).tolist() == [[0, 7, 0]]
    cells[2].setText("many")
    with pytest.raises(CoreError, match="'many' at row 0, column 2"):
        card.plan()
    summary = part(card, QLabel, names.Tester.SUMMARY.format("x"))
    wait_until(lambda: "many" in summary.text())


def test_files_fill_numbers(shown: Shown, tmp_path: Path, qtbot: QtBot) -> None:
    """An array as it is, a picture as the model wants it, a file that is none with its reason."""
    from PIL import Image

    card = shown(_info("x", "FP32", -1, 3, 8, 8))
    np.save(tmp_path / "x.npy", np.ones((3, 8, 8), dtype=np.float64))
    card.take_file(tmp_path / "x.npy")
    card.set_batch(2)
    assert _made(card).shape == (2, 3, 8, 8)
    assert _made(card).dtype == np.float32
    Image.new("RGB", (20, 10), (255, 0, 0)).save(tmp_path / "red.png")
    card.take_file(tmp_path / "red.png")
    assert _made(card)[0, :, 4, 4].tolist() == [1, 0, 0], "sent before the preview was there"
    summary = part(card, QLabel, names.Tester.SUMMARY.format("x"))
    wait_until(lambda: "max 1" in summary.text())
    assert _made(card)[0, :, 4, 4].tolist() == [1, 0, 0]
    (tmp_path / "bad.png").write_bytes(b"no picture")
    card.take_file(tmp_path / "bad.png")
    wait_until(lambda: "not an image" in summary.text())
    np.save(tmp_path / "wrong.npy", np.ones(5))
    card.take_file(tmp_path / "wrong.npy")
    wait_until(lambda: "does not fit" in summary.text())


def test_what_is_read_late_of_a_file_says_nothing_of_the_next(shown: Shown, tmp_path: Path) -> None:
    card = shown(_info("x", "FP32", -1, 3, 8, 8))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    np.save(tmp_path / "x.npy", np.ones((3, 8, 8), dtype=np.float32))
    card.take_file(tmp_path / "bad.png")
    card.take_file(tmp_path / "x.npy")
    wait_until(lambda: tasks.busy() == 0)
    assert _made(card).shape == (1, 3, 8, 8)


def test_timing_compares_answers_of_one_model_only(qtbot: QtBot, qapp: QApplication) -> None:
    """And tells by step only where there are several."""
    theme.apply(qapp, "dark")
    panel = TimingPanel()
    qtbot.addWidget(panel)
    panel.show()
    step = StepTimes("a", "1", 100_000, 0, 900_000, 0)
    panel.show_result(InferResult("m", "1", (), StageTimes(2_000_000, 1, 2, 3, 4, 5, 6), (step,)))
    assert panel.last.text() == "round trip"
    assert not panel.breakdown.isVisible()
    panel.show_result(InferResult("m", "1", (), StageTimes(1_000_000), (step, step)))
    assert panel.last.text() == "last 2.00 ms, -50%"
    assert panel.breakdown.isVisible()
    panel.show_result(InferResult("n", "1", (), StageTimes(1_000_000)))
    assert panel.last.text() == "round trip"
    assert not panel.breakdown.isVisible()
