"""The viewers of a tensor: the one that suits comes first, and large ones are counted beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPlainTextEdit, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.core.config.datatypes import data_type
from studio.core.inference.compare import Tolerance
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.tensors import from_file
from studio.ui.look import theme
from studio.ui.tensors.compare.view import CompareView, DifferenceDialog, open_difference
from studio.ui.tensors.heat import HeatView
from studio.ui.tensors.hex_rows import HexView
from studio.ui.tensors.json_tree import JsonView
from studio.ui.tensors.labels import LabelsView
from studio.ui.tensors.line import LineView
from studio.ui.tensors.numbers import NumbersView
from studio.ui.tensors.parts.array_model import MOST, ArrayModel, format_value
from studio.ui.tensors.parts.cell_map import CellMap
from studio.ui.tensors.parts.colours import table
from studio.ui.tensors.parts.preview import to_image
from studio.ui.tensors.parts.slices import Links
from studio.ui.tensors.picture import BoxesView, PictureView
from studio.ui.tensors.saving import SaveButton
from studio.ui.tensors.table import TableView
from studio.ui.tensors.text import TextView
from studio.ui.tensors.view import TensorView
from studio.ui.tensors.wave import WaveView
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.ui import tensor_samples as samples


def _tensor(array: Array, kind: str = "FP32", name: str = "y") -> Tensor:
    found = data_type(kind)
    assert found is not None
    return Tensor(name, found, array)


def _strings(*values: bytes) -> Tensor:
    array = np.empty(len(values), dtype=np.object_)
    array[:] = values
    return _tensor(array, "BYTES")


class Show(Protocol):
    """Shows a tensor in a card of its own."""

    def __call__(self, tensor: Tensor, labels: tuple[str, ...] = ()) -> TensorView: ...


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication) -> Show:
    """Shows a tensor."""
    theme.apply(qapp, "dark")

    def made(tensor: Tensor, labels: tuple[str, ...] = ()) -> TensorView:
        view = TensorView(tensor, labels)
        qtbot.addWidget(view)
        view.resize(640, 400)
        view.show()
        return view

    return made


def _titles(view: TensorView) -> list[str]:
    bar = view.findChild(QTabBar)
    assert isinstance(bar, QTabBar)
    return [bar.tabText(i) for i in range(bar.count())]


@pytest.mark.parametrize(
    ("tensor", "titles"),
    [
        (_strings(b"anchor"), ["Text", "Table", "Hex"]),
        (_tensor(np.array([[0.5]], np.float32)), ["Text", "Table", "Hex"]),
        (_tensor(np.full((1, 10), 0.1, np.float32)), ["Labels", "Table", "Heat map", "Line", "Histogram", "Hex"]),
        (_tensor(np.ones((1, 3, 64, 64), np.float32)), ["Image", "Table", "Heat map", "Line", "Histogram", "Hex"]),
        (_tensor(np.zeros((1, 7, 3), np.int64), "INT64"), ["Table", "Heat map", "Line", "Histogram", "Hex"]),
        (_tensor(np.arange(500, dtype=np.float32)), ["Line", "Labels", "Table", "Heat map", "Histogram", "Hex"]),
        (_tensor(np.zeros((0, 3), np.float32)), []),
    ],
)
def test_viewers_that_suit(show: Show, tensor: Tensor, titles: list[str]) -> None:
    """The best one first; none for a tensor without elements."""
    view = show(tensor)
    assert _titles(view) == titles
    assert view.stack.isVisible() == bool(titles)


def test_one_string_is_large_and_can_be_copied(show: Show) -> None:
    """Bytes that are no text stand as escapes."""
    view = show(_strings("Grüße".encode()))
    text = part(view, QPlainTextEdit, names.Tensors.TEXT)
    assert text.toPlainText() == "Grüße"
    assert text.document().defaultFont().pixelSize() == 16
    assert text.isReadOnly()
    odd = TextView()
    odd.set_tensor(_strings(b"\xff\x00ok"))
    assert odd.whole.toPlainText().startswith("\\xff")
    odd.deleteLater()


def test_long_and_several_strings(show: Show) -> None:
    """A long one is cut, with its length told; several are a list."""
    view = TextView()
    view.set_tensor(_strings(b"x" * 250_000))
    assert len(view.whole.toPlainText()) == 100_000
    assert view.note.text() == "250,000 characters, the first 100,000 shown"
    view.set_tensor(_strings(b"a", b"b", b"c"))
    assert [view.model.index(i, 0).data() for i in range(view.model.rowCount())] == ["a", "b", "c"]
    view.deleteLater()


def test_best_labels_of_each_of_a_batch(qtbot: QtBot) -> None:
    """Raw or as probabilities; NaN comes last."""
    view = LabelsView()
    qtbot.addWidget(view)
    view.set_tensor(_tensor(np.array([[1, 3, 2], [5, np.nan, 4]], np.float32)), ("a", "b", "c"))
    assert [r.label for r in view.bars.ranked] == ["b", "c", "a"]
    view.row.setCurrentIndex(1)
    assert [r.label for r in view.bars.ranked] == ["a", "c", "b"]
    view.row.setCurrentIndex(0)
    view.scale.setCurrentIndex(1)
    assert sum(r.score for r in view.bars.ranked) == pytest.approx(1)


def test_table_slices_every_further_axis(qtbot: QtBot) -> None:
    """And marks what is not finite."""
    view = TableView()
    qtbot.addWidget(view)
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    array[1, 2, 3] = np.nan
    view.set_tensor(_tensor(array))
    assert view.model.index(2, 3).data() == "11"
    view.slider.boxes[0].setValue(1)
    assert view.model.index(2, 3).data() == "nan"
    view.set_tensor(_tensor(np.arange(5, dtype=np.float32)))
    assert (view.model.rowCount(), view.model.columnCount()) == (5, 1)
    assert not view.slider.boxes


@pytest.mark.long
def test_array_model_holds_to_qts_rules_and_is_bounded() -> None:
    """A header of Qt costs for each section."""
    model = ArrayModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_array(np.zeros((3, 2)))
    model.set_array(np.zeros((MOST + 5, 1)))
    assert model.rowCount() == MOST
    del tester


def test_numbers_count_what_is_not_finite(show: Show) -> None:
    """At once where there are few."""
    view = show(_tensor(np.array([0, 1, np.nan, np.inf, 2], np.float32)))
    line = part(view, QLabel, names.Tensors.STATISTICS)
    assert line.text() == "min 0   max 2   mean 1   NaN 1   Inf 1"
    numbers = NumbersView()
    numbers.set_tensor(view.tensor)
    assert numbers.values["NaN"].text() == "1"
    assert numbers.bars.counted is not None
    assert numbers.bars.counted.bins.counts.sum() == 3
    numbers.deleteLater()


@pytest.mark.long
def test_large_tensor_does_not_hold_up_the_window(show: Show, qtbot: QtBot) -> None:
    """Eight million elements: the card is there at once, its figures follow."""
    tensor = _tensor(np.random.default_rng(0).random((1, 8, 1000, 1000), dtype=np.float32))
    view = show(tensor)
    line = part(view, QLabel, names.Tensors.STATISTICS)
    assert line.text().endswith("(sampled: 131,072 of 8,000,000 values)")
    view.tabs.setCurrentIndex(_titles(view).index("Histogram"))
    counted = view.stack.currentWidget()
    assert isinstance(counted, NumbersView)
    assert counted.values["Mean"].text().startswith("≈")
    wait_until(lambda: "sampled" not in line.text())
    assert counted.bars.counted is not None
    assert counted.bars.counted.bins.counts.sum() == 8_000_000
    assert not counted.values["Mean"].text().startswith("≈")


def test_picture_in_layouts_and_colours(qtbot: QtBot) -> None:
    """A layout that the shape has not is said."""
    view = PictureView()
    qtbot.addWidget(view)
    red = np.zeros((2, 3, 8, 8), np.uint8)
    red[1, 0] = 255
    view.set_tensor(_tensor(red, "UINT8"))
    view.number.setValue(1)
    assert view.map.image.pixelColor(4, 4).name() == "#ff0000"
    view.layout_choice.setCurrentText("HW")
    assert view.note.text() == "[2, 3, 8, 8] is not HW"
    view.set_tensor(_tensor(np.array([[0, 255], [128, 0]], np.uint8), "UINT8"))
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
    view = show(_strings(b"a\0\0", b"\xff"))
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


def test_viewers_of_a_card_share_slice_and_cursor_and_keys_go_from_one_to_the_next(show: Show) -> None:
    """Page Down in the map goes to the next slice; the table shows it, with the same cell."""
    view = show(samples.heat())
    view.tabs.setCurrentIndex(_titles(view).index("Heat map"))
    map_ = part(view, CellMap, names.Tensors.HEAT)
    map_.setFocus()
    QTest.keyClick(map_, Qt.Key.Key_Right)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_PageDown):
        QTest.keyClick(map_, key)
    assert view.slices.cell == (2, 1)
    assert view.slices.plane.indices[1] == 1
    QTest.keyClick(map_, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    table_ = view.stack.currentWidget()
    assert isinstance(table_, TableView)
    assert table_.slider.boxes[1].value() == 1
    assert (table_.table.currentIndex().row(), table_.table.currentIndex().column()) == (2, 1)
    table_.slider.swap.click()
    assert table_.model.index(1, 2).data() == format_value(view.tensor.array[0, 1, 2, 1])


def test_heat_map_flags_what_is_not_finite_and_zooms_to_the_values(show: Show, qtbot: QtBot) -> None:
    """Cells of their own colour, a count beside them, the value at the cursor."""
    view = HeatView()
    qtbot.addWidget(view)
    view.resize(600, 340)
    view.show()
    view.set_tensor(samples.heat())
    assert view.odd.text() == ""
    view.slider.boxes[1].setValue(3)
    assert view.odd.text() == "3 NaN, 1 Inf"
    assert view.map.image.pixelColor(5, 4).name() == theme.tokens().error
    assert view.map.image.pixelColor(20, 20).name() == theme.tokens().warn_fill
    view.slices.point((4, 5))
    assert (view.place.text(), view.value.text()) == ("[0, 3, 4, 5]", "nan")
    before = view.map.scale[0]
    view.map.setFocus()
    QTest.keyClick(view.map, Qt.Key.Key_Plus)
    assert view.map.scale[0] > before
    for _ in range(20):
        QTest.keyClick(view.map, Qt.Key.Key_Plus)
    assert view.map.words is not None
    assert view.map.words(4, 5) == "nan"
    assert view.map.cell_under(view.map.room().center()) is not None
    view.map.grab()
    QTest.keyClick(view.map, Qt.Key.Key_F)
    assert view.map.scale[0] == before


def test_a_large_plane_is_drawn_by_some_of_its_cells_and_says_so(qtbot: QtBot) -> None:
    """A line too is looked at quickly first, and all of it after."""
    array = np.zeros((2048, 2048), np.float32)
    array[1, 1] = 9
    view = HeatView()
    qtbot.addWidget(view)
    view.set_tensor(_tensor(array))
    assert view.map.image.width() == 512
    assert view.map.cells == (2048, 2048)
    assert "Every 4th row and column" in view.note.text()
    line = LineView()
    qtbot.addWidget(line)
    line.resize(640, 240)
    line.show()
    line.set_tensor(_tensor(array.reshape(-1)))
    wait_until(lambda: line.plot.found is not None and line.plot.found.is_exact)
    assert line.plot.found is not None
    assert line.plot.found.highs.max() == 9
    line.plot.setFocus()
    QTest.keyClick(line.plot, Qt.Key.Key_End)
    assert line.place.text() == f"[{array.size - 1}]"


def test_tensors_of_one_shape_are_linked_by_a_key(qtbot: QtBot, show: Show) -> None:
    """What one shows, the other shows too, until it goes its own way."""
    links = Links()
    views = [TensorView(samples.heat(peak), links=links) for peak in (1.0, 0.5)]
    for view in views:
        qtbot.addWidget(view)
        view.set_companions([each.tensor for each in views])
        view.show()
        QTest.keyClick(view, Qt.Key.Key_L)
        assert view.link.isChecked()
    one, other = (view.slices for view in views)
    one.set_plane(one.plane.with_index(1, 2))
    one.point((3, 4))
    assert (other.plane.indices, other.cell) == ((0, 2, 0, 0), (3, 4))
    views[1].link.click()
    one.step(1)
    assert other.plane.indices[1] == 2
    alone = show(samples.probabilities())
    alone.set_companions([samples.heat()])
    assert alone.link.isHidden()


def test_histogram_of_the_slice_and_of_the_whole(qtbot: QtBot) -> None:
    """In decades too."""
    view = NumbersView()
    qtbot.addWidget(view)
    view.set_tensor(samples.heat())
    assert view.values["NaN"].text() == "3"
    view.scope.choose(1)
    assert view.values["NaN"].text() == "0"
    view.slider.boxes[1].setValue(3)
    assert view.values["NaN"].text() == "3"
    view.decades.click()
    assert view.bars.decades
    view.resize(500, 260)
    view.grab()


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
    view.set_tensor(_tensor(numbers, "FP64"))
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
    shown.tree.expand(first)
    assert [model.index(row, 1, first).data() for row in range(3)] == ['"buoy"', "0.71", "[2 elements]"]
    shown.form.choose(1)
    assert '  "model": "detector"' in shown.text.toPlainText()
    alone = JsonView()
    qtbot.addWidget(alone)
    alone.set_tensor(samples.strings(b"[1, 2"))
    assert "no JSON after all" in alone.note.text()
    alone.set_tensor(samples.strings(b"[" + b"1," * 2_200_000 + b"1]"))
    assert "not read as JSON" in alone.note.text()


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


def test_a_comparison_shows_how_far_where_and_the_difference(qtbot: QtBot) -> None:
    """F8 goes to the worst place and then to the next; M leaves what is over what is allowed."""
    wanted = samples.heat().array.copy()
    got = wanted.copy()
    got[0, 2, 11, 19] += 0.5
    got[0, 1, 3, 4] -= 0.25
    got[0, 1, 3, 5] += 1e-6
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = open_difference(parent, "heat", got, wanted, tolerance=Tolerance(1e-3))
    view = dialog.view
    wait_until(lambda: view.difference is not None)
    assert view.difference is not None
    assert (view.difference.count, view.difference.where) == (2, (0, 2, 11, 19))
    assert view.verdict.title.text() == "Not as expected"
    assert "2 of 4,096 values differ by more than 0.001" in view.verdict.words.text()
    QTest.keyClick(view, Qt.Key.Key_F8)
    assert view.slices.plane.at(*(view.slices.cell or (0, 0))) == (0, 2, 11, 19)
    assert view.maps.panels[2].value.text() == "+0.5"
    QTest.keyClick(view, Qt.Key.Key_F8)
    assert view.slices.plane.indices[1] == 1
    assert view.slices.cell == (3, 4)
    QTest.keyClick(view.maps, Qt.Key.Key_M)
    assert view.which.value() == "over"
    assert view.maps.note.text() == "1 shown, 1,023 faded"
    neutral = theme.tokens().field
    assert view.maps.panels[2].map.image.pixelColor(5, 3).name() == neutral
    assert view.maps.panels[2].map.image.pixelColor(4, 3).name() != neutral
    view.absolute.field.setText("1")
    view.absolute.committed.emit(1.0)
    wait_until(lambda: view.difference is not None)
    assert view.verdict.title.text() == "As expected"
    dialog.grab()


def test_what_cannot_be_compared_is_said_and_strings_stand_side_by_side(qtbot: QtBot) -> None:
    """Both shapes, and which axis differs."""
    view = CompareView(("Output", "Last answer"))
    qtbot.addWidget(view)
    view.show()
    view.set_pair(np.zeros((2, 3)), np.zeros((2, 4)))
    wait_until(lambda: view.difference is not None)
    assert view.verdict.title.text() == "Not as in the last answer"
    assert "axis 1 is 3 and not 4" in view.verdict.words.text()
    assert not view.body.isVisible()
    view.set_pair(samples.strings(b"a", b"b").array, samples.strings(b"a", b"c").array)
    wait_until(lambda: view.strings_model.rowCount() == 1)
    assert [view.strings_model.index(0, column).data() for column in (0, 1)] == ["b", "c"]


def test_a_card_compares_with_the_last_answer(show: Show, qtbot: QtBot) -> None:
    """Or says why that is not there any more."""
    view = show(samples.heat())
    assert view.compare.isHidden()
    view.set_reference(None, "Last answer", "The last answer was dropped.")
    assert (view.compare.isVisible(), view.compare.isEnabled()) == (True, False)
    assert view.compare.toolTip() == "The last answer was dropped."
    view.set_reference(samples.heat(0.5), "Last answer")
    view.compare.click()
    dialog = part(view, DifferenceDialog, names.Tensors.COMPARE)
    wait_until(lambda: dialog.view.difference is not None)
    assert dialog.view.difference is not None
    assert dialog.view.difference.count > 0
    dialog.close()
