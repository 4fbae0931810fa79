"""Planes of tensors as table, heat map, line and histogram; large ones are looked at quickly first."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from studio.ui.look import theme
from studio.ui.tensors.heat import HeatView
from studio.ui.tensors.line import LineView
from studio.ui.tensors.numbers import NumbersView
from studio.ui.tensors.parts.array_model import MOST, ArrayModel, format_value, ordinal
from studio.ui.tensors.parts.cell_map import CellMap
from studio.ui.tensors.parts.slices import Links
from studio.ui.tensors.table import TableView
from studio.ui.tensors.view import TensorView
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.ui import tensor_samples as samples
from tests.ui.tensor_samples import Show, tensor, titles


def test_table_slices_every_further_axis(qtbot: QtBot) -> None:
    """And marks what is not finite."""
    view = TableView()
    qtbot.addWidget(view)
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    array[1, 2, 3] = np.nan
    view.set_tensor(tensor(array))
    assert view.model.index(2, 3).data() == "11"
    view.slider.boxes[0].setValue(1)
    assert view.model.index(2, 3).data() == "nan"
    view.set_tensor(tensor(np.arange(5, dtype=np.float32)))
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
    view = show(tensor(np.array([0, 1, np.nan, np.inf, 2], np.float32)))
    line = part(view, QLabel, names.Tensors.STATISTICS)
    assert line.text() == "min 0   max 2   mean 1"
    odd = part(view, QLabel, names.Tensors.NOT_FINITE)
    assert (odd.isVisible(), odd.text()) == (True, "NaN 1   Inf 1")
    numbers = NumbersView()
    numbers.set_tensor(view.tensor)
    assert numbers.values["NaN"].text() == "1"
    assert numbers.bars.counted is not None
    assert numbers.bars.counted.bins.counts.sum() == 3
    numbers.deleteLater()


@pytest.mark.long
def test_large_tensor_does_not_hold_up_the_window(show: Show, qtbot: QtBot) -> None:
    """Eight million elements: the card is there at once, its figures follow."""
    made = tensor(np.random.default_rng(0).random((1, 8, 1000, 1000), dtype=np.float32))
    view = show(made)
    line = part(view, QLabel, names.Tensors.STATISTICS)
    assert line.text().endswith("(sampled: 131,072 of 8,000,000 values)")
    view.tabs.setCurrentIndex(titles(view).index("Histogram"))
    counted = view.stack.currentWidget()
    assert isinstance(counted, NumbersView)
    assert counted.values["Mean"].text().startswith("≈")
    wait_until(lambda: "sampled" not in line.text())
    assert counted.bars.counted is not None
    assert counted.bars.counted.bins.counts.sum() == 8_000_000
    assert not counted.values["Mean"].text().startswith("≈")


def test_the_count_of_all_values_is_left_and_begun_again(show: Show, qtbot: QtBot) -> None:
    """The figures of the sample stay, and say so."""
    view = show(tensor(np.zeros(200_000, np.float32)))
    line = part(view, QLabel, names.Tensors.STATISTICS)
    view.figures.cancel.click()
    assert view.counting.share is None
    assert line.text().endswith("(sampled: 131,072 of 200,000 values)")
    again = part(view, QAbstractButton, names.Tensors.COUNT_ALL)
    again.click()
    wait_until(lambda: "sampled" not in line.text())
    assert view.figures.again.isHidden()
    assert view.figures.cancel.isHidden()


def test_viewers_of_a_card_share_slice_and_cursor_and_keys_go_from_one_to_the_next(show: Show) -> None:
    """Page Down in the map goes to the next slice; the table shows it, with the same cell."""
    view = show(samples.heat())
    view.tabs.setCurrentIndex(titles(view).index("Heat map"))
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


def test_the_step_of_a_plane_is_said_as_one_counts() -> None:
    steps = (2, 3, 4, 8, 11, 12, 16, 21, 32, 111, 512, 1024)
    assert " ".join(map(ordinal, steps)) == "2nd 3rd 4th 8th 11th 12th 16th 21st 32nd 111th 512th 1,024th"


def test_a_large_plane_is_drawn_by_some_of_its_cells_and_says_so(qtbot: QtBot) -> None:
    """A line too is looked at quickly first, and all of it after."""
    array = np.zeros((2048, 2048), np.float32)
    array[1, 1] = 9
    view = HeatView()
    qtbot.addWidget(view)
    view.set_tensor(tensor(array))
    assert view.map.image.width() == 512
    assert view.map.cells == (2048, 2048)
    assert "Every 4th row and column" in view.note.text()
    line = LineView()
    qtbot.addWidget(line)
    line.resize(640, 240)
    line.show()
    line.set_tensor(tensor(array.reshape(-1)))
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
