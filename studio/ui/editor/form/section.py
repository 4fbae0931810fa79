"""What a section of the form is: its fields, its parts, and the button in its header."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext, FormPart

Builder = Callable[[FormContext, QWidget], Iterable[FormPart]]


@dataclass(frozen=True, slots=True)
class Adder:
    """The button at the right of a section's header: what it says to the eye and to a screen reader, and its edit."""

    text: str
    title: str
    change: Callable[[Draft], Draft]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the form.

    `roots` are the fields that belong to it. `build` makes its parts with the widget given as their parent; where it
    is a generator the form takes a few parts a turn of the event loop. Fields of the roots that no part stands for
    get editors from the schema below. A section that is not `usual` is closed until the file sets something of it.
    """

    key: str
    title: str
    roots: tuple[Path, ...]
    build: Builder
    usual: bool = False
    applies: Callable[[Draft], bool] = lambda _draft: True
    add: Adder | None = None
