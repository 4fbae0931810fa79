"""The clipboard as the source of an input: a picture, a table of a spreadsheet, and cells into the grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.core.config.datatypes import data_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference import images
from studio.ui.tester.sources.held import HeldSource
from studio.ui.tester.sources.typed import Grid
from tests.fixtures.waiting import wait_until


@pytest.fixture(autouse=True)
def emptied(qapp: QApplication) -> Iterator[None]:
    """Nobody finds what a test put there."""
    yield
    QApplication.clipboard().clear()


def _info(kind: str, *shape: int) -> TensorInfo:
    found = data_type(kind)
    assert found is not None
    return TensorInfo("x", found, shape)


def _copied(text: str = "", *, picture: bool = False) -> None:
    """What another program put there; the clipboard keeps it."""
    data = QMimeData()
    if picture:
        image = QImage(8, 6, QImage.Format.Format_RGB32)
        image.fill(QColor(255, 0, 0))
        data.setImageData(image)
    if text:
        data.setText(text)
    QApplication.clipboard().setMimeData(data)


def _pasted(qtbot: QtBot, info: TensorInfo) -> np.ndarray:
    source = HeldSource(info)
    qtbot.addWidget(source)
    source.paste.click()
    wait_until(lambda: source.array is not None)
    return source.plan(1)()


def test_a_picture_becomes_pixels_or_the_bytes_of_a_file(qtbot: QtBot) -> None:
    _copied(picture=True)
    pixels = _pasted(qtbot, _info("FP32", -1, 3, 4, 4))
    assert pixels.shape == (1, 3, 4, 4)
    assert pixels[0, :, 0, 0].tolist() == [1, 0, 0]
    data = _pasted(qtbot, _info("BYTES", -1, 1)).ravel().tolist()[0]
    assert images.decode_bytes(data).shape == (6, 8, 3)


def test_of_a_table_its_text_is_meant_and_not_the_picture_beside_it(qtbot: QtBot, posted: list[Notice]) -> None:
    _copied("1,5\t2\r\n3\t4\r\n", picture=True)
    assert _pasted(qtbot, _info("FP32", -1, 2)).tolist() == [[1.5, 2], [3, 4]]
    _copied(picture=True)
    source = HeldSource(_info("FP32", 2))
    qtbot.addWidget(source)
    source.paste.click()
    wait_until(lambda: posted)
    assert "which no picture has" in posted[-1].detail
    assert source.array is None


def test_cells_are_pasted_into_the_grid_from_the_current_one_on(qtbot: QtBot, posted: list[Notice]) -> None:
    grid = Grid(_info("FP32", -1, 3))
    qtbot.addWidget(grid)
    grid.show()
    _copied("7\t8\t9\r\n10\t11\t12\r\n")
    grid.table.setCurrentCell(0, 1)
    grid.paste()
    assert grid.plan(1)().tolist() == [[0, 7, 8]]
    assert posted[-1].text == "2 of 6 cells were pasted into x"
    _copied("1,5\t-,25\t1,500")
    grid.table.setCurrentCell(0, 0)
    grid.paste()
    # What may be thousands stays as it was, and is named when it is sent.
    model = grid.table.model()
    assert [model.index(0, column).data() for column in range(3)] == ["1.5", "-.25", "1,500"]
    assert len(posted) == 1
