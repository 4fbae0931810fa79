"""A tensor that the window saves is the same, bit for bit, when the window opens it as an input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.core.config.datatypes import DATA_TYPES, DataType, numpy_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.saving import FORMATS, refusal
from studio.ui.look import theme
from studio.ui.tensors.saving import SaveButton
from studio.ui.tester.sources.file_source import FileSource
from tests.fixtures.waiting import wait_until

_SHAPES = ((), (5,), (4, 6), (4, 6, 3), (1, 4, 6, 3), (2, 1, 3, 4, 2))


def _tensor(kind: DataType, shape: tuple[int, ...]) -> Tensor:
    count = int(np.prod(shape))
    if kind.wire == "BYTES":
        words = np.empty(count, dtype=np.object_)
        words[:] = [b"a\0\0" if place % 2 else f"é{place},\n".encode() for place in range(count)]
        return Tensor("y", kind, words.reshape(shape))
    data = np.random.default_rng(len(shape)).integers(0, 256, count * kind.size, dtype=np.uint8)
    array = (data & 1 if kind.wire == "BOOL" else data).view(numpy_type(kind))
    return Tensor("y", kind, array.reshape(shape))


def _bits(array: Array) -> object:
    return array.ravel().tolist() if array.dtype == np.object_ else array.tobytes()


@pytest.mark.parametrize("kind", DATA_TYPES, ids=lambda kind: kind.short)
def test_what_the_window_saves_it_opens_as_the_same(
    kind: DataType, tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    theme.apply(qapp, "dark")
    opened = 0
    for shape in _SHAPES:
        tensor = _tensor(kind, shape)
        button, source = SaveButton(tensor), FileSource(TensorInfo("y", kind, shape))
        qtbot.addWidget(button)
        qtbot.addWidget(source)
        for ending in FORMATS:
            path = tmp_path / f"rank{len(shape)}{ending}"
            if refusal(tensor, path):
                continue
            button.save(path)
            wait_until(path.is_file)
            assert source.takes(path)
            source.set_path(path)
            found = source.plan(1)()
            assert (found.shape, found.dtype) == (tensor.array.shape, tensor.array.dtype), path.name
            assert _bits(found) == _bits(tensor.array), path.name
            opened += 1
    wait_until(lambda: tasks.busy() == 0)
    assert opened >= 4 * len(_SHAPES) - 2


def test_what_is_being_saved_is_written_though_its_card_goes(tmp_path: Path) -> None:
    button = SaveButton(_tensor(DATA_TYPES[0], (4, 6)))
    for name in ("one.npy", "two.npy"):
        button.save(tmp_path / name)
    shiboken6.delete(button)
    wait_until(lambda: (tmp_path / "one.npy").is_file() and (tmp_path / "two.npy").is_file())
