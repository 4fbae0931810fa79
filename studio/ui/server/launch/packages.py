"""Further Python packages of a container: names, the recipe of the image that has them, and its making when asked."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.session import Session
from studio.core.serving.launching.derived import derived_name, recipe, wrong_package
from studio.ui.server.code_block import CodeBlock
from studio.ui.server.launch import fields
from studio.ui.server.launch.names import Launch
from studio.ui.widgets import ElidedLabel, QuietButton, Row
from studio.ui.widgets.installation import Installation

if TYPE_CHECKING:
    from studio.app.serving.machine import Machine


class Packages(QWidget):
    """Edits the packages; shows the recipe, and whether Docker has the image that it makes."""

    built = Signal()
    """The image is there."""

    def __init__(self, session: Session, changed: Callable[[], object]) -> None:
        super().__init__()
        self._image = ""
        self.field = fields.text("packages", "Further Python packages", "pillow==11.0.0 scipy", changed)
        self.recipe = CodeBlock()
        self.recipe.setObjectName(Launch.RECIPE)
        self.recipe.setAccessibleName("Recipe of the image")
        self.button = QuietButton("Make the image", "package", "dense")
        self.button.setObjectName(Launch.BUILD)
        self.words = ElidedLabel("", "dim", 12)
        self.building = Installation(
            lambda *told: session.server.build(self._image, self.names(), *told),
            "the image with packages",
            Launch.BUILD_PROGRESS,
            Launch.CANCEL_BUILD,
        )
        self.line = Row(self.button, self.words)
        self.line.box.setStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.field, self.recipe, self.line, self.building):
            column.addWidget(part)
        self.button.clicked.connect(self.begin)
        self.building.ended.connect(self._ended)

    def names(self) -> tuple[str, ...]:
        """The packages as they are written; one with a space in it stands in quotes."""
        try:
            return tuple(shlex.split(self.field.text()))
        except ValueError:
            return tuple(self.field.text().split())

    def show_names(self, packages: tuple[str, ...]) -> None:
        """Shows other packages."""
        self.field.setText(shlex.join(packages))

    def show_image(self, image: str, machine: Machine | None) -> None:
        """Takes the image that they are added to, and what Docker has."""
        if not self.building.is_running:
            self._image = image
        packages = self.names()
        is_whole = bool(image and packages) and not any(wrong_package(each) for each in packages)
        self.recipe.setVisible(is_whole)
        self.line.setVisible(is_whole and not self.building.is_running)
        if not is_whole:
            return
        self.recipe.set_command(recipe(image, packages).rstrip())
        name = derived_name(image, packages)
        is_there = machine is not None and machine.has_image(name)
        has_base = machine is not None and machine.has_image(image)
        self.button.setEnabled(has_base and not is_there)
        told = "It is here" if is_there else "Not made yet" if has_base else f"Pull {image} first; then make it"
        self.words.setText(f"{told}: {name}")

    def begin(self) -> None:
        """Makes the image with the packages."""
        self.building.begin()
        self.line.hide()

    def _ended(self, made: str | None) -> None:
        self.line.show()
        if made is not None:
            self.built.emit()
