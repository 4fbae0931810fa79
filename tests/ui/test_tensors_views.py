"""The viewers of a tensor: the one that suits comes first; text, labels, pictures, boxes, bytes, JSON and sound."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.core.config.datatypes import data_type
from studio.core.inference.requests import Tensor
from studio.core.inference.tensors import from_file
from studio.ui.tensors.boxes import BoxesView
from studio.ui.tensors.heat import HeatView
from studio.ui.tensors.hex_rows import HexView
from studio.ui.tensors.json_tree import JsonView
from studio.ui.tensors.labels import LabelsView
from studio.ui.tensors.parts.array_model import format_value
from studio.ui.tensors.parts.colours import table
from studio.ui.tensors.parts.preview import to_image
from studio.ui.tensors.picture import PictureView
from studio.ui.tensors.saving import SaveButton
from studio.ui.tensors.text import TextView
from studio.ui.tensors.wave import WaveView
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.ui import tensor_samples as samples
from tests.ui.tensor_samples import Show, strings, tensor, titles


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (strings(b"anchor"), ["Text", "Table", "Hex"]),
        (tensor(np.array([[0.5]], np.float32)), ["Text", "Table", "Hex"]),
        (tensor(np.full((1, 10), 0.1, np.float32)), ["Labels", "Table", "Heat map", "Line", "Histogram", "Hex"]),
        (tensor(np.ones((1, 3, 64, 64), np.float32)), ["Image", "Table", "Heat map", "Line", "Histogram", "Hex"]),
        (tensor(np.zeros((1, 7, 3), np.int64), "INT64"), ["Table", "Heat map", "Line", "Histogram", "Hex"]),
        (tensor(np.arange(500, dtype=np.float32)), ["Line", "Labels", "Table", "Heat map", "Histogram", "Hex"]),
        (tensor(np.zeros((0, 3), np.float32)), []),
    ],
)
def test_viewers_that_suit(show: Show, made: Tensor, wanted: list[str]) -> None:
    """The best one first; none for a tensor without elements."""
    view = show(made)
    assert titles(view) == wanted
    assert view.stack.isVisible() == bool(wanted)


@pytest.mark.parametrize("ends", [(-1.7e308, 1.7e308), (0.0, 5e-324)])
def test_numbers_at_the_ends_of_what_there_is_are_painted(show: Show, ends: tuple[float, float]) -> None:
    view = show(tensor(np.array([*ends] * 20), "FP64"))
    bar = view.findChild(QTabBar)
    assert isinstance(bar, QTabBar)
    for place in range(bar.count()):
        bar.setCurrentIndex(place)
        assert not view.grab().isNull()


def test_one_string_is_large_and_can_be_copied(show: Show) -> None:
    """Bytes that are no text stand as escapes."""
    view = show(strings("Grüße".encode()))
    text = part(view, QPlainTextEdit, names.Tensors.TEXT)
    assert text.toPlainText() == "Grüße"
    assert text.document().defaultFont().pixelSize() == 16
    assert text.isReadOnly()
    odd = TextView()
    odd.set_tensor(strings(b"\xff\x00ok"))
    assert odd.whole.toPlainText().startswith("\\xff")
    odd.deleteLater()


def test_long_and_several_strings(show: Show) -> None:
    """A long one is cut, with its length told; several are a list."""
    view = TextView()
    view.set_tensor(strings(b"x" * 250_000))
    assert len(view.whole.toPlainText()) == 100_000
    assert view.note.text() == "250,000 characters, the first 100,000 shown"
    view.set_tensor(strings(b"a", b"b", b"c"))
    assert [view.model.index(i, 0).data() for i in range(view.model.rowCount())] == ["a", "b", "c"]
    view.deleteLater()


def test_best_labels_of_each_of_a_batch(qtbot: QtBot) -> None:
    """Raw or as probabilities; NaN comes last."""
    view = LabelsView()
    qtbot.addWidget(view)
    view.set_tensor(tensor(np.array([[1, 3, 2], [5, np.nan, 4]], np.float32)), ("a", "b", "c"))
    assert [r.label for r in view.bars.ranked] == ["b", "c", "a"]
    view.row.setValue(1)
    assert [r.label for r in view.bars.ranked] == ["a", "c", "b"]
    view.row.setValue(0)
    view.scale.setCurrentIndex(1)
    assert sum(r.score for r in view.bars.ranked) == pytest.approx(1)


def test_what_is_expected_of_each_class_is_marked(show: Show) -> None:
    """Of the same row of the batch, on the same scale; another shape is not marked."""
    view = show(tensor(np.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]], np.float32)), ("a", "b", "c"))
    labels = view.stack.currentWidget()
    assert isinstance(labels, LabelsView)
    wanted = tensor(np.array([[0.6, 0.3, 0.1], [0.2, 0.4, 0.4]], np.float32))
    view.set_expected(wanted)
    assert labels.key.isVisibleTo(view)
    assert labels.bars.accessibleName().startswith("Best labels: b: 0.7, expected 0.3; c: 0.2, expected 0.1")
    labels.row.setValue(1)
    assert labels.bars.expected == pytest.approx([0.2, 0.4, 0.4])
    labels.scale.setCurrentIndex(1)
    assert labels.bars.expected is not None
    assert labels.bars.expected.sum() == pytest.approx(1)
    view.set_expected(tensor(np.zeros((1, 3), np.float32)))
    assert labels.bars.expected is None
    assert labels.key.isHidden()


def test_picture_in_layouts_and_colours(qtbot: QtBot) -> None:
    """A layout that the shape has not is said."""
    view = PictureView()
    qtbot.addWidget(view)
    red = np.zeros((2, 3, 8, 8), np.uint8)
    red[1, 0] = 255
    view.set_tensor(tensor(red, "UINT8"))
    view.number.setValue(1)
    assert view.map.image.pixelColor(4, 4).name() == "#ff0000"
    view.layout_choice.setCurrentText("HW")
    assert view.note.text() == "[2, 3, 8, 8] is not HW"
    view.set_tensor(tensor(np.array([[0, 255], [128, 0]], np.uint8), "UINT8"))
    view.colours.setCurrentText("Viridis")
    assert view.map.image.pixelColor(1, 0).name() == "#fde725"
    assert view.map.image.pixelColor(0, 0).name() == "#440154"


def test_colour_maps_are_whole() -> None:
    """256 opaque colours from end to end."""
    assert table("Grey")[::255] == [0xFF000000, 0xFFFFFFFF]
    assert len(table("Viridis")) == 256


def test_image_of_odd_width_keeps_its_rows() -> None:
    """Qt would pad rows to four bytes."""
    pixels = np.arange(15, dtype=np.uint8).reshape(3, 5)
    image = to_image(pixels)
    assert [image.pixelIndex(x, 2) for x in range(5)] == [10, 11, 12, 13, 14]


def test_a_tensor_is_saved_by_the_ending_and_what_cannot_hold_it_is_grey(
    show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, posted: list[Notice]
) -> None:
    """The reason stands beside the ending; what is typed in the dialog decides."""
    view = show(strings(b"a\0\0", b"\xff"))
    button = part(view, SaveButton, names.Tensors.SAVE)
    button.click()
    actions = {str(action.data()): action for action in button.menu_.actions()}
    assert [ending for ending, action in actions.items() if action.isEnabled()] == [".npy", ".npz", ".json"]
    assert "no UTF-8" in actions[".csv"].text()
    button.menu_.close()
    asked: list[str] = []

    def chosen(_parent: QWidget, _title: str, name: str, *_rest: str) -> tuple[str, str]:
        asked.append(name)
        return str(tmp_path / "kept"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    actions[".npy"].trigger()
    wait_until(lambda: (tmp_path / "kept.npy").is_file())
    assert asked == ["y.npy"]
    assert from_file(tmp_path / "kept.npy", view.tensor.data_type).tolist() == [b"a\0\0", b"\xff"]
    button.save(tmp_path / "kept.png")
    assert "UINT8 and UINT16" in posted[-1].detail
    assert not (tmp_path / "kept.png").exists()


def test_boxes_stand_on_the_picture_of_the_same_request(qtbot: QtBot, show: Show) -> None:
    """The order of corners, the unit and the least score are choices."""
    view = show(samples.boxes())
    view.set_companions([samples.picture()])
    shown = view.stack.currentWidget()
    assert isinstance(shown, BoxesView)
    assert shown.map.cells == (96, 128)
    assert [round(each.score, 2) for each in shown.boxes.boxes((96, 128), 0)] == [0.97, 0.71, 0.4]
    shown.boxes.least.field.setText("0.5")
    shown.boxes.least.field.textEdited.emit("0.5")
    assert len(shown.boxes.boxes((96, 128), 0)) == 2
    shown.boxes.source.setCurrentIndex(0)
    assert shown.boxes.boxes((96, 128), 0) == ()
    shown.map.grab()


def test_a_box_is_chosen_in_the_list_and_in_the_picture(show: Show) -> None:
    """The list says label, score and corners; another least score keeps the choice."""
    view = show(samples.picture())
    view.set_companions([samples.boxes()])
    shown = view.stack.currentWidget()
    assert isinstance(shown, PictureView)
    rows = shown.list.boxes
    assert [rows.index(0, column).data() for column in range(3)] == ["class 1", "0.97", "50 40 80 70"]
    chosen: list[int] = []
    shown.list.chosen.connect(chosen.append)
    shown.list.selectRow(1)
    assert chosen == [1]
    shown.boxes.least.field.setText("0.8")
    shown.boxes.least.edited.emit(0.8)
    assert rows.rowCount() == 1
    assert shown.list.selectionModel().selectedRows() == []
    shown.map.pointed.emit(50, 60)
    assert [each.row() for each in shown.list.selectionModel().selectedRows()] == [0]
    shown.map.pointed.emit(0, 0)
    assert shown.list.selectionModel().selectedRows() == []


def test_a_heat_map_lies_over_the_picture_and_the_picture_below_a_heat_map(show: Show) -> None:
    """As strong as the slider says; nothing lies over a picture before it is asked for."""
    image, hot = samples.picture(), samples.heat()
    view = show(image)
    view.set_companions([image, hot, samples.boxes()])
    shown = view.stack.currentWidget()
    assert isinstance(shown, PictureView)
    assert [shown.heat.source.itemText(place) for place in range(2)] == ["no heat map", "heat: heat"]
    plain = shown.map.grab().toImage()
    shown.heat.source.setCurrentIndex(1)
    assert shown.heat.plane.maximum() == 3
    assert shown.map.grab().toImage() != plain
    shown.heat.opacity.slider.setValue(0)
    assert shown.map.grab().toImage() == plain
    other = show(hot)
    other.set_companions([image, hot])
    other.tabs.setCurrentIndex(titles(other).index("Heat map"))
    map_ = other.stack.currentWidget()
    assert isinstance(map_, HeatView)
    before = map_.map.grab().toImage()
    map_.over.setChecked(True)
    assert map_.map.grab().toImage() != before
    map_.opacity.slider.setValue(100)
    assert map_.map.grab().toImage() == before


def test_picture_changes_order_channel_and_scale(qtbot: QtBot) -> None:
    """Zoomed to the pixel it says the values."""
    view = PictureView()
    qtbot.addWidget(view)
    view.set_tensor(samples.picture())
    assert view.scale.currentText() == "ImageNet"
    red = view.map.image.pixelColor(60, 50)
    assert (red.red() > 200, red.blue() < 60) == (True, True)
    view.order.choose(1)
    assert view.map.image.pixelColor(60, 50).blue() == red.red()
    view.channel.setCurrentText("channel 0")
    assert view.map.image.pixelColor(60, 50).red() == red.red()
    assert view.map.words is not None
    assert view.map.words(50, 60) == format_value(samples.picture().array[0, 0, 50, 60])


def test_bytes_stand_in_rows_of_sixteen_and_in_parts(qtbot: QtBot) -> None:
    """Of strings one at a time, of numbers as they are in memory."""
    view = HexView()
    qtbot.addWidget(view)
    view.set_tensor(samples.strings(b"Trireme\0\xff", bytes(range(256)) * 300))
    assert view.model.index(0, 0).data() == "00000000"
    assert view.model.index(0, 1).data() == "54 72 69 72 65 6d 65 00  ff"
    assert view.model.index(0, 2).data() == "Trireme··"
    view.element.setValue(1)
    view.show()
    QTest.keyClick(view, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert view.page.value() == 1
    assert view.model.index(0, 0).data() == "00010000"
    assert view.model.rowCount() == (76_800 - 65_536) // 16
    numbers = np.arange(40_000, dtype=np.float64)
    view.set_tensor(tensor(numbers, "FP64"))
    view.page.setValue(1)
    assert view.model.index(1, 1).data().replace(" ", "") == numbers.tobytes()[65_552:65_568].hex()


def test_json_is_a_tree_and_a_text(qtbot: QtBot, show: Show) -> None:
    """A branch is filled when it is unfolded; what is none, or too large, is said."""
    view = show(samples.document())
    shown = view.stack.currentWidget()
    assert isinstance(shown, JsonView)
    model = shown.tree.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["model", "boxes", "ok"]
    assert model.index(1, 1).data() == "[2 elements]"
    first = model.index(0, 0, model.index(1, 0))
    height = shown.sizeHint().height()
    shown.tree.expand(first)
    assert shown.sizeHint().height() > height, "it is not as high as what it shows"
    assert [model.index(row, 1, first).data() for row in range(3)] == ['"buoy"', "0.71", "[2 elements]"]
    shown.form.choose(1)
    assert '  "model": "detector"' in shown.text.toPlainText()
    alone = JsonView()
    qtbot.addWidget(alone)
    alone.set_tensor(samples.strings(b"[1, 2"))
    assert "no JSON after all" in alone.note.text()
    alone.set_tensor(samples.strings(b"[" + b"1," * 2_200_000 + b"1]"))
    assert "not read as JSON" in alone.note.text()


def test_json_that_is_nested_deep_is_set_in_lines_as_far_as_it_is_shown(qtbot: QtBot) -> None:
    alone = JsonView()
    qtbot.addWidget(alone)
    deep = b",".join([b"[" * 800 + b"]" * 800] * 30)
    tracemalloc.start()
    try:
        alone.set_tensor(samples.strings(b"[%s]" % deep))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(alone.text.toPlainText()) == 200_000
    assert "the first 200,000 characters" in alone.note.text()
    assert most < 16 << 20, "in lines all of it takes about 80 MB"


def test_a_sound_is_drawn_and_given_to_the_systems_player(
    show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Greyed, with the reason, where there is none."""
    monkeypatch.setenv("PATH", str(tmp_path))
    view = show(samples.wave())
    shown = view.stack.currentWidget()
    assert isinstance(shown, WaveView)
    assert not shown.play.isEnabled()
    assert "No player here" in shown.play.toolTip()
    assert shown.length.text().startswith("0.50 s")
    player = tmp_path / "aplay"
    player.write_text(f'#!/bin/sh\n/bin/cp "$2" {tmp_path}/part && /bin/mv {tmp_path}/part {tmp_path}/heard.wav\n')
    player.chmod(0o755)
    shown.set_tensor(samples.wave())
    assert shown.play.isEnabled()
    shown.play.click()
    wait_until(lambda: (tmp_path / "heard.wav").exists())
    kind = data_type("INT16")
    assert kind is not None
    heard = from_file(tmp_path / "heard.wav", kind)
    assert heard.size == 8000
    wanted = samples.wave().array.reshape(-1).astype(np.float64)
    assert np.abs(heard.reshape(-1).astype(np.float64) / 32767 - wanted).max() < 1e-4
