"""The graph as a picture, as Mermaid text, and as a Python model that calls the steps itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import disk
from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.core.failure import CoreError
from studio.core.graph.bls import bls_model
from studio.core.graph.mermaid import mermaid
from studio.core.operations.naming import name_problem
from studio.ui.canvas.document import CanvasDocument
from studio.ui.canvas.new_models import make_model
from studio.ui.canvas.scene.colours import token_colour
from studio.ui.canvas.scene.scene import CanvasScene

_MARGIN = 32.0
_SCALE = 2.0
_LARGEST = 16_000


def image(scene: CanvasScene) -> QImage:
    """The whole graph at twice its size, smaller where that would be too large."""
    area = _area(scene)
    scale = min(_SCALE, _LARGEST / max(area.width(), area.height(), 1))
    made = QImage((area.size() * scale).toSize(), QImage.Format.Format_ARGB32)
    made.fill(token_colour("canvas"))
    with QPainter(made) as painter:
        _draw(scene, painter, area)
    return made


def svg(scene: CanvasScene) -> bytes:
    """The whole graph as an SVG drawing."""
    from PySide6.QtSvg import QSvgGenerator

    area = _area(scene)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(QSize(round(area.width()), round(area.height())))
    drawing.setViewBox(QRectF(0, 0, area.width(), area.height()))
    drawing.setTitle("Ensemble")
    with QPainter(drawing) as painter:
        painter.fillRect(QRectF(0, 0, area.width(), area.height()), token_colour("canvas"))
        _draw(scene, painter, area)
    return bytes(buffer.data().data())


def _area(scene: CanvasScene) -> QRectF:
    scene.finish()
    return scene.extent().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)


def _draw(scene: CanvasScene, painter: QPainter, area: QRectF) -> None:
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    scene.render(painter, QRectF(painter.viewport()), area)


class Exports:
    """What can be made of a graph: a picture, Mermaid text, a Python model."""

    def __init__(self, window: QWidget, document: CanvasDocument, scene: CanvasScene) -> None:
        self._window = window
        self._document = document
        self._scene = scene

    def ask_picture(self) -> None:
        """Asks for a file and writes the graph as SVG or PNG."""
        name = f"{self._document.model.name}.svg"
        path, _ = QFileDialog.getSaveFileName(self._window, "Export the graph", name, "Pictures (*.svg *.png)")
        if path:
            self.write_picture(Path(path))

    def write_picture(self, path: Path) -> None:
        """Writes the graph as a picture; the ending of the name says which kind."""
        if path.suffix.lower() == ".png":
            found = image(self._scene)
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            QImageWriter(buffer, QByteArray(b"png")).write(found)
            data = bytes(buffer.data().data())
        else:
            path = path if path.suffix else path.with_suffix(".svg")
            data = svg(self._scene)
        tasks.run(self._document, lambda _: _write(path, data), lambda _: notices.post("success", f"Wrote {path.name}"))

    def copy_mermaid(self) -> None:
        """Puts the graph on the clipboard as Mermaid text."""
        if self._document.graph is not None:
            QGuiApplication.clipboard().setText(mermaid(self._document.graph))
            notices.post("success", "The graph is on the clipboard", "It is Mermaid text, for a README.")

    def ask_bls(self) -> None:
        """Asks for a name and makes a Python model that answers as the ensemble does."""
        from studio.ui.widgets.dialogs import prompt

        name, words = f"{self._document.model.name}_bls", "It calls the models of the steps itself."
        prompt(self._window, "Convert to a Python model", words, name, "Convert", self._wrong_name, self.make_bls)

    def _wrong_name(self, name: str) -> str:
        repository = self._document.session.repository
        return name_problem(repository, name) if repository else ""

    def make_bls(self, name: str) -> None:
        """Writes a Python model that answers as the ensemble does."""
        graph = self._document.graph
        if graph is None:
            return
        try:
            model = bls_model(graph, name)
        except CoreError as failure:
            self._document.tell(failure)
            return
        files = (("config.pbtxt", model.config), ("1/model.py", model.source))
        make_model(self._document.session, name, files)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        reason = f"{disk.reason(error)}."
        raise AppError(f"Write {path.name}", reason, "Choose a folder that you may write to.") from error
