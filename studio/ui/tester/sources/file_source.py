"""Data from a file: an image, `.npy`, `.npz`, `.json`, text or raw bytes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio import disk
from studio.app import tasks
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference import images, tensors
from studio.core.inference.file_tensor import saved_picture
from studio.core.inference.requests import Array
from studio.core.saved_requests.keeping.origins import FromFile, Origin
from studio.failure import Failure
from studio.ui.tensors.parts.preview import Picture, to_image
from studio.ui.tester import names
from studio.ui.tester.sources.source import Plan, Source, batched
from studio.ui.widgets import Chooser, ElidedLabel, Label, QuietButton, Segmented

Pixels: TypeAlias = npt.NDArray[np.uint8]
_IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".tif", ".tiff")
_ARRAYS = (".npy", ".npz", ".json", ".csv", ".wav", ".bin", ".raw")
_FILES = ";;".join(
    f"{title} ({' '.join(f'*{ending}' for ending in endings)})" if endings else title
    for title, endings in (
        ("Images and arrays", (*_IMAGES, *_ARRAYS)),
        ("Images", _IMAGES),
        ("Arrays", _ARRAYS),
        ("All files (*)", ()),
    )
)
"""What a person can choose among in the system's dialog."""
_PREVIEW = 400


class FileSource(Source):
    """A file: an image, `.npy`, `.npz`, `.json`, or raw bytes."""

    title = "File"

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.path: Path | None = None
        self._pixels: Pixels | None = None
        self._bytes = 0
        self._problem = ""
        self.preview = Picture()
        self.preview.setFixedSize(132, 132)
        self._name = ElidedLabel("No file yet: drop one here", "dim")
        self._name.setObjectName(names.Tester.FILE.format(info.name))
        self.facts = ElidedLabel("", "dim", 11)
        self.facts.hide()
        self.choose = QuietButton("Choose …", "folder-open", "dense")
        self.choose.setObjectName(names.Tester.CHOOSE_FILE.format(info.name))
        self.choose.setAccessibleName(f"Choose a file for {info.name}")
        self._resize = Segmented([("crop", "Crop"), ("pad", "Pad"), ("stretch", "Stretch")], dense=True)
        self._layout = Segmented([("NCHW", "NCHW"), ("NHWC", "NHWC")], dense=True)
        self._colour = Segmented([("RGB", "RGB"), ("BGR", "BGR"), ("GRAY", "Grey")], dense=True)
        self._scale = Chooser(tuple(images.NORMALISATIONS), dense=True)
        self._options = QWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        grid = QGridLayout(self._options)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        pairs = (("Resize", self._resize), ("Layout", self._layout), ("Colour", self._colour), ("Scale", self._scale))
        for row, (title, control) in enumerate(pairs):
            grid.addWidget(Label(title, "dim", 12), row, 0)
            grid.addWidget(control, row, 1)
            control.setAccessibleName(f"{title} of {self.info.name}")
        grid.setColumnStretch(2, 1)
        self._layout.set_value(images.guess_layout(self.info.shape))
        self._scale.setCurrentText("0 … 1")
        self._options.setVisible(False)
        self.preview.setVisible(False)
        line = QHBoxLayout()
        line.addWidget(self._name, 1)
        line.addWidget(self.choose)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addLayout(line)
        right.addWidget(self.facts)
        right.addWidget(self._options)
        right.addStretch(1)
        row_ = QHBoxLayout(self)
        row_.setContentsMargins(0, 0, 0, 0)
        row_.setSpacing(12)
        row_.addWidget(self.preview)
        row_.addLayout(right, 1)

    def _connect(self) -> None:
        self.choose.clicked.connect(self._choose)
        for control in (self._resize, self._layout, self._colour):
            control.changed.connect(lambda _key: self.changed.emit())
        self._scale.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, f"File for {self.info.name}", filter=_FILES)
        if name:
            self.set_path(Path(name))

    def takes(self, path: Path) -> bool:
        """Any file can be sent as strings; numbers come from images, arrays, lists and raw bytes."""
        return self.info.data_type.wire == "BYTES" or path.suffix.lower() in (*_IMAGES, *_ARRAYS)

    def set_path(self, path: Path) -> None:
        """Takes a file; an image is read on another thread and shown."""
        self.path, self._pixels, self._problem = path, None, ""
        self._name.setText(path.name)
        self._name.set_role("text")
        self._show_image()
        try:
            self._bytes = path.stat().st_size
        except OSError as error:
            self._problem = disk.reason(error)
        self.facts.setText(self._problem or f"{self._bytes:,} bytes")
        self.facts.show()
        if not self._problem and path.suffix.lower() in _IMAGES:
            read, not_read = (partial(tell, path) for tell in (self._read, self._not_read))
            tasks.run(self, lambda _context: images.decode(path), read, not_read, key="image")
        self.changed.emit()

    def _read(self, path: Path, pixels: Pixels) -> None:
        if path != self.path:
            # Another file was chosen meanwhile, and one that is no image reads none in its place.
            return
        self._pixels = pixels
        height, width = pixels.shape[:2]
        self.facts.setText(f"{width} × {height} RGB, {self._bytes:,} bytes")
        self.preview.set_image(to_image(_reduced(pixels)), path.name)
        self._show_image()
        self.changed.emit()

    def _not_read(self, path: Path, failure: Failure) -> None:
        """A file that is no image can still be sent as the bytes that it has."""
        if path != self.path:
            return
        self._problem = "" if self.info.data_type.wire == "BYTES" else failure.reason
        self.facts.setText(f"{self._bytes:,} bytes; {failure.reason}")
        self.changed.emit()

    def _show_image(self) -> None:
        self.preview.setVisible(self._pixels is not None)
        self._options.setVisible(self._pixels is not None and self.info.data_type.wire != "BYTES")

    def plan(self, batch: int) -> Plan:
        """The file as a tensor; one image or one string is repeated over the batch."""
        attempted = f"Sending {self.info.name}"
        if self.path is None:
            raise CoreError(attempted, "no file is chosen.", "Drop one on the input.")
        if self._problem:
            raise CoreError(attempted, f"{self.path.name}: {self._problem.rstrip('.')}.", "Choose another file.")
        info, path, pixels = self.info, self.path, self._pixels
        is_image = path.suffix.lower() in _IMAGES
        if not is_image or info.data_type.wire == "BYTES":
            return lambda: batched(_from_file(path, info), info, batch)
        chosen, shape = self._settings(), self._shape(1)

        def make() -> Array:
            if (saved := saved_picture(path, info)) is not None:
                return batched(saved, info, batch)
            # Whoever sends at once does not wait for the preview: the image is read here as well.
            found = images.decode(path) if pixels is None else pixels
            return batched(images.to_tensor(found, info.data_type, shape, chosen), info, batch)

        return make

    def origin(self) -> Origin | None:
        """The file, with how its pixels are taken where those are wanted."""
        if self.path is None:
            return None
        takes_pixels = self.path.suffix.lower() in _IMAGES and self.info.data_type.wire != "BYTES"
        return FromFile(self.path, self._settings() if takes_pixels else None)

    def _settings(self) -> images.ImageSettings:
        return images.ImageSettings(
            cast(images.Resize, self._resize.value()),
            cast(images.Layout, self._layout.value()),
            cast(images.Colour, self._colour.value()),
            self._scale.currentText(),
        )


def _from_file(path: Path, info: TensorInfo) -> Array:
    if info.data_type.wire == "BYTES" and path.suffix.lower() == ".txt":
        try:
            return tensors.from_values(info.data_type, [path.read_text("utf-8", "surrogateescape").strip()])
        except OSError as error:
            raise CoreError(f"Reading {path.name}", f"{disk.reason(error)}.") from error
    return tensors.from_file(path, info.data_type, info.name)


def _reduced(pixels: Pixels) -> Pixels:
    """Enough of a large image for a preview."""
    step = max(min(pixels.shape[:2]) // _PREVIEW, 1)
    return np.ascontiguousarray(pixels[::step, ::step])
