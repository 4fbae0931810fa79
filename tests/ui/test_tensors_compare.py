"""One tensor against another: how far, where, and both side by side."""

from __future__ import annotations

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.core.inference.compare import Tolerance
from studio.ui.look import theme
from studio.ui.tensors.compare.view import CompareView, DifferenceDialog, open_difference
from studio.ui.tensors.view import TensorView
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.ui import tensor_samples as samples
from tests.ui.tensor_samples import Show


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
    assert view.by_index.rows == [(0, 0, 0), (1, 1, pytest.approx(0.25)), (2, 1, pytest.approx(0.5)), (3, 0, 0)]
    view.by_index.chosen.emit(2)
    assert view.slices.plane.indices[1] == 2
    assert "2 of 4,096 differ by over 0.001" in view.verdict.words.text()
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


def test_a_comparison_outlives_the_card_that_it_was_opened_from(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    view = TensorView(samples.heat(), parent=window)
    view.set_reference(samples.heat(0.5), "Last answer")
    view.compare.click()
    dialog = part(window, DifferenceDialog, names.Tensors.COMPARE)
    shiboken6.delete(view)
    assert shiboken6.isValid(dialog)
    dialog.close()
