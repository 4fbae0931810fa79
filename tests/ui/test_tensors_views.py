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

from studio.app import tasks
from studio.app.notices import Notice
from studio.core.config.datatypes import data_type
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.tensors import from_file
from studio.ui.look import theme
from studio.ui.tensors.heat import HeatView
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
        (_strings(b"anchor"), ["Text", "Table"]),
        (_tensor(np.array([[0.5]], np.float32)), ["Text", "Table"]),
        (_tensor(np.full((1, 10), 0.1, np.float32)), ["Labels", "Table", "Heat map", "Line", "Histogram"]),
        (_tensor(np.ones((1, 3, 64, 64), np.float32)), ["Image", "Table", "Heat map", "Line", "Histogram"]),
        (_tensor(np.zeros((1, 7, 3), np.int64), "INT64"), ["Table", "Heat map", "Line", "Histogram"]),
        (_tensor(np.arange(500, dtype=np.float32)), ["Line", "Labels", "Table", "Heat map", "Histogram"]),
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
    assert tasks.busy() > 0
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
    QTest.keyClick(map_, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
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
