"""Data that is held as it came: pasted, or taken from an answer or a request of before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.app import notices, tasks
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference import images, tensors
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.viewing.overlays import is_picture
from studio.core.inference.viewing.pictures import guess, pixels
from studio.core.saved_requests.keeping.origins import FromOutput, Origin
from studio.ui.tensors.parts.preview import Picture, Pixels, to_image
from studio.ui.tester import names
from studio.ui.tester.sources.clipboard import clipboard_plan
from studio.ui.tester.sources.source import Plan, Source, batched
from studio.ui.widgets import ElidedLabel, QuietButton

Answers = Callable[[], Sequence[tuple[str, str, Tensor]]]
"""The outputs that can be taken, the latest first, each with words for where it is from and when it came."""
_NOTHING = "Nothing yet: paste numbers, or take an output"
_MOST_OFFERED = 30
_PREVIEW = 132
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff")
"""How the bytes of a PNG and of a JPEG begin."""


class HeldSource(Source):
    """A tensor from the clipboard, from an output of before, or from a request that was opened again."""

    title = "Tensor"

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.answers: Answers = tuple
        self.array: Array | None = None
        self._origin: Origin | None = None
        self._from = ElidedLabel(_NOTHING, "dim")
        self._from.setObjectName(names.Tester.HELD.format(info.name))
        self.paste = QuietButton("Paste", "clipboard-text", "dense")
        self.paste.setObjectName(names.Tester.PASTE.format(info.name))
        self.paste.setAccessibleName(f"Paste into {info.name}")
        self.take = QuietButton("Output …", "arrow-bend-down-left", "dense")
        self.take.setObjectName(names.Tester.TAKE.format(info.name))
        self.take.setAccessibleName(f"Take an output of before for {info.name}")
        self.preview = Picture()
        self.preview.setFixedSize(_PREVIEW, _PREVIEW)
        self.preview.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.paste, self.take):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self._from)
        column.addLayout(buttons)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.preview)
        row.addLayout(column, 1)
        self.paste.clicked.connect(self.paste_now)
        self.take.clicked.connect(self._offer)

    def hold(self, array: Array, words: str, origin: Origin | None = None) -> None:
        """Holds a tensor in its wire shape; `words` say where it is from."""
        self.array, self._origin = array, origin
        self._from.setText(f"{words}: {list(array.shape)}")
        self._from.set_role("text")
        self.preview.hide()
        info = self.info
        tasks.run(self, lambda _: _seen(info, array), self._show_picture, lambda _failure: None, key="preview")
        self.changed.emit()

    def _show_picture(self, found: Pixels | None) -> None:
        if found is not None:
            self.preview.set_image(to_image(found), f"Picture held for {self.info.name}")
        self.preview.setVisible(found is not None)
        self.changed.emit()

    def paste_now(self) -> None:
        """What the clipboard has: JSON, numbers in rows, strings, a table, or a picture."""
        make, is_quick = clipboard_plan(self.info)

        def take(array: Array) -> None:
            self.hold(array, "from the clipboard")

        if not is_quick:
            tasks.run(self, lambda _: make(), take, notices.post_failure, key="paste")
            return
        try:
            array = make()
        except CoreError as error:
            notices.post_failure(error)
        else:
            take(array)

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        offered = list(self.answers())[:_MOST_OFFERED]
        for words, at, tensor in offered:
            action = menu.addAction(f"{words}, {at}   {tensor.data_type.short} {list(tensor.array.shape)}")
            action.triggered.connect(lambda _checked=False, w=words, a=at, t=tensor: self._take(w, a, t))
        if not offered:
            menu.addAction("No request was answered yet").setEnabled(False)
        menu.popup(self.take.mapToGlobal(self.take.rect().bottomLeft()))

    def _take(self, words: str, at: str, tensor: Tensor) -> None:
        try:
            self.hold(tensors.fit(tensor.array, self.info.data_type), f"{words}, {at}", FromOutput(words))
        except CoreError as error:
            notices.post_failure(error)

    def origin(self) -> Origin | None:
        """The output that it was, where it is one."""
        return self._origin

    def plan(self, batch: int) -> Plan:
        """The tensor as it is held; one element of a batch stands for all of it."""
        array, info = self.array, self.info
        if array is None:
            raise CoreError(f"Sending {info.name}", "no tensor is held.", "Paste one, or take an output.")
        held = array
        return lambda: batched(held, info, batch)


def _seen(info: TensorInfo, array: Array) -> Pixels | None:
    """What a person sees of a tensor that is a picture, or of the bytes of one; None of any other. Blocks."""
    if info.data_type.wire == "BYTES":
        first = array.reshape(-1)[0] if array.size else b""
        is_image = isinstance(first, bytes) and first.startswith(_IMAGES)
        return images.decode_bytes(first) if is_image else None
    if not is_picture(Tensor(info.name, info.data_type, array)):
        return None
    found = pixels(array, guess(array))
    return found.shown if found is not None else None
